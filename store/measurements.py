"""Queries of KPIs: the plain rows they are counted from, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, func, select

from store import tables
from store.counted import who_counts
from store.upsert import replace


class Read(NamedTuple):
    """One reading of a post in a person's own words; label None = nobody could read it.

    author_id : the person's first account; None where the source names nobody
    """

    author_id: int | None
    label: str | None


class Voice(NamedTuple):
    """A person, under their first account, who named a brand."""

    author_id: int
    brand_id: int


def reads_between(
    session: Session, brand_id: int, model: str, since: datetime, until: datetime
) -> list[Read]:
    """What this model says of people's posts about the brand, `since` included, `until` not.

    Left out: staff, bots, media, articles, reposts, and posts edited after they were read.
    """
    query = (
        select(tables.Post.author_id, tables.Reading.label, tables.Reading.abstained)
        .join(tables.Reading, col(tables.Reading.post_id) == col(tables.Post.id))
        .join(
            tables.Mention,
            (col(tables.Mention.post_id) == col(tables.Post.id))
            & (col(tables.Mention.brand_id) == brand_id),
        )
        .where(
            col(tables.Reading.brand_id) == brand_id,
            col(tables.Reading.model) == model,
            col(tables.Reading.text_sha) == col(tables.Post.text_sha),
        )
        .order_by(col(tables.Post.id))
    )
    counted = who_counts(session, brand_id)
    return [
        Read(counted.whose(author_id), None if abstained else label)
        for author_id, label, abstained in session.exec(_own_words(query, since, until))
        if author_id not in counted.others
    ]


def stances_between(session: Session, brand_id: int, since: datetime, until: datetime) -> list[str]:
    """The stance of every weighed person who last spoke within the window.

    Of a person with several accounts it is that of the account we know most of.
    """
    query = (
        select(tables.Stance.author_id, tables.Stance.stance)
        .where(
            col(tables.Stance.brand_id) == brand_id,
            col(tables.Stance.last_at) >= since,
            col(tables.Stance.last_at) < until,
        )
        .order_by(col(tables.Stance.n_posts), col(tables.Stance.author_id).desc())
    )
    counted = who_counts(session, brand_id)
    by_person = {counted.whose(author_id): stance for author_id, stance in session.exec(query)}
    return [stance for person, stance in by_person.items() if person is not None]


def voices_between(session: Session, since: datetime, until: datetime) -> set[Voice]:
    """Who named which of the brands we listen for; nobody's staff among them."""
    query = select(tables.Post.author_id, tables.Mention.brand_id).join(
        tables.Mention, col(tables.Mention.post_id) == col(tables.Post.id)
    )
    counted = who_counts(session)
    named = (
        (counted.whose(author_id), brand_id)
        for author_id, brand_id in session.exec(_own_words(query, since, until).distinct())
    )
    return {Voice(person, brand_id) for person, brand_id in named if person is not None}


def save_measurements(session: Session, brand_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what was measured; measuring the same moment again replaces it."""
    told = [{**row, "brand_id": brand_id} for row in rows]
    replace(session, tables.Measurement, told, key=("brand_id", "kpi", "until"))


def newest(session: Session, brand_id: int) -> list[tables.Measurement]:
    """The latest measurement of every KPI, by name."""
    measured = tables.Measurement
    last = (
        select(measured.kpi, func.max(col(measured.until)).label("until"))
        .where(col(measured.brand_id) == brand_id)
        .group_by(col(measured.kpi))
        .subquery()
    )
    query = (
        select(measured)
        .join(last, (col(measured.kpi) == last.c.kpi) & (col(measured.until) == last.c.until))
        .where(col(measured.brand_id) == brand_id)
    )
    return list(session.exec(query.order_by(col(measured.kpi))))


def series(session: Session, brand_id: int, kpi: str) -> Sequence[tables.Measurement]:
    """Every measurement of one KPI, oldest first."""
    query = select(tables.Measurement).where(
        col(tables.Measurement.brand_id) == brand_id, col(tables.Measurement.kpi) == kpi
    )
    return session.exec(query.order_by(col(tables.Measurement.until))).all()


def _own_words(query: Any, since: datetime, until: datetime) -> Any:
    """Posts within the half-open window that are somebody's own words."""
    return query.where(
        col(tables.Post.at) >= since,
        col(tables.Post.at) < until,
        col(tables.Post.is_repost).is_(False),
        col(tables.Post.kind) != "article",
    )


def recent(session: Session, brand_id: int, count: int) -> dict[str, list[tables.Measurement]]:
    """KPI -> its newest measurements, at most `count` of each, oldest first."""
    moments = (
        select(tables.Measurement.until)
        .where(col(tables.Measurement.brand_id) == brand_id)
        .distinct()
        .order_by(col(tables.Measurement.until).desc())
        .limit(count)
    )
    times = session.exec(moments).all()
    if not times:
        return {}
    query = select(tables.Measurement).where(
        col(tables.Measurement.brand_id) == brand_id, col(tables.Measurement.until) >= times[-1]
    )
    found: dict[str, list[tables.Measurement]] = {}
    for row in session.exec(query.order_by(col(tables.Measurement.until))):
        found.setdefault(row.kpi, []).append(row)
    return found
