"""Within the daily round: an invitation that nobody answers counts as silence after a while."""

from __future__ import annotations

from community.inviting import invitations
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.wiring import Parts


def lapse(parts: Parts, progress: Progress = silent) -> Report:
    """Close the invitations that went unanswered too long. Counts: lapsed."""
    report = Report("lapse")
    days = parts.settings.recruiting.silent_after_days
    with parts.store.write() as session:
        report.count("lapsed", invitations.lapse(session, parts.clock.now(), days))
    progress("invitations", 1, 1)
    return report
