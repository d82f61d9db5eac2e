"""How a page takes back what it just did: by the step that the change began with."""

from __future__ import annotations

from sqlmodel import Session

from store import trail


def undo_path(session: Session, committee_id: int, before: int) -> str:
    """Where a form is posted to that takes a change back, with all that followed from it.

    before : the committee's last step before the change (store.trail.newest)
    Empty for what made something: that is answered by another step, never taken back.
    """
    step = trail.first_after(session, committee_id, before)
    return f"/committees/{committee_id}/steps/{step.id}/undo" if step and step.before else ""
