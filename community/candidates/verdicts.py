"""What reviewers would do with a candidate, each said before they see what the others said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from community.candidates.stages import OPEN
from community.history import add_note, clean, hold, identity, name_key, named
from config.errors import NotFoundError, RuleError
from store import reviewing, tables

VERDICTS = ("approve", "reject", "defer")
TAKEN_BACK = "verdict_taken_back"
"""The reason of the note that says so; a verdict given after it is no longer a blind one."""


class Shown(NamedTuple):
    """The verdicts on a candidate, as far as one reviewer may see them.

    hidden : how many there are that they see only after giving their own
    """

    verdicts: tuple[tables.Verdict, ...]
    hidden: int


def give(
    session: Session,
    candidate: tables.Candidate,
    reviewer: str,
    verdict: str,
    now: datetime,
    *,
    note: str | None = None,
) -> tables.Verdict:
    """Say what one would do; it decides nothing by itself.

    verdict : one of VERDICTS

    Raises RuleError for an unknown verdict, a second one of the same reviewer, or a candidate who
    was decided on already.
    """
    who = named(reviewer)
    if verdict not in VERDICTS:
        raise RuleError(
            f"{verdict!r} is no verdict.", mend=f"Choose one of: {', '.join(VERDICTS)}."
        )
    fresh = hold(session, candidate, None)
    if fresh.state not in OPEN:
        raise RuleError(
            f"The candidate is {fresh.state} already, so a verdict would come too late.",
            mend="Reopen the candidate to review them again.",
        )
    own = _of(reviewing.verdicts(session, identity(fresh)), who)
    if own is not None:
        raise RuleError(
            f"{own.reviewer} gave a verdict already: {own.verdict}.", mend="Take it back first."
        )
    row = tables.Verdict(
        candidate_id=identity(fresh),
        reviewer=who,
        verdict=verdict,
        note=clean(note) or None,
        at=now,
    )
    session.add(row)
    session.flush()
    return row


def take_back(
    session: Session, candidate: tables.Candidate, reviewer: str, now: datetime
) -> tables.Decision:
    """Take one's verdict back; that it was given is noted, not what it said.

    Raises NotFoundError if there is none.
    """
    who = named(reviewer)
    fresh = hold(session, candidate, None)
    own = _of(reviewing.verdicts(session, identity(fresh)), who)
    if own is None:
        raise NotFoundError(f"{who} gave no verdict on this candidate.")
    session.delete(own)
    session.flush()
    return add_note(session, fresh, who, now, note="took a verdict back", reason=TAKEN_BACK)


def shown_to(session: Session, candidate: tables.Candidate, reviewer: str) -> Shown:
    """All verdicts for a reviewer who gave their own, else only how many there are."""
    given = reviewing.verdicts(session, identity(candidate))
    if _of(given, reviewer) is None:
        return Shown((), len(given))
    return Shown(tuple(given), 0)


def agree(verdicts: Sequence[str]) -> bool:
    """Whether reviewers, one verdict each, approve: two at least, and more than half of them.

    So two must agree, and where they do not, a third decides.

    >>> agree(["approve", "reject"]), agree(["approve", "reject", "approve"])
    (False, True)
    """
    said_yes = verdicts.count("approve")
    return said_yes >= 2 and 2 * said_yes > len(verdicts)


def require_agreed(session: Session, candidate: tables.Candidate) -> None:
    """Raise RuleError unless the reviewers approve, as `agree` counts it."""
    given = [row.verdict for row in reviewing.verdicts(session, identity(candidate))]
    if agree(given):
        return
    if len(given) < 2:
        raise RuleError(
            f"Two people must look first; {len(given)} of 2 gave a verdict.",
            mend="Each says it for themselves: soundingboard review AUTHOR approve --by NAME",
        )
    raise RuleError(
        "The reviewers do not agree to approve.",
        mend="A further reviewer decides: two at least, and more than half, must approve.",
    )


def _of(verdicts: Sequence[tables.Verdict], reviewer: str) -> tables.Verdict | None:
    wanted = name_key(reviewer)
    return next((row for row in verdicts if name_key(row.reviewer) == wanted), None)
