"""Queries of what stands around a post: the conversation it is part of, the brands it names."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from store import tables


def others_in_thread(session: Session, post: tables.Post, *, limit: int = 50) -> Sequence[int]:
    """The numbers of the other posts of the same conversation, the newest first."""
    if not post.thread_key:
        return []
    query = select(tables.Post.id).where(
        col(tables.Post.thread_key) == post.thread_key,
        col(tables.Post.source_id) == post.source_id,
        col(tables.Post.id) != post.id,
    )
    newest = query.order_by(col(tables.Post.at).desc(), col(tables.Post.id).desc())
    return [number or 0 for number in session.exec(newest.limit(limit))]


def brands_named(session: Session, post_id: int) -> Sequence[tables.BrandRow]:
    """The brands a post is about, by name."""
    query = (
        select(tables.BrandRow)
        .join(tables.Mention, col(tables.Mention.brand_id) == col(tables.BrandRow.id))
        .where(col(tables.Mention.post_id) == post_id)
    )
    return session.exec(query.order_by(col(tables.BrandRow.name))).all()
