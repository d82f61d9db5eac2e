"""The stages a candidate goes through, and which step leads from where to where."""

from __future__ import annotations

from typing import NamedTuple

from config.errors import RuleError
from store.tables.community import STAGES


class Step(NamedTuple):
    """A step of a candidate: the stage it leads to, and the stages it may be taken from."""

    to: str
    of: frozenset[str]


SEATED = frozenset({"approved", "invited", "accepted"})
"""A person of ours said yes to them, and neither side took it back."""

SET_ASIDE = frozenset({"declined", "silent", "rejected", "deferred"})
"""Somebody said no, or not now; they come back only by a decision."""

OPEN = frozenset({"proposed", "shortlisted", "deferred"})
"""Nobody said yes or no yet."""

TRANSITIONS = {
    "shortlist": Step("shortlisted", frozenset({"proposed", "deferred"})),
    "approve": Step("approved", OPEN | {"silent"}),
    "invite": Step("invited", frozenset({"approved"})),
    "accept": Step("accepted", frozenset({"invited", "silent", "declined"})),
    "decline": Step("declined", frozenset(STAGES) - {"declined"}),
    "silence": Step("silent", frozenset({"invited"})),
    "reject": Step("rejected", OPEN | {"approved", "silent"}),
    "defer": Step("deferred", frozenset({"proposed", "shortlisted", "approved", "silent"})),
}
"""All steps but `reopen`, which takes the last of them back. An answer of the person themselves
(accept, decline) counts whenever it comes, also late or instead of an earlier one."""

_STANDING = {
    "proposed": ("They are only proposed.", "Approve them first."),
    "shortlisted": ("They are only on the shortlist.", "Approve them first."),
    "approved": ("They are approved.", "Invite them, or reopen to take the approval back."),
    "invited": ("They are invited.", "Wait for their answer, or withdraw the invitation."),
    "accepted": ("They said yes.", "End their term first, then reopen the candidate."),
    "declined": ("They said no.", "Reopen the candidate first if they changed their mind."),
    "silent": ("They did not answer.", "Approve them to ask again, or reject them."),
    "rejected": ("They were rejected.", "Reopen the candidate first if that was wrong."),
    "deferred": ("They were put off.", "Approve them first, or reopen the candidate."),
}


def allows(action: str, state: str) -> bool:
    """Whether the step may be taken from this stage."""
    return state in TRANSITIONS[action].of


def stage_after(action: str, state: str, *, by: str | None = None) -> str:
    """The stage a step leads to.

    by : who decided last, named where the step was taken already

    Raises RuleError for a step that does not lead on from here, with what to do instead.
    """
    step = TRANSITIONS[action]
    if state == step.to:
        whose = f", by {by}" if by else ""
        raise RuleError(
            f"The candidate is {state} already{whose}.", mend="Reopen takes the last step back."
        )
    if state not in step.of:
        standing, mend = _STANDING[state]
        raise RuleError(f"{standing} So they cannot be {step.to} now.", mend=mend)
    return step.to
