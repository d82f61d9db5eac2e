"""Which posts about a brand: a filter of the mentions stream, and the conditions it stands for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, union
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func

from config.errors import RuleError
from store import tables
from store.counted import NOT_PEOPLE
from store.moderation import HIDING
from store.search import is_few, matches

IDEA = 0.5
"""From here on a reading sees an idea in a post."""
FEW = 2_000
"""A theme or brand of no more posts is listed and sorted; a larger one is met soon on the way."""
LABELS = ("negative", "neutral", "positive", "abstained", "unread")
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class MentionFilter:
    """Which posts; None (or no words) = whatever it is.

    words     : as in store.search
    label     : one of LABELS, as the newest model read the post
    site      : where its author's account lives; of nobody's posts the source's name
    language  : as read, else as told by its source
    since, until : half-open, aware UTC
    stance    : of its author towards the brand
    has_idea  : the reading sees an idea in it
    corrected : somebody of ours corrected its reading
    hidden    : a moderator hid it
    counted   : True = those that tallies count (store.tallies)
    """

    words: str = ""
    label: str | None = None
    site: str | None = None
    source_id: int | None = None
    language: str | None = None
    theme_id: int | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    author_id: int | None = None
    stance: str | None = None
    has_idea: bool | None = None
    corrected: bool | None = None
    hidden: bool | None = None
    counted: bool | None = None


class Cursor(NamedTuple):
    """Where a page ended: the next one holds what is older."""

    at: datetime
    post_id: int

    def __str__(self) -> str:
        return f"{self.at.isoformat()}_{self.post_id}"


def read_cursor(text: str) -> Cursor:
    """The cursor that was written so. Raises RuleError."""
    at, _, post_id = text.partition("_")
    try:
        cursor = Cursor(datetime.fromisoformat(at), int(post_id))
    except ValueError:
        cursor = None
    if cursor is None or cursor.at.tzinfo is None or len(post_id) > _DIGITS:
        raise RuleError(
            "That is no place in this list.", mend="Start again from the top of the list."
        )
    return cursor


def newest_ids(session: Session, brand_id: int, wanted: MentionFilter, model: str | None) -> Any:
    """Ids of matching posts, newest first.

    Every condition on another table is an EXISTS, so that SQLite walks the posts by time and stops
    when the page is full; only what is in few posts (a rare word, a small theme) is listed first.
    """
    post = tables.Post
    query = select_columns(col(post.id)).where(_in_few_or_any(session, tables.Mention, brand_id))
    if wanted.theme_id is not None:
        themed = col(tables.Vector.theme_id) == wanted.theme_id
        query = query.where(_in_few_or_any(session, tables.Vector, brand_id, themed))
    for value, column in (
        (wanted.source_id, post.source_id),
        (wanted.author_id, post.author_id),
        (wanted.kind, post.kind),
    ):
        if value is not None:
            query = query.where(col(column) == value)
    if wanted.since is not None:
        query = query.where(col(post.at) >= wanted.since)
    if wanted.until is not None:
        query = query.where(col(post.at) < wanted.until)
    words = matches(session, wanted.words)
    if words is not None:
        query = query.where(words)
    for condition in _asked(brand_id, wanted, model):
        query = query.where(condition)
    return query.order_by(col(post.at).desc(), col(post.id).desc())


def _asked(brand_id: int, wanted: MentionFilter, model: str | None) -> list[ColumnElement[bool]]:
    """The conditions on what hangs on a post."""
    asked: list[ColumnElement[bool]] = []
    here = read_by(brand_id, model)
    if wanted.label == "unread":
        asked.append(~_any(here))
    elif wanted.label is not None:
        asked.append(_any(here, label_of() == wanted.label))
    if wanted.site is not None:
        asked.append(_at_site(wanted.site))
    if wanted.language is not None:
        asked.append(_in_language(brand_id, model, wanted.language))
    if wanted.stance is not None:
        asked.append(_by_stance(brand_id, wanted.stance))
    hanging: tuple[tuple[bool | None, Callable[[], ColumnElement[bool]]], ...] = (
        (wanted.has_idea, lambda: _any(here, col(tables.Reading.idea) >= IDEA)),
        (wanted.corrected, lambda: _is_corrected(brand_id)),
        (wanted.hidden, lambda: is_hidden(brand_id)),
        (wanted.counted, lambda: _counts(brand_id, model)),
    )
    for sought, condition in hanging:
        if sought is not None:
            asked.append(condition() if sought else ~condition())
    return asked


def of_post(table: Any, brand_id: int) -> ColumnElement[bool]:
    """A row that says something of the post towards the brand."""
    return and_(col(table.post_id) == col(tables.Post.id), col(table.brand_id) == brand_id)


def read_by(brand_id: int, model: str | None) -> ColumnElement[bool]:
    """The model's reading of the post as it stands."""
    return and_(
        of_post(tables.Reading, brand_id),
        col(tables.Reading.model) == (model or ""),
        col(tables.Reading.text_sha) == col(tables.Post.text_sha),
    )


