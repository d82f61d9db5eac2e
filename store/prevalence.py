"""Queries for how much praise and blame there is: what a model said, and what people said blind."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from store import tables
from store.counted import who_counts
from store.labels import labelled


class Scored(NamedTuple):
    """A model's probabilities of one post in a person's own words.

    author_id : the person's first account; None where the source names nobody
    said      : of negative, neutral, positive; sum 1
    truth     : what a person said who labelled it blind; None = nobody did
    """

    language: str
    author_id: int | None
    said: tuple[float, float, float]
    truth: str | None = None


def scored_between(
    session: Session, brand_id: int, model: str, since: datetime, until: datetime
) -> list[Scored]:
    """What this model says of people's posts about the brand, `since` included, `until` not.

    The posts are those of `measurements.reads_between`, less those it could not read.
    """
    post, reading, mention = tables.Post, tables.Reading, tables.Mention
    query = (
        select(post.author_id, reading)
        .join(reading, col(reading.post_id) == col(post.id))
        .join(mention, (col(mention.post_id) == col(post.id)) & (col(mention.brand_id) == brand_id))
        .where(
            col(reading.brand_id) == brand_id,
            col(reading.model) == model,
            col(reading.text_sha) == col(post.text_sha),
            col(reading.abstained).is_(False),
            col(post.at) >= since,
            col(post.at) < until,
            col(post.is_repost).is_(False),
            col(post.kind) != "article",
        )
        .order_by(col(post.id))
    )
    counted = who_counts(session, brand_id)
    return [
        _scored(counted.whose(author_id), one)
        for author_id, one in session.exec(query)
        if author_id not in counted.others
    ]


def blind_between(
    session: Session, brand_id: int, model: str, since: datetime, until: datetime
) -> list[Scored]:
    """Posts labelled blind in the half-open window, with the newest such label of each, by post.

    Left out: corrections, which were picked because they looked wrong; labels of a text that is
    not the one the model read; posts it could not read; and those of staff, bots and media.
    """
    counted = who_counts(session, brand_id)
    newest: dict[int, Scored] = {}
    for label, post, reading in labelled(session, brand_id, model):
        fresh = label.sampled and since <= label.labelled_at < until
        if fresh and reading and not reading.abstained and post.author_id not in counted.others:
            newest[label.post_id] = _scored(counted.whose(post.author_id), reading, label.label)
    return [newest[post_id] for post_id in sorted(newest)]


def _scored(person: int | None, of: tables.Reading, truth: str | None = None) -> Scored:
    return Scored(of.language or "unknown", person, (of.negative, of.neutral, of.positive), truth)
