"""Queries about advocacy: who recommends the brand, and how willingly, by their own answer."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from store import tables
from store.counted import Counted


class Answer(NamedTuple):
    """How likely somebody is to recommend the brand, 0 to 10.

    person : their first account; None where the source names nobody
    """

    person: int | None
    score: int


def answers_between(
    session: Session, brand_id: int, counted: Counted, since: datetime, until: datetime
) -> list[Answer]:
    """The newest answer of each person, `since` included, `until` not; staff and bots left out.

    Answers without an account are all there, for nobody knows whose they are.
    """
    post, mention = tables.Post, tables.Mention
    query = (
        select(post.author_id, post.nps)
        .join(mention, col(mention.post_id) == col(post.id))
        .where(
            col(mention.brand_id) == brand_id,
            col(post.nps).is_not(None),
            col(post.at) >= since,
            col(post.at) < until,
            col(post.is_repost).is_(False),
        )
        .order_by(col(post.at), col(post.id))
    )
    newest: dict[int, Answer] = {}
    nameless: list[Answer] = []
    for author_id, score in session.exec(query):
        person = counted.whose(author_id)
        if score is None or (person is None and author_id is not None):
            continue
        if person is None:
            nameless.append(Answer(None, score))
        else:
            newest[person] = Answer(person, score)
    return [*nameless, *(newest[person] for person in sorted(newest))]
