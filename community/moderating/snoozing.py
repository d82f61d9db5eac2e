"""Putting a review item off: it waits for nobody until a moment, and comes back by itself."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from community.history import clean, named
from community.moderating import changes
from config.errors import RuleError
from store import tables

LONGEST = timedelta(days=90)
"""Longer than that is not putting off but looking away."""


def snooze(
    session: Session,
    item: tables.ReviewItem,
    actor: str,
    until: datetime,
    now: datetime,
    *,
    note: str | None = None,
    seen: int | None = None,
) -> tables.ModerationStep:
    """Put an open item off until a moment; new evidence or a new report brings it back earlier.

    Raises RuleError for a moment that is past or too far off, and as `moderation.claim` does.
    """
    who = named(actor)
    if not now < until <= now + LONGEST:
        raise RuleError(
            "An item can be put off for at most 90 days from now.", mend="Choose such a day."
        )
    changes.refuse_taken(session, item, who, now, seen)
    before = {"snoozed_until": item.snoozed_until.isoformat() if item.snoozed_until else None}
    free = {"claimed_by": None, "claimed_until": None}
    changes.move(session, item, {"snoozed_until": until, **free})
    words = f"until {until:%Y-%m-%d %H:%M} UTC{f': {clean(note)}' if clean(note) else ''}"
    return changes.add_step(session, item, "snoozed", who, words, now, before=before)


def wake(
    session: Session,
    item: tables.ReviewItem,
    actor: str,
    now: datetime,
    *,
    seen: int | None = None,
) -> tables.ModerationStep:
    """Bring an item back that was put off. Raises RuleError if it was not."""
    who = named(actor)
    changes.refuse_stale(session, item, seen)
    if not is_asleep(item, now):
        raise RuleError("It is not put off, so it cannot come back.")
    changes.move(session, item, {"snoozed_until": None})
    return changes.add_step(session, item, "woken", who, None, now)


def is_asleep(item: tables.ReviewItem, now: datetime) -> bool:
    """Whether an open item is put off at this moment."""
    return item.state == "open" and item.snoozed_until is not None and item.snoozed_until > now
