"""Counts that an operator watches, each one short query."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from store import outbox, tables
from store.posts import count_posts


class Gauges(NamedTuple):
    """How the house stands at one moment.

    sources_due     : may be asked now; sources_failing : whose last look failed
    outbox          : messages by state; outbox_due : could leave now
    sessions        : browsers signed in and seen since `seen_since`
    """

    posts: int
    sources: int
    sources_failing: int
    sources_due: int
    outbox: dict[str, int]
    outbox_due: int
    sessions: int


def gauges(session: Session, now: datetime, seen_since: datetime) -> Gauges:
    """Count now."""
    source, row, browser = tables.Source, tables.OutboxRow, tables.UserSession
    asked = (col(source.kind) != "file", col(source.paused).is_(None))
    return Gauges(
        posts=count_posts(session),
        sources=_count(session, source),
        sources_failing=_count(session, source, *asked, col(source.failures) > 0),
        sources_due=_count(
            session, source, *asked, col(source.next_at).is_(None) | (col(source.next_at) <= now)
        ),
        outbox=outbox.count_by_state(session),
        outbox_due=_count(
            session,
            row,
            col(row.state).in_(("pending", "retry")),
            col(row.next_at).is_(None) | (col(row.next_at) <= now),
        ),
        sessions=_count(
            session, browser, col(browser.ended_at).is_(None), col(browser.seen_at) >= seen_since
        ),
    )


def answers(session: Session) -> bool:
    """Whether the database answers at all."""
    return session.exec(select(1)).one() == 1


def _count(session: Session, table: type, *conditions: object) -> int:
    query = select(func.count()).select_from(table)
    for condition in conditions:
        query = query.where(condition)  # type: ignore[arg-type]
    return session.exec(query).one()
