"""Queries about answers: what people asked in public, and when somebody of ours first answered."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from store import tables
from store.counted import Counted


class Asked(NamedTuple):
    """One post of a person about the brand that could be answered in public.

    person      : their first account; None where the source names nobody
    answered_at : of the first answer by the brand's staff, None while there is none
    """

    person: int | None
    at: datetime
    answered_at: datetime | None


def asked_between(
    session: Session, brand_id: int, counted: Counted, since: datetime, until: datetime
) -> list[Asked]:
    """People's posts within the half-open window, oldest first, with answers before `until`.

    An answer is a later post by staff in the same conversation or to that very post. Left out:
    articles, reposts, surveys, and posts of which no hour is known.
    """
    answers = _Answers(session, counted, since, until)
    post = tables.Post
    columns: Any = (post.author_id, post.at, post.source_id, post.native_key, post.thread_key)
    query = (
        select(*columns)
        .join(tables.Mention, col(tables.Mention.post_id) == col(post.id))
        .where(
            col(tables.Mention.brand_id) == brand_id,
            col(post.at) >= since,
            col(post.at) < until,
            col(post.is_repost).is_(False),
            col(post.kind).not_in(("article", "survey")),
            col(post.time_quality) == "given",
        )
        .order_by(col(post.at), col(post.id))
    )
    return [
        Asked(counted.whose(author_id), at, answers.first(source, native_key, thread, at))
        for author_id, at, source, native_key, thread in session.exec(query)
        if author_id not in counted.others
    ]


class _Answers:
    """When staff spoke, by conversation and by the post they answered."""

    def __init__(
        self, session: Session, counted: Counted, since: datetime, until: datetime
    ) -> None:
        self.in_thread: dict[tuple[int, str], list[datetime]] = defaultdict(list)
        self.to_post: dict[tuple[int, str], list[datetime]] = defaultdict(list)
        post = tables.Post
        query = (
            select(post.at, post.source_id, post.thread_key, post.parent_key)
            .where(
                col(post.at) >= since,
                col(post.at) < until,
                col(post.is_repost).is_(False),
                col(post.thread_key).is_not(None) | col(post.parent_key).is_not(None),
                col(post.author_id).in_(sorted(counted.staff)),
            )
            .order_by(col(post.at))
        )
        for at, source, thread, parent in session.exec(query) if counted.staff else ():
            if thread is not None:
                self.in_thread[source, thread].append(at)
            if parent is not None:
                self.to_post[source, parent].append(at)

    def first(
        self, source: int, native_key: str, thread: str | None, at: datetime
    ) -> datetime | None:
        """The first answer to a post; in a conversation only what was said after it."""
        talk = self.in_thread.get((source, thread or native_key), [])
        direct = self.to_post.get((source, native_key), [])
        found = [*talk[bisect_right(talk, at) :][:1], *direct[bisect_left(direct, at) :][:1]]
        return min(found, default=None)
