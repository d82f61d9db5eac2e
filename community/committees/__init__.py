"""The committee: charter, members, meetings, pay and badges, with every change undoable."""
