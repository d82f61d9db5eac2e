"""What every change of a review item shares: whose it is now, who was first, what is written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session

from config.errors import RuleError
from store import moderation as queue_queries
from store import tables


def refuse_taken(
    session: Session, item: tables.ReviewItem, who: str, now: datetime, seen: int | None
) -> None:
    """Raise RuleError if an item is decided, somebody else's just now, or not as it was seen."""
    refuse_stale(session, item, seen)
    if item.state == "decided":
        raise RuleError(
            f"{item.decided_by} decided this: {item.decision}.",
            mend="If that is wrong, undo it first (soundingboard moderation undo).",
        )
    until = item.claimed_until
    if item.claimed_by not in (None, who) and until is not None and until > now:
        raise RuleError(
            f"{item.claimed_by} is deciding this until {until:%H:%M} UTC.",
            mend="Claim another one (soundingboard moderation claim).",
        )


def refuse_stale(session: Session, item: tables.ReviewItem, seen: int | None) -> None:
    """Raise RuleError if the item changed since its version `seen`; None asks for nothing."""
    if seen is not None and seen != item.version:
        raise _overtaken(session, item)


def move(session: Session, item: tables.ReviewItem, changes: Mapping[str, Any]) -> None:
    """Change an item. Raises RuleError if somebody else did since it was read."""
    if not queue_queries.move(session, item, changes):
        raise _overtaken(session, item)


def add_step(
    session: Session,
    item: tables.ReviewItem,
    step: str,
    actor: str,
    words: str | None,
    now: datetime,
    *,
    before: Mapping[str, Any] | None = None,
) -> tables.ModerationStep:
    """Write down what happened; `before` is what taking it back restores."""
    return queue_queries.add_step(
        session,
        item_id=item.id,
        step=step,
        actor=actor,
        words=words or None,
        before=dict(before or {}),
        at=now,
    )


def _overtaken(session: Session, item: tables.ReviewItem) -> RuleError:
    happened = queue_queries.steps(session, item.id or 0)
    last = f"{happened[-1].actor}: {happened[-1].step}" if happened else "the item is gone"
    return RuleError(f"It changed meanwhile ({last}).", mend="Look at the item again.")
