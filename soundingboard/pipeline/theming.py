"""Within step 2: what posts of both sides are about, under names and ids that stay."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from config.brand import Brand
from models.reading import Vectors
from models.themes import Theme, ThemeMap, assign, find_themes, theme_text
from soundingboard.pipeline.report import Report
from soundingboard.pipeline.said import own_words
from soundingboard.wiring import Parts
from store import readings as reading_queries
from store import tables
from store import themes as theme_queries
from store.readings import Evidence

ALWAYS_UP_TO = 20_000
"""Up to so many posts themes are found anew whenever something was read (under two seconds)."""
REFIT = timedelta(days=7)
"""Beyond that new posts are only assigned, and themes found anew this often."""
WEEKS = 12
"""How far back it is counted how much a theme was spoken of."""


def find_and_name_themes(parts: Parts, brand_id: int, brand: Brand, report: Report) -> None:
    """Give every read post of the brand its theme; themes found again keep id and given name.

    Posts nobody could read stay without one: the encoder knows no more of their language than the
    reader does, and would make a theme of it. Counts: themes.
    """
    posts = _Posts.load(parts, brand_id, brand)
    with parts.store.read() as session:
        known = theme_queries.themes(session, brand_id, retired=True)
    known = [theme for theme in known if theme.model == parts.reader.model_id]
    current = [theme for theme in known if theme.retired_at is None]
    if len(posts.rows) > ALWAYS_UP_TO and _is_fresh(parts, current):
        places = assign(posts.vectors, [_as_model(theme) for theme in current])
        ids = [theme.id or 0 for theme in current]
    else:
        found = find_themes(
            posts.vectors, posts.texts, posts.authors, previous=[_as_model(t) for t in known]
        )
        places = list(found.theme_of)
        ids = _keep(parts, brand_id, posts, found)
    with parts.store.write() as session:
        theme_queries.assign(session, brand_id, posts.placed(places, ids))
    report.count("themes", len(ids))


@dataclass(frozen=True, slots=True)
class _Posts:
    """The brand's read posts, their texts without names, and their vectors, in one order."""

    rows: Sequence[Evidence]
    texts: Sequence[str]
    authors: Sequence[int]
    vectors: Vectors

    @classmethod
    def load(cls, parts: Parts, brand_id: int, brand: Brand) -> _Posts:
        model = parts.reader.model_id
        with parts.store.read() as session:
            numbers = {
                vector.post_id: vector.numbers
                for vector, _ in reading_queries.vectors(session, brand_id, model)
            }
            rows = [
                row
                for row in reading_queries.evidence(session, brand_id, model)
                if not row.reading.abstained and row.post.id in numbers
            ]
        told = [np.frombuffer(numbers[row.post.id or 0], np.dtype("<f2")) for row in rows]
        return cls(
            rows,
            [theme_text(own_words(row.post), brand.names) for row in rows],
            [row.post.author_id or 0 for row in rows],
            np.stack(told).astype(np.float32) if told else np.zeros((0, 1), np.float32),
        )

    def placed(self, places: Sequence[int | None], ids: Sequence[int]) -> dict[int, int | None]:
        """Post id -> theme id."""
        return {
            row.post.id or 0: None if place is None else ids[place]
            for row, place in zip(self.rows, places, strict=True)
        }

    def within(self, found: ThemeMap, place: int) -> list[Evidence]:
        return [row for row, at in zip(self.rows, found.theme_of, strict=True) if at == place]


def _is_fresh(parts: Parts, current: Sequence[tables.Theme]) -> bool:
    return bool(current) and parts.clock.now() - max(t.fitted_at for t in current) < REFIT


def _as_model(theme: tables.Theme) -> Theme:
    centre = np.frombuffer(theme.centre, np.dtype("<f4")).astype(np.float32)
    return Theme(theme.id, theme.name, tuple(theme.terms), centre)


def _keep(parts: Parts, brand_id: int, posts: _Posts, found: ThemeMap) -> list[int]:
    """Store the themes found, old ones under their id, and retire the others; returns the ids."""
    now = parts.clock.now()
    with parts.store.write() as session:
        ids = []
        for place, theme in enumerate(found.themes):
            row = session.get(tables.Theme, theme.id) if theme.id is not None else None
            if row is None:
                row = tables.Theme(
                    brand_id=brand_id, name=theme.name, model=parts.reader.model_id,
                    centre=b"", first_at=now, last_at=now, fitted_at=now,
                )  # fmt: skip
            row.fitted_at, row.retired_at = now, None
            _describe(row, theme, posts.within(found, place), posts)
            session.add(row)
            session.flush()
            ids.append(row.id or 0)
        theme_queries.retire(session, brand_id, ids, now)
    return ids


def _describe(row: tables.Theme, theme: Theme, inside: Sequence[Evidence], posts: _Posts) -> None:
    """Take over what was found; a name that a person gave stays."""
    if row.named_by is None:
        row.name = theme.name
    row.terms = list(theme.terms)
    row.posts = [posts.rows[i].post.id or 0 for i in theme.posts]
    row.centre = theme.centre.astype(np.dtype("<f4")).tobytes()
    row.size = len(inside)
    row.love = sum(one.reading.label == "positive" for one in inside)
    row.hate = sum(one.reading.label == "negative" for one in inside)
    row.weeks = _weeks([one.post.at for one in inside], row.fitted_at)
    row.first_at = min(one.post.at for one in inside)
    row.last_at = max(one.post.at for one in inside)


def _weeks(moments: Sequence[datetime], until: datetime) -> list[int]:
    """How many of the moments lie in each of the WEEKS weeks before `until`, the oldest first."""
    counts = [0] * WEEKS
    for moment in moments:
        ago = (until - moment) // timedelta(days=7)
        if 0 <= ago < WEEKS:
            counts[WEEKS - 1 - ago] += 1
    return counts
