"""Queries about readings, vectors and what is still unread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, or_
from sqlalchemy import select as select_many
from sqlmodel import Session, col, func, select

from store import tables
from store.moderation import hidden_posts
from store.tally_due import touch
from store.upsert import replace


def unread(session: Session, brand_id: int, model: str, *, limit: int) -> Sequence[tables.Post]:
    """Posts about the brand that this model has not read as they stand now, oldest id first."""
    this = and_(
        col(tables.Reading.post_id) == col(tables.Post.id),
        col(tables.Reading.brand_id) == brand_id,
        col(tables.Reading.model) == model,
        col(tables.Reading.text_sha) == col(tables.Post.text_sha),
    )
    query = (
        select(tables.Post)
        .join(tables.Mention, col(tables.Mention.post_id) == col(tables.Post.id))
        .outerjoin(tables.Reading, this)
        .where(col(tables.Mention.brand_id) == brand_id, col(tables.Reading.post_id).is_(None))
    )
    return session.exec(query.order_by(col(tables.Post.id)).limit(limit)).all()


def count_unread(session: Session, brand_id: int, model: str) -> int:
    """How many posts about the brand this model has still to read."""
    read = (
        select(func.count())
        .select_from(tables.Reading)
        .join(tables.Post, col(tables.Post.id) == col(tables.Reading.post_id))
        .join(
            tables.Mention,
            and_(
                col(tables.Mention.post_id) == col(tables.Post.id),
                col(tables.Mention.brand_id) == brand_id,
            ),
        )
        .where(
            col(tables.Reading.brand_id) == brand_id,
            col(tables.Reading.model) == model,
            col(tables.Reading.text_sha) == col(tables.Post.text_sha),
        )
    )
    about = (
        select(func.count())
        .select_from(tables.Mention)
        .where(col(tables.Mention.brand_id) == brand_id)
    )
    return session.exec(about).one() - session.exec(read).one()


def save_readings(
    session: Session, readings: Sequence[Mapping[str, Any]], vectors: Sequence[Mapping[str, Any]]
) -> None:
    """Keep what a model said of some posts and where they stand among the others."""
    replace(session, tables.Reading, readings, key=("post_id", "brand_id", "model"))
    replace(session, tables.Vector, vectors, key=("post_id", "brand_id"))
    touch(session, [reading["post_id"] for reading in readings])


class Evidence(NamedTuple):
    """A post about the brand with its reading and its author, as `weigh` and `why` need it."""

    post: tables.Post
    mention: tables.Mention
    reading: tables.Reading
    author: tables.Author | None
    theme_id: int | None


def evidence(
    session: Session, brand_id: int, model: str, *, post_ids: Sequence[int] | None = None
) -> Iterator[Evidence]:
    """Every read post about the brand (or just these) but what a moderator hid, in order of id."""
    query = (
        select_many(
            tables.Post,
            tables.Mention,
            tables.Reading,
            tables.Author,
            col(tables.Vector.theme_id),
        )
        .join(tables.Mention, col(tables.Mention.post_id) == col(tables.Post.id))
        .join(tables.Reading, col(tables.Reading.post_id) == col(tables.Post.id))
        .outerjoin(tables.Author, col(tables.Author.id) == col(tables.Post.author_id))
        .outerjoin(
            tables.Vector,
            and_(
                col(tables.Vector.post_id) == col(tables.Post.id),
                col(tables.Vector.brand_id) == brand_id,
            ),
        )
        .where(
            col(tables.Mention.brand_id) == brand_id,
            col(tables.Reading.brand_id) == brand_id,
            col(tables.Reading.model) == model,
        )
        .order_by(col(tables.Post.id))
    )
    if post_ids is not None:
        query = query.where(col(tables.Post.id).in_(post_ids))
    hidden = hidden_posts(session, brand_id)
    for row in session.execute(query):
        if row[0].id not in hidden:
            yield Evidence(*row)


def newest_model(session: Session, brand_id: int) -> str | None:
    """The model whose readings of the brand are newest; None if nothing was read.

    Model by model along the index: a store of a million readings answers as fast as an empty one.
    """
    newest: dict[str, datetime] = {}
    last = ""
    while True:
        query = (
            select(tables.Reading.model)
            .where(col(tables.Reading.brand_id) == brand_id, col(tables.Reading.model) > last)
            .order_by(col(tables.Reading.model))
        )
        model = session.exec(query.limit(1)).first()
        if model is None:
            return max(sorted(newest), key=newest.__getitem__, default=None)
        read = select(tables.Reading.read_at).where(
            col(tables.Reading.brand_id) == brand_id, col(tables.Reading.model) == model
        )
        newest[model] = session.exec(
            read.order_by(col(tables.Reading.read_at).desc()).limit(1)
        ).one()
        last = model


def vectors(
    session: Session, brand_id: int, model: str
) -> Iterator[tuple[tables.Vector, tables.Post]]:
    """Every scored or unscored post's vector made by this encoder, in order of id."""
    query = (
        select(tables.Vector, tables.Post)
        .join(tables.Post, col(tables.Post.id) == col(tables.Vector.post_id))
        .join(
            tables.Mention,
            and_(
                col(tables.Mention.post_id) == col(tables.Post.id),
                col(tables.Mention.brand_id) == brand_id,
            ),
        )
        .where(col(tables.Vector.brand_id) == brand_id, col(tables.Vector.model) == model)
        .order_by(col(tables.Post.id))
    )
    yield from session.exec(query)


def is_stale(reading: tables.Reading, post: tables.Post) -> bool:
    """Whether the post was edited after it was read."""
    return reading.text_sha != post.text_sha


def abstained(session: Session, brand_id: int, model: str) -> dict[str, int]:
    """How many posts each reason kept from being scored."""
    query = (
        select(tables.Reading.reason, func.count())
        .where(
            col(tables.Reading.brand_id) == brand_id,
            col(tables.Reading.model) == model,
            or_(col(tables.Reading.abstained), col(tables.Reading.label).is_(None)),
        )
        .group_by(col(tables.Reading.reason))
    )
    return {reason or "": count for reason, count in session.exec(query)}
