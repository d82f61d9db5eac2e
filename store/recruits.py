"""The recruit list a page at a time: candidates of a brand by filter, the most useful first."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, String, cast, exists, literal, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func

from config.errors import RuleError
from store import tables
from store.candidates import Card
from store.upsert import chunks

MOST_COUNTED = 2_000
"""Facets look at this many of the best: a list is worked from its top."""
FACETS = ("state", "site", "language", "assignee", "theme")
_DIGITS = 18


@dataclass(frozen=True, slots=True)
class RecruitFilter:
    """Which candidates; None (or no name) = whatever it is.

    side     : love, hate or torn; state : one of STAGES
    listed   : True = on the recruit list, False = watched, or fallen out
    name     : a part of what they are called
    theme_id : among what they care about
    flag     : a flag of this kind stands against them; flagged : any that keeps them off the list
    assignee : who of ours takes care of them
    least    : their usefulness at least, 0..1
    """

    side: str | None = None
    state: str | None = None
    listed: bool | None = True
    name: str = ""
    site: str | None = None
    language: str | None = None
    theme_id: int | None = None
    flag: str | None = None
    flagged: bool | None = None
    assignee: str | None = None
    least: float | None = None


class Place(NamedTuple):
    """Where a page ended: the next one holds who is less useful."""

    utility: float
    candidate_id: int

    def __str__(self) -> str:
        return f"{self.utility!r}_{self.candidate_id}"


def read_place(text: str) -> Place:
    """The place that was written so. Raises RuleError."""
    utility, _, number = text.partition("_")
    try:
        place = Place(float(utility), int(number))
    except ValueError:
        place = None
    if place is None or not math.isfinite(place.utility) or len(number) > _DIGITS:
        raise RuleError(
            "That is no place in this list.", mend="Start again from the top of the list."
        )
    return place


def place_of(card: Card) -> Place:
    """Where a candidate stands in the list."""
    return Place(card.candidate.utility, card.candidate.id or 0)


def recruits(
    session: Session,
    brand_id: int,
    wanted: RecruitFilter,
    *,
    after: Place | None = None,
    limit: int = 50,
) -> list[Card]:
    """The most useful candidates that match, or those after a place, with their flags."""
    utility, number = col(tables.Candidate.utility), col(tables.Candidate.id)
    query = _matching(wanted, number).where(*_conditions(brand_id, wanted))
    if after is not None:
        query = query.where(
            utility <= after.utility, or_(utility < after.utility, number > after.candidate_id)
        )
    ids = session.execute(query.order_by(utility.desc(), number).limit(limit)).scalars().all()
    rows = session.execute(_cards(brand_id).where(number.in_(ids))).all()
    found = _with_flags(session, brand_id, rows)
    return sorted(found, key=lambda one: (-one.candidate.utility, one.candidate.id or 0))


def card(session: Session, brand_id: int, candidate_id: int) -> Card | None:
    """One candidate of a brand."""
    query = _cards(brand_id).where(col(tables.Candidate.id) == candidate_id)
    return next(iter(_with_flags(session, brand_id, session.execute(query).all())), None)


def counts(session: Session, brand_id: int, wanted: RecruitFilter) -> dict[str, int]:
    """How many match on each side, whichever side is looked at; sides of nobody are 0."""
    query = (
        _matching(wanted, col(tables.Candidate.side), func.count())
        .where(*_conditions(brand_id, replace(wanted, side=None)))
        .group_by(col(tables.Candidate.side))
    )
    found = {side: int(number) for side, number in session.execute(query)}
    return {side: found.get(side, 0) for side in ("love", "hate", "torn")}


def _matching(wanted: RecruitFilter, *columns: Any) -> Any:
    """Columns of candidates, with their accounts only where those are asked about."""
    query = select_columns(*columns).select_from(tables.Candidate)
    if wanted.site is None and not wanted.name.strip():
        return query
    return query.join(tables.Author, col(tables.Author.id) == col(tables.Candidate.author_id))


def _cards(brand_id: int) -> Any:
    stance, candidate = tables.Stance, tables.Candidate
    return (
        select_columns(candidate, tables.Author, stance)
        .join(tables.Author, col(tables.Author.id) == col(candidate.author_id))
        .join(
            stance,
            (col(stance.author_id) == col(candidate.author_id))
            & (col(stance.brand_id) == col(candidate.brand_id)),
        )
        .where(col(candidate.brand_id) == brand_id)
    )


def _with_flags(session: Session, brand_id: int, rows: Sequence[Any]) -> list[Card]:
    flags: dict[int, list[tables.Flag]] = {}
    for some in chunks([candidate.author_id for candidate, _, _ in rows]):
        query = select_columns(tables.Flag).where(
            col(tables.Flag.author_id).in_(some), col(tables.Flag.brand_id) == brand_id
        )
        for flag in session.execute(query.order_by(col(tables.Flag.kind))).scalars():
            flags.setdefault(flag.author_id, []).append(flag)
    return [
        Card(candidate, author, stance, tuple(flags.get(candidate.author_id, ())))
        for candidate, author, stance in rows
    ]


def _conditions(brand_id: int, wanted: RecruitFilter) -> list[ColumnElement[bool]]:
    candidate = tables.Candidate
    asked: list[ColumnElement[bool]] = [col(candidate.brand_id) == brand_id]
    for value, column in (
        (wanted.side, candidate.side),
        (wanted.state, candidate.state),
        (wanted.listed, candidate.listed),
        (wanted.language, candidate.language),
        (wanted.assignee, candidate.assignee),
        (wanted.site, tables.Author.site),
    ):
        if value is not None:
            asked.append(col(column) == value)
    if wanted.least is not None:
        asked.append(col(candidate.utility) >= wanted.least)
    if wanted.theme_id is not None:
        asked.append(_cares_about(wanted.theme_id))
    if wanted.name.strip():
        asked.append(_called(wanted.name.strip()))
    if wanted.flag is not None:
        asked.append(_flagged(col(tables.Flag.kind) == wanted.flag))
    if wanted.flagged is not None:
        excluding = _flagged(col(tables.Flag.excludes).is_(True))
        asked.append(excluding if wanted.flagged else ~excluding)
    return asked


def _called(name: str) -> ColumnElement[bool]:
    part = "".join(c for c in name if c.isprintable()).removeprefix("@")
    part = part.encode("utf-8", "ignore").decode()
    author = tables.Author
    return or_(
        col(author.name).icontains(part, autoescape=True),
        func.coalesce(col(author.display_name), "").icontains(part, autoescape=True),
    )


def _cares_about(theme_id: int) -> ColumnElement[bool]:
    """Their themes are a short list of numbers kept as JSON: "[3, 12]"."""
    spaced: Any = cast(col(tables.Candidate.themes), String)
    for sign in "[],":
        spaced = func.replace(spaced, sign, " ")
    here: ColumnElement[bool] = (literal(" ") + spaced + " ").contains(f" {theme_id} ")
    return here


def _flagged(which: ColumnElement[bool]) -> ColumnElement[bool]:
    flag, candidate = tables.Flag, tables.Candidate
    standing = select_columns(literal(1)).where(
        col(flag.author_id) == col(candidate.author_id),
        col(flag.brand_id) == col(candidate.brand_id),
        col(flag.overridden_at).is_(None),
        which,
    )
    return exists(standing.correlate(candidate, tables.Author))


def facets(session: Session, brand_id: int, wanted: RecruitFilter) -> dict[str, dict[Any, int]]:
    """How many of the best MOST_COUNTED matching have each value, by FACETS, most frequent first.

    theme : of those each cares about, by id, so one candidate counts for several
    """
    candidate = tables.Candidate
    columns = [col(candidate.state), col(tables.Author.site), col(candidate.language)]
    query = (
        select_columns(*columns, col(candidate.assignee), col(candidate.themes))
        .join(tables.Author, col(tables.Author.id) == col(candidate.author_id))
        .where(*_conditions(brand_id, wanted))
        .order_by(col(candidate.utility).desc(), col(candidate.id))
        .limit(MOST_COUNTED)
    )
    rows = session.execute(query).all()
    found: dict[str, dict[Any, int]] = {
        facet: dict(Counter(row[place] for row in rows if row[place]).most_common())
        for place, facet in enumerate(FACETS[:-1])
    }
    found["theme"] = dict(Counter(theme for row in rows for theme in row[-1]).most_common())
    return found
