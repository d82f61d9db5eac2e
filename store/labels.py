"""Queries of labels: what people say a post feels, beside what a model said of the same text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, delete, select

from store import tables
from store.counted import who_counts
from store.mention_conditions import any_of, of_post
from store.upsert import chunks, replace

KEY = ("post_id", "brand_id", "labelled_by")


class Judged(NamedTuple):
    """A person's label beside a model's of the same text; told None = the model abstained."""

    post_id: int
    label: str
    told: str | None
    sampled: bool


class Labelled(NamedTuple):
    """A label with its post and what the model said of the text that was labelled."""

    label: tables.Label
    post: tables.Post
    reading: tables.Reading | None


def get_post(session: Session, post_id: int | None) -> tables.Post | None:
    """One post by its number."""
    return None if post_id is None else session.get(tables.Post, post_id)


def get_reading(
    session: Session, post: tables.Post, brand_id: int, model: str | None
) -> tables.Reading | None:
    """What a model (None = the newest to read it) says of the post as it stands."""
    query = select(tables.Reading).where(
        col(tables.Reading.post_id) == post.id,
        col(tables.Reading.brand_id) == brand_id,
        col(tables.Reading.text_sha) == post.text_sha,
    )
    if model is not None:
        query = query.where(col(tables.Reading.model) == model)
    newest = query.order_by(col(tables.Reading.read_at).desc(), col(tables.Reading.model))
    return session.exec(newest.limit(1)).first()


def labels_of(
    session: Session, post_id: int, brand_id: int, *, by: str | None = None
) -> Sequence[tables.Label]:
    """What people said of a post towards a brand, oldest first."""
    query = select(tables.Label).where(
        col(tables.Label.post_id) == post_id, col(tables.Label.brand_id) == brand_id
    )
    if by is not None:
        query = query.where(col(tables.Label.labelled_by) == by)
    held = query.order_by(col(tables.Label.labelled_at), col(tables.Label.id))
    return session.exec(held.execution_options(populate_existing=True)).all()


def labelled_by(
    session: Session, brand_id: int, post_ids: Sequence[int], by: str
) -> dict[int, tables.Label]:
    """What somebody said of these posts towards a brand, by post."""
    found: dict[int, tables.Label] = {}
    for some in chunks(post_ids):
        query = select(tables.Label).where(
            col(tables.Label.brand_id) == brand_id,
            col(tables.Label.labelled_by) == by,
            col(tables.Label.post_id).in_(some),
        )
        found |= {label.post_id: label for label in session.exec(query)}
    return found


def labels_by_item(session: Session, item_id: int) -> Sequence[tables.Label]:
    """The labels that deciding a review item made."""
    query = select(tables.Label).where(col(tables.Label.item_id) == item_id)
    return session.exec(query.execution_options(populate_existing=True)).all()


def save_label(session: Session, row: Mapping[str, Any]) -> None:
    """Keep what a person says of a post; saying it again replaces it."""
    replace(session, tables.Label, [row], key=KEY)


def drop_labels(session: Session, ids: Iterable[int | None]) -> None:
    """Take labels back."""
    wanted = [one for one in ids if one is not None]
    session.execute(delete(tables.Label).where(col(tables.Label.id).in_(wanted)))
    session.expire_all()


def own_words_between(
    session: Session, brand_id: int, since: datetime, until: datetime
) -> list[int]:
    """Numbers of people's posts about the brand in their own words; `until` is not included."""
    query = (
        select(tables.Post.id, tables.Post.author_id)
        .where(
            any_of(of_post(tables.Mention, brand_id)),
            col(tables.Post.at) >= since,
            col(tables.Post.at) < until,
            col(tables.Post.is_repost).is_(False),
            col(tables.Post.kind) != "article",
        )
        .order_by(col(tables.Post.at))
    )
    others = who_counts(session, brand_id).others
    return [
        number
        for number, author in session.exec(query)
        if number is not None and author not in others
    ]


def posts_by_id(session: Session, ids: Sequence[int]) -> list[tables.Post]:
    """These posts in the order given; the missing are left out."""
    found: dict[int | None, tables.Post] = {}
    for some in chunks(ids):
        query = select(tables.Post).where(col(tables.Post.id).in_(some))
        found |= {post.id: post for post in session.exec(query)}
    return [found[one] for one in ids if one in found]


def newest_post_at(session: Session, brand_id: int, until: datetime) -> datetime | None:
    """When the brand was last spoken of before `until`."""
    query = (
        select(tables.Post.at)
        .where(any_of(of_post(tables.Mention, brand_id)), col(tables.Post.at) < until)
        .order_by(col(tables.Post.at).desc())
    )
    return session.exec(query.limit(1)).first()


def labelled(session: Session, brand_id: int, model: str | None) -> list[Labelled]:
    """Every label towards a brand, oldest first, with the model's reading of the same text."""
    query = (
        select(tables.Label, tables.Post, tables.Reading)
        .join(tables.Post, col(tables.Post.id) == col(tables.Label.post_id))
        .outerjoin(
            tables.Reading,
            (col(tables.Reading.post_id) == col(tables.Label.post_id))
            & (col(tables.Reading.brand_id) == col(tables.Label.brand_id))
            & (col(tables.Reading.model) == (model or ""))
            & (col(tables.Reading.text_sha) == col(tables.Label.text_sha)),
        )
        .where(col(tables.Label.brand_id) == brand_id)
        .order_by(col(tables.Label.labelled_at), col(tables.Label.id))
    )
    return [Labelled(label, post, reading) for label, post, reading in session.exec(query)]


def judged_between(
    session: Session,
    brand_id: int,
    model: str | None,
    since: datetime | None,
    until: datetime | None,
) -> list[Judged]:
    """The newest label of each post given in the window, blind ones before corrections, by post.

    since, until : half-open; None = no end on that side

    Left out: labels of a text the model did not read, as it was edited in between.
    """
    newest: dict[int, Judged] = {}
    for label, _, reading in labelled(session, brand_id, model):
        at = label.labelled_at
        in_window = (since is None or at >= since) and (until is None or at < until)
        known = newest.get(label.post_id)
        if reading is None or not in_window or (known and known.sampled and not label.sampled):
            continue
        told = None if reading.abstained else reading.label
        newest[label.post_id] = Judged(label.post_id, label.label, told, label.sampled)
    return [newest[post_id] for post_id in sorted(newest)]


def corrections(session: Session, brand_id: int) -> dict[int, tables.Label]:
    """Post id -> the newest correction of its reading, where the text stands as it was."""
    found = {}
    for label, post, _ in labelled(session, brand_id, None):
        if label.item_id is not None and label.text_sha == post.text_sha:
            found[label.post_id] = label
    return found
