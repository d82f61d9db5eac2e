"""Queries of what must be tallied again: the days on which something came, went or was read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from store import tables
from store.upsert import chunks, insert_new


def touch(session: Session, post_ids: Sequence[int]) -> None:
    """Say that the days of these posts are to be counted anew, for the brands they are about.

    Called before a post goes or changes its day, and after it came, changed or was read.
    """
    due: set[tuple[int, str]] = set()
    for some in chunks(post_ids):
        query = (
            select_columns(col(tables.Mention.brand_id), col(tables.Post.at))
            .join(tables.Post, col(tables.Post.id) == col(tables.Mention.post_id))
            .where(col(tables.Mention.post_id).in_(some))
        )
        due.update((brand_id, day_of(at)) for brand_id, at in session.execute(query))
    rows = [{"brand_id": brand_id, "day": day} for brand_id, day in sorted(due)]
    insert_new(session, tables.TallyDue, rows, key=("brand_id", "day"))


def due_days(session: Session, brand_id: int) -> Sequence[str]:
    """The days to be counted anew, in order."""
    query = select(tables.TallyDue.day).where(col(tables.TallyDue.brand_id) == brand_id)
    return session.exec(query.order_by(col(tables.TallyDue.day))).all()


def day_of(at: datetime) -> str:
    """The UTC day of a moment ("2026-03-01")."""
    return at.astimezone(UTC).date().isoformat()
