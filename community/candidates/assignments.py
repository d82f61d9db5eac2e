"""Who of ours takes care of a candidate, and until when."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session

from community.history import clean, hold, named, record
from config.errors import RuleError
from store import tables

NOBODY = "nobody"


def assign(
    session: Session,
    candidate: tables.Candidate,
    actor: str,
    now: datetime,
    *,
    to: str | None,
    due: datetime | None = None,
    note: str | None = None,
) -> tables.Decision:
    """Give a candidate into somebody's care, or into nobody's; it decides nothing.

    due : until when, aware UTC; None = no date

    The decision says who had them before and who has them now, so another `assign` takes it back.
    Raises RuleError for a date without anybody, a date that has passed, or if nothing changes.
    """
    named(actor)
    who = clean(to) or None
    if due is not None and who is None:
        raise RuleError("A date needs somebody who keeps it.", mend="Say who takes care of them.")
    if due is not None and due <= now:
        raise RuleError(f"{due:%Y-%m-%d %H:%M} UTC has passed.", mend="Give a later date.")
    fresh = hold(session, candidate, None)
    before, after = in_words(fresh.assignee, fresh.due_at), in_words(who, due)
    if before == after:
        raise RuleError(f"It stands so already: {after}.")
    fresh.assignee, fresh.due_at = who, due
    session.add(fresh)
    return record(session, fresh, "assign", actor, now, before=before, after=after, note=note)


def in_words(assignee: str | None, due: datetime | None) -> str:
    """Who takes care of a candidate and until when, as it stands in the history.

    >>> in_words(None, None)
    'nobody'
    """
    if assignee is None:
        return NOBODY
    return assignee if due is None else f"{assignee}, due {due:%Y-%m-%d %H:%M} UTC"


def from_words(told: str) -> tuple[str | None, datetime | None]:
    """Who and until when, from what `in_words` made of them; so an assignment is taken back.

    >>> from_words("Ann, due 2026-03-01 12:00 UTC")[0], from_words("nobody")
    ('Ann', (None, None))
    """
    who, due, when = told.rpartition(", due ")
    if due:
        try:
            return who, datetime.strptime(when, "%Y-%m-%d %H:%M UTC").replace(tzinfo=UTC)
        except ValueError:  # somebody whose name ends so
            pass
    return (None, None) if told == NOBODY else (told, None)
