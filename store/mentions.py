"""The stream of posts about a brand: filtered, newest first, a page at a time, and counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func

from store import tables
from store.mention_conditions import (
    corrects,
    is_hidden,
    label_of,
    language_of,
    of_post,
    read_by,
    site_of,
)
from store.mention_filter import Cursor, MentionFilter
from store.mention_ids import is_narrow, newest_ids, newest_window
from store.readings import newest_model
from store.search import are_rare

MOST_COUNTED = 10_000
"""Facets and counts look at this many of a brand's newest posts; if there are more, they say so."""
LOOKED_AT = (10_000, 100_000)
"""How many of the newest posts are searched for a frequent word, before all are."""
FACETS = ("label", "site", "language", "theme", "kind")


class Mentioned(NamedTuple):
    """A post about the brand with all that its line shows.

    reading    : the newest model's, of the text as it stands; None = not read yet
    correction : the newest label by which somebody of ours corrected that reading
    stance     : of its author towards the brand, where it was weighed
    """

    post: tables.Post
    source: tables.Source
    author: tables.Author | None
    reading: tables.Reading | None
    theme_id: int | None
    theme: str | None
    stance: str | None
    hidden: bool
    correction: tables.Label | None

    @property
    def site(self) -> str:
        return self.author.site if self.author else self.source.name

    @property
    def label(self) -> str:
        """What the post feels: a person's word goes before the model's."""
        if self.correction is not None:
            return self.correction.label
        if self.reading is None:
            return "unread"
        if self.reading.abstained or self.reading.label is None:
            return "abstained"
        return self.reading.label

    @property
    def cursor(self) -> Cursor:
        return Cursor(self.post.at, self.post.id or 0)


@dataclass(frozen=True, slots=True)
class Facet:
    """How many of the newest matching posts have a value.

    capped : there are older ones that were not counted
    name   : what to call the value
    """

    value: str | int
    count: int
    capped: bool
    name: str


def mentions(
    session: Session,
    brand_id: int,
    wanted: MentionFilter,
    *,
    before: Cursor | None = None,
    limit: int = 50,
) -> list[Mentioned]:
    """The newest posts that match, or those older than a cursor.

    A frequent word is listed for some of the newest posts, and for more until the page is full.
    """
    model = newest_model(session, brand_id)
    frequent = bool(wanted.words) and not are_rare(session, wanted.words)
    sizes = LOOKED_AT if frequent else ()
    for size in (*sizes, None):
        window = newest_window(session, wanted, size, before=before) if size else None
        query = newest_ids(session, brand_id, wanted, model, window)
        if before is not None:
            at, number = col(tables.Post.at), col(tables.Post.id)
            query = query.where(at <= before.at, or_(at < before.at, number < before.post_id))
        post_ids = session.execute(query.limit(limit)).scalars().all()
        if window is None or len(post_ids) == limit:
            break
    return _lines(session, brand_id, post_ids, model)


def mentioned(session: Session, brand_id: int, post_ids: Sequence[int]) -> list[Mentioned]:
    """These posts about the brand, newest first: what a number rests on."""
    return _lines(session, brand_id, post_ids, newest_model(session, brand_id))


def _lines(
    session: Session, brand_id: int, post_ids: Sequence[int], model: str | None
) -> list[Mentioned]:
    if not post_ids:
        return []
    post, author, vector = tables.Post, tables.Author, tables.Vector
    query = (
        select_columns(
            post,
            tables.Source,
            author,
            tables.Reading,
            col(vector.theme_id),
            col(tables.Theme.name),
            col(tables.Stance.stance),
            is_hidden(brand_id),
        )
        .join(tables.Mention, of_post(tables.Mention, brand_id))
        .join(tables.Source, col(tables.Source.id) == col(post.source_id))
        .outerjoin(author, col(author.id) == col(post.author_id))
        .outerjoin(tables.Reading, read_by(brand_id, model))
        .outerjoin(vector, of_post(vector, brand_id))
        .outerjoin(tables.Theme, col(tables.Theme.id) == col(vector.theme_id))
        .outerjoin(
            tables.Stance,
            (col(tables.Stance.author_id) == col(post.author_id))
            & (col(tables.Stance.brand_id) == brand_id),
        )
        .where(col(post.id).in_(list(post_ids)))
    )
    corrections = _corrections(session, brand_id, post_ids)
    rows = [
        Mentioned._make((*row, corrections.get(row[0].id or 0)))
        for row in session.execute(query).all()
    ]
    return sorted(rows, key=lambda row: row.cursor, reverse=True)


def _corrections(
    session: Session, brand_id: int, post_ids: Sequence[int]
) -> dict[int, tables.Label]:
    query = (
        select_columns(tables.Label)
        .join(tables.Post, col(tables.Post.id) == col(tables.Label.post_id))
        .where(corrects(brand_id), col(tables.Label.post_id).in_(list(post_ids)))
        .order_by(col(tables.Label.labelled_at), col(tables.Label.id))
    )
    return {label.post_id: label for label in session.execute(query).scalars()}


def count(session: Session, brand_id: int, wanted: MentionFilter) -> tuple[int, bool]:
    """How many posts match, and whether it may be more, as older posts were not looked at."""
    model = newest_model(session, brand_id)
    some, capped = _looked_at(session, brand_id, wanted, model)
    number: int = session.execute(select_columns(func.count()).select_from(some)).scalar_one()
    return min(number, MOST_COUNTED), capped or number > MOST_COUNTED


def _looked_at(
    session: Session, brand_id: int, wanted: MentionFilter, model: str | None
) -> tuple[Any, bool]:
    """Ids of what matches: all where that is little, else among the brand's newest posts.

    The bool says that there are posts which were not looked at.
    """
    window = None
    if not is_narrow(session, brand_id, wanted):
        window = newest_window(session, wanted, MOST_COUNTED, brand_id=brand_id)
    query = newest_ids(session, brand_id, wanted, model, window)
    return query.limit(MOST_COUNTED + 1).subquery(), window is not None


def facets(session: Session, brand_id: int, wanted: MentionFilter) -> dict[str, list[Facet]]:
    """What the newest matching posts are like, by each of FACETS, the most frequent first."""
    model = newest_model(session, brand_id)
    some, capped = _looked_at(session, brand_id, wanted, model)
    post, vector = tables.Post, tables.Vector
    query = (
        select_columns(
            label_of(),
            site_of(),
            language_of(),
            col(vector.theme_id),
            col(post.kind),
        )
        .select_from(some)
        .join(post, col(post.id) == some.c.id)
        .join(tables.Source, col(tables.Source.id) == col(post.source_id))
        .outerjoin(tables.Author, col(tables.Author.id) == col(post.author_id))
        .outerjoin(tables.Reading, read_by(brand_id, model))
        .outerjoin(vector, of_post(vector, brand_id))
    )
    rows = session.execute(query).all()
    capped = capped or len(rows) > MOST_COUNTED
    names = _theme_names(session, brand_id)
    return {
        facet: [
            Facet(value, number, capped, names.get(value, str(value)))
            for value, number in Counter(row[place] for row in rows).most_common()
            if value is not None
        ]
        for place, facet in enumerate(FACETS)
    }


def _theme_names(session: Session, brand_id: int) -> dict[Any, str]:
    query = select_columns(col(tables.Theme.id), col(tables.Theme.name))
    rows = session.execute(query.where(col(tables.Theme.brand_id) == brand_id))
    return {row[0]: row[1] for row in rows}
