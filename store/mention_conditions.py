"""What a filter of mentions asks of a post and of all that hangs on it, as conditions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, literal, or_, union
from sqlalchemy import select as select_columns
from sqlmodel import col, func

from store import tables
from store.counted import NOT_PEOPLE
from store.mention_filter import IDEA, MentionFilter
from store.moderation import HIDING


def asked_of_post(wanted: MentionFilter) -> list[ColumnElement[bool]]:
    """The conditions on the post itself, which its indexes by time know."""
    post = tables.Post
    asked: list[ColumnElement[bool]] = []
    for value, column in (
        (wanted.source_id, post.source_id),
        (wanted.author_id, post.author_id),
        (wanted.kind, post.kind),
    ):
        if value is not None:
            asked.append(col(column) == value)
    if wanted.since is not None:
        asked.append(col(post.at) >= wanted.since)
    if wanted.until is not None:
        asked.append(col(post.at) < wanted.until)
    return asked


def hanging_on_post(
    brand_id: int, wanted: MentionFilter, model: str | None
) -> list[ColumnElement[bool]]:
    """The conditions on what hangs on a post."""
    asked: list[ColumnElement[bool]] = []
    here = read_by(brand_id, model)
    if wanted.label == "unread":
        asked.append(~any_of(here))
    elif wanted.label is not None:
        asked.append(any_of(here, label_of() == wanted.label))
    if wanted.site is not None:
        asked.append(_at_site(wanted.site))
    if wanted.language is not None:
        asked.append(_in_language(brand_id, model, wanted.language))
    if wanted.stance is not None:
        asked.append(_by_stance(brand_id, wanted.stance))
    hanging: tuple[tuple[bool | None, Callable[[], ColumnElement[bool]]], ...] = (
        (wanted.has_idea, lambda: any_of(here, col(tables.Reading.idea) >= IDEA)),
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


def any_of(*holds: ColumnElement[bool]) -> ColumnElement[bool]:
    """There is a row of another table that holds all of these of the post."""
    return exists(select_columns(literal(1)).where(*holds)).correlate(tables.Post)


def _is_corrected(brand_id: int) -> ColumnElement[bool]:
    label = tables.Label
    told = select_columns(col(label.post_id)).where(
        col(label.brand_id) == brand_id, col(label.item_id).is_not(None)
    )
    return and_(col(tables.Post.id).in_(told), any_of(corrects(brand_id)))


def _at_site(site: str) -> ColumnElement[bool]:
    author, source, post = tables.Author, tables.Source, tables.Post
    theirs = any_of(col(author.id) == col(post.author_id), col(author.site) == site)
    named = select_columns(col(source.id)).where(col(source.name) == site)
    return or_(theirs, and_(col(post.author_id).is_(None), col(post.source_id).in_(named)))


def _in_language(brand_id: int, model: str | None, language: str) -> ColumnElement[bool]:
    reading = tables.Reading
    here = read_by(brand_id, model)
    read = any_of(here, col(reading.language) == language)
    unread = ~any_of(here, col(reading.language).is_not(None))
    return or_(read, and_(col(tables.Post.language) == language, unread))


def _by_stance(brand_id: int, stance: str) -> ColumnElement[bool]:
    return any_of(
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
        any_of(read_by(brand_id, model)),
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
