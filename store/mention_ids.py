"""Which posts match a filter of mentions, newest first, found without reading all of them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func

from store import tables
from store.mention_conditions import any_of, asked_of_post, hanging_on_post, of_post
from store.mention_filter import Cursor, MentionFilter
from store.search import are_rare, is_few, matches

FEW = 2_000
"""A theme or brand of no more posts is listed and sorted; a larger one is met soon on the way."""


class Window(NamedTuple):
    """Some of the newest posts: those since a moment, none of them of a smaller id."""

    since: datetime
    least_id: int


def newest_window(
    session: Session,
    wanted: MentionFilter,
    size: int,
    *,
    brand_id: int | None = None,
    before: Cursor | None = None,
) -> Window | None:
    """The newest posts in the filter's time, about `size` of them; None if there are no more.

    brand_id : only posts about it are counted, else posts about anything
    """
    at = col(tables.Post.at)
    query = select_columns(at).where(*asked_of_post(replace(wanted, kind=None)))
    if brand_id is not None:
        query = query.where(any_of(of_post(tables.Mention, brand_id)))
    if before is not None:
        query = query.where(at <= before.at)
    since = session.execute(query.order_by(at.desc()).limit(1).offset(size)).scalar()
    if since is None:
        return None
    # + 0: else SQLite looks for the least id from the first post on, instead of in the window
    least = select_columns(func.min(col(tables.Post.id) + 0)).where(at >= since)
    return Window(since, session.execute(least).scalar_one())


def is_narrow(session: Session, brand_id: int, wanted: MentionFilter) -> bool:
    """Whether what is asked for is in so few posts that all of them can be looked at."""
    if wanted.author_id is not None or wanted.hidden or wanted.corrected:
        return True
    if wanted.theme_id is not None and is_few(session, _themed(brand_id, wanted.theme_id), FEW):
        return True
    return are_rare(session, wanted.words) or is_few(session, _about(brand_id), FEW)


def newest_ids(
    session: Session,
    brand_id: int,
    wanted: MentionFilter,
    model: str | None,
    window: Window | None = None,
) -> Any:
    """Ids of matching posts, newest first; of a window, or of all.

    Every condition on another table is an EXISTS, so that SQLite walks the posts by time and stops
    when the page is full; only what is in few posts (a rare word, a small theme) is listed first.
    """
    post = tables.Post
    here = of_post(tables.Mention, brand_id)
    query = select_columns(col(post.id)).where(*asked_of_post(wanted))
    query = query.where(_in_few_or_any(session, _about(brand_id), here))
    if wanted.theme_id is not None:
        themed = _themed(brand_id, wanted.theme_id)
        theirs = col(tables.Vector.theme_id) == wanted.theme_id
        theirs = and_(of_post(tables.Vector, brand_id), theirs)
        query = query.where(_in_few_or_any(session, themed, theirs))
    if window is not None:
        query = query.where(col(post.at) >= window.since)
    words = matches(session, wanted.words, window.least_id if window else 0)
    if words is not None:
        query = query.where(words)
    for condition in hanging_on_post(brand_id, wanted, model):
        query = query.where(condition)
    return query.order_by(col(post.at).desc(), col(post.id).desc())


def _in_few_or_any(session: Session, rows: Any, here: ColumnElement[bool]) -> ColumnElement[bool]:
    """The post is one of few that are listed first, or is asked about when it is met."""
    return col(tables.Post.id).in_(rows) if is_few(session, rows, FEW) else any_of(here)


def _about(brand_id: int) -> Any:
    mention = tables.Mention
    return select_columns(col(mention.post_id)).where(col(mention.brand_id) == brand_id)


def _themed(brand_id: int, theme_id: int) -> Any:
    vector = tables.Vector
    return select_columns(col(vector.post_id)).where(
        col(vector.theme_id) == theme_id, col(vector.brand_id) == brand_id
    )
