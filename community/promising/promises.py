"""Promises made to members and to the committee, kept and not kept, for a brand."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from community.promising.promise import Promise, State, Tally, tally, tally_by_member
from community.promising.promise_sources import (
    from_charters,
    from_meetings,
    from_pay,
    from_suggestions,
)
from community.promising.promised_years import from_terms
from config.settings import PromiseSettings
from store.promises import Ground, ground

__all__ = [
    "Promise",
    "State",
    "Tally",
    "derive",
    "overdue",
    "promises_of",
    "tally",
    "tally_by_member",
]


def promises_of(
    session: Session, brand_id: int, now: datetime, settings: PromiseSettings | None = None
) -> list[Promise]:
    """Every promise of a brand as it stands at `now`; none is stored, so none can be doctored."""
    return derive(ground(session, brand_id), now, settings or PromiseSettings())


def overdue(
    session: Session, brand_id: int, now: datetime, settings: PromiseSettings | None = None
) -> list[Promise]:
    """The promises that are late and can still be kept, the longest overdue first."""
    found = promises_of(session, brand_id, now, settings)
    return [promise for promise in found if promise.state == "overdue"]


def derive(ground: Ground, now: datetime, settings: PromiseSettings) -> list[Promise]:
    """The promises in these rows, in whatever order the rows come; by what is due first."""
    found = [
        *from_charters(ground, now),
        *from_terms(ground, now),
        *from_meetings(ground, now),
        *from_pay(ground, now),
        *from_suggestions(ground, now, settings),
    ]
    never = datetime.max.replace(tzinfo=now.tzinfo)
    return sorted(
        found, key=lambda p: (p.due_at or never, p.kind, p.ref, p.member_id or 0, p.words)
    )