def label_of() -> ColumnElement[str]:
    """The reading's label, one of LABELS."""
    reading = tables.Reading
    return case(
        (col(reading.post_id).is_(None), "unread"),
        (col(reading.abstained), "abstained"),
        else_=func.coalesce(col(reading.label), "abstained"),
    )


def is_hidden(brand_id: int) -> ColumnElement[bool]:
    """A moderator hid the post and nobody took that back."""
    item = tables.ReviewItem
    hidden = select_columns(col(item.post_id)).where(
        col(item.kind) == "post",
        col(item.brand_id) == brand_id,
        col(item.decision).in_(HIDING),
        col(item.post_id).is_not(None),
    )
    return col(tables.Post.id).in_(hidden)


def corrects(brand_id: int) -> ColumnElement[bool]:
    """A label by which somebody of ours corrected the reading of the post as it stands."""
    return and_(
        of_post(tables.Label, brand_id),
        col(tables.Label.item_id).is_not(None),
        col(tables.Label.text_sha) == col(tables.Post.text_sha),
    )


def site_of() -> ColumnElement[str]:
    """Where the post's author lives; of nobody's posts the source's name."""
    return func.coalesce(col(tables.Author.site), col(tables.Source.name))


def language_of() -> ColumnElement[str]:
    """As read, else as told by the source."""
    return func.coalesce(col(tables.Reading.language), col(tables.Post.language))


def _in_few_or_any(
    session: Session, table: Any, brand_id: int, *more: ColumnElement[bool]
) -> ColumnElement[bool]:
    rows = select_columns(col(table.post_id)).where(col(table.brand_id) == brand_id, *more)
    if is_few(session, rows, FEW):
        return col(tables.Post.id).in_(rows)
    return _any(of_post(table, brand_id), *more)


def _is_corrected(brand_id: int) -> ColumnElement[bool]:
    label = tables.Label
    told = select_columns(col(label.post_id)).where(
        col(label.brand_id) == brand_id, col(label.item_id).is_not(None)
    )
    return and_(col(tables.Post.id).in_(told), _any(corrects(brand_id)))


def _any(*holds: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists(select_columns(literal(1)).where(*holds)).correlate(tables.Post)


def _at_site(site: str) -> ColumnElement[bool]:
    author, source, post = tables.Author, tables.Source, tables.Post
    theirs = _any(col(author.id) == col(post.author_id), col(author.site) == site)
    named = select_columns(col(source.id)).where(col(source.name) == site)
    return or_(theirs, and_(col(post.author_id).is_(None), col(post.source_id).in_(named)))


def _in_language(brand_id: int, model: str | None, language: str) -> ColumnElement[bool]:
    reading = tables.Reading
    here = read_by(brand_id, model)
    read = _any(here, col(reading.language) == language)
    unread = ~_any(here, col(reading.language).is_not(None))
    return or_(read, and_(col(tables.Post.language) == language, unread))


def _by_stance(brand_id: int, stance: str) -> ColumnElement[bool]:
    return _any(
        col(tables.Stance.author_id) == col(tables.Post.author_id),
        col(tables.Stance.brand_id) == brand_id,
        col(tables.Stance.stance) == stance,
    )


def _counts(brand_id: int, model: str | None) -> ColumnElement[bool]:
    """In somebody's own words and read: what `store.tallies` counts."""
    post = tables.Post
    return and_(
        col(post.is_repost).is_(False),
        col(post.kind) != "article",
        or_(col(post.author_id).is_(None), col(post.author_id).not_in(_not_people(brand_id))),
        _any(read_by(brand_id, model)),
    )


def _not_people(brand_id: int) -> Any:
    """Accounts of `store.counted.who_counts(...).others`: staff, bots, media, whoever is them."""
    author, flag = tables.Author, tables.Flag
    marked = select_columns(col(author.id)).where(
        col(author.is_staff) | col(author.is_bot) | col(author.is_media)
    )
    flagged = select_columns(col(flag.author_id)).where(
        col(flag.brand_id) == brand_id,
        col(flag.kind).in_(NOT_PEOPLE),
        col(flag.excludes),
        col(flag.overridden_at).is_(None),
    )
    both = union(marked, flagged).subquery()
    persons = select_columns(col(author.person_id)).where(
        col(author.id).in_(select_columns(both.c[0])), col(author.person_id).is_not(None)
    )
    linked = select_columns(col(author.id)).where(col(author.person_id).in_(persons))
    return union(marked, flagged, linked)
