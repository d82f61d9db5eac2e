"""Queries of what one author wrote about a brand, however many others wrote about it too."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, literal
from sqlmodel import Session, col, select

from store import tables

MOST = 2_000
"""Posts of one author that are looked at, the newest; whoever wrote more is known well enough."""


def post_ids(session: Session, brand_id: int, author_id: int) -> Sequence[int]:
    """The author's newest posts about the brand."""
    query = (
        select(tables.Post.id)
        .join(tables.Mention, col(tables.Mention.post_id) == col(tables.Post.id))
        .where(col(tables.Mention.brand_id) == brand_id, col(tables.Post.author_id) == author_id)
        .order_by(col(tables.Post.at).desc(), col(tables.Post.id).desc())
    )
    return [number or 0 for number in session.exec(query.limit(MOST))]


def last_dated(session: Session, brand_id: int) -> datetime | None:
    """When the brand was last spoken of, as far as its sources gave a date."""
    about = exists(
        select(literal(1)).where(
            col(tables.Mention.post_id) == col(tables.Post.id),
            col(tables.Mention.brand_id) == brand_id,
        )
    ).correlate(tables.Post)
    query = (
        select(tables.Post.created_at)
        .where(about, col(tables.Post.created_at).is_not(None))
        .order_by(col(tables.Post.at).desc())
    )
    return session.exec(query.limit(1)).first()


def stance(session: Session, brand_id: int, author_id: int) -> tables.Stance | None:
    """How the author stood when last weighed."""
    return session.get(tables.Stance, (author_id, brand_id))
