"""Context events: what happened outside that may have moved the numbers."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from community.history import clean, named
from config.errors import RuleError
from store import tables

KINDS = ("launch", "outage", "price", "press", "campaign", "other")


def note_event(
    session: Session,
    brand_id: int,
    kind: str,
    title: str,
    starts_at: datetime,
    actor: str,
    now: datetime,
    *,
    ends_at: datetime | None = None,
) -> tables.ContextEvent:
    """Note an event on the timeline. Raises RuleError for an unknown kind or no title."""
    _refuse(kind, title, starts_at, ends_at)
    event = tables.ContextEvent(
        brand_id=brand_id,
        kind=kind,
        title=clean(title),
        starts_at=starts_at,
        ends_at=ends_at,
        noted_by=named(actor),
        noted_at=now,
    )
    session.add(event)
    session.flush()
    return event


def change_event(
    session: Session,
    event: tables.ContextEvent,
    kind: str,
    title: str,
    starts_at: datetime,
    actor: str,
    now: datetime,
    *,
    ends_at: datetime | None = None,
) -> tables.ContextEvent:
    """Say anew what an event was. Raises RuleError as `note_event`."""
    _refuse(kind, title, starts_at, ends_at)
    event.kind, event.title = kind, clean(title)
    event.starts_at, event.ends_at = starts_at, ends_at
    event.noted_by, event.noted_at = named(actor), now
    session.add(event)
    session.flush()
    return event


def _refuse(kind: str, title: str, starts_at: datetime, ends_at: datetime | None) -> None:
    if kind not in KINDS:
        raise RuleError(f"{kind!r} is no kind of event.", mend=f"One of: {', '.join(KINDS)}.")
    if not clean(title):
        raise RuleError("An event needs a title.", mend="Say in a few words what happened.")
    if ends_at is not None and ends_at < starts_at:
        raise RuleError("The event would end before it starts.", mend="Give a later end.")
