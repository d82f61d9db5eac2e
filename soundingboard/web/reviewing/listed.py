"""The list of the review queue: a page of rows, how many there are, and what the next one is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from community.moderating.moderation import Queued
from community.moderating.priority import priority
from soundingboard.reviewing import item_cards
from soundingboard.web.reviewing.asked import Asked
from store import moderation as queue_queries
from store import review_queue, tables
from store.review_queue import HELD, STATES

A_PAGE = 50
URGENT, SOON = 12.0, 5.0
"""Points: two colleagues' reports are urgent (6 each), one is soon; a lone cue can wait."""
EXPORTED = (
    "id", "kind", "brand", "about", "why", "priority", "state", "opened_at", "reopened",
    "snoozed_until", "claimed_by", "decision", "reason", "note", "decided_by", "decided_at",
)  # fmt: skip


def list_view(session: Session, wanted: Asked, now: datetime) -> dict[str, Any]:
    """A page of the queue as the template shows it."""
    last = session.get(tables.ReviewItem, wanted.after) if wanted.after else None
    some = review_queue.page(
        session, wanted.filter, now, sort=wanted.sort, after=last, limit=A_PAGE + 1
    )
    rows = some[:A_PAGE]
    total, capped = review_queue.count(session, wanted.filter, now)
    ahead = 0
    if rows and last is not None:
        ahead = review_queue.before(session, wanted.filter, now, rows[0], wanted.sort)
    return {
        "asked": wanted,
        "rows": row_cards(session, rows, now),
        "total": total,
        "capped": capped,
        "ahead": None if ahead == review_queue.MOST_COUNTED else ahead,
        "after": rows[-1].id if len(some) > A_PAGE else None,
        "states": _states(session, wanted, now),
        "kinds": review_queue.kinds(session, wanted.filter, now),
        "held": HELD,
        "next_awake": None
        if rows
        else review_queue.next_awake(session, wanted.filter.brand_id, now),
    }


def row_cards(
    session: Session, rows: Sequence[tables.ReviewItem], now: datetime
) -> list[dict[str, Any]]:
    """Items as rows: what each is about, why it is here, how much it presses and who has it."""
    queued = [Queued(row, priority(row.priority, row.opened_at, now)) for row in rows]
    reports = queue_queries.reports_of(session, [row.id or 0 for row in rows])
    return [
        card
        | {
            "item": row,
            "reports": len(reports.get(row.id or 0, ())),
            "presses": presses(row.priority),
            "snoozed_until": row.snoozed_until,
        }
        for row, card in zip(rows, item_cards(session, queued, now), strict=True)
    ]


def next_after(
    session: Session, wanted: Asked, item: tables.ReviewItem, now: datetime
) -> int | None:
    """The item that comes after this one in the list, else the first of it."""
    for last in (item, None):
        found = review_queue.page(
            session, wanted.filter, now, sort=wanted.sort, after=last, limit=2
        )
        for one in found:
            if one.id != item.id:
                return one.id
    return None


def all_rows(session: Session, wanted: Asked, now: datetime) -> Iterator[dict[str, Any]]:
    """Every row of the list, for an export."""
    last = None
    while rows := review_queue.page(
        session, wanted.filter, now, sort=wanted.sort, after=last, limit=500
    ):
        last = rows[-1]
        yield from row_cards(session, rows, now)


def presses(points: float) -> str:
    """How urgent an item is, in words."""
    return "urgent" if points >= URGENT else "soon" if points >= SOON else "can wait"


def _states(session: Session, wanted: Asked, now: datetime) -> dict[str, tuple[int, bool]]:
    return {
        state: review_queue.count(session, replace(wanted.filter, state=state, held=None), now)
        for state in STATES
    }
