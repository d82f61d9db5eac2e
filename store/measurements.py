"""Queries of KPIs: the plain rows they are counted from, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from store import tables
from store.upsert import replace

_NOT_PEOPLE = ("employee", "bot", "media")


class Read(NamedTuple):
    """One reading of a post in a person's own words; label None = nobody could read it."""

    author_id: int | None
    label: str | None


class Voice(NamedTuple):
    """A person who named a brand."""

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
    others = not_people(session, brand_id)
    return [
        Read(author_id, None if abstained else label)
        for author_id, label, abstained in session.exec(_own_words(query, since, until))
        if author_id not in others
    ]


def stances_between(session: Session, brand_id: int, since: datetime, until: datetime) -> list[str]:
    """The stance of every weighed person who last spoke within the window."""
    query = select(tables.Stance.author_id, tables.Stance.stance).where(
        col(tables.Stance.brand_id) == brand_id,
        col(tables.Stance.last_at) >= since,
        col(tables.Stance.last_at) < until,
    )
    others = not_people(session, brand_id)
    return [stance for author_id, stance in session.exec(query) if author_id not in others]


def voices_between(session: Session, since: datetime, until: datetime) -> set[Voice]:
    """Who named which of the brands we listen for; nobody's staff among them."""
    query = select(tables.Post.author_id, tables.Mention.brand_id).join(
        tables.Mention, col(tables.Mention.post_id) == col(tables.Post.id)
    )
    others = not_people(session)
    return {
        Voice(author_id, brand_id)
        for author_id, brand_id in session.exec(_own_words(query, since, until).distinct())
        if author_id is not None and author_id not in others
    }


def not_people(session: Session, brand_id: int | None = None) -> set[int]:
    """Accounts that are no customer speaking for themselves: staff, bots and media."""
    told = select(tables.Author.id).where(
        col(tables.Author.is_staff) | col(tables.Author.is_bot) | col(tables.Author.is_media)
    )
    flagged = select(tables.Flag.author_id).where(
        col(tables.Flag.kind).in_(_NOT_PEOPLE),
        col(tables.Flag.excludes),
        col(tables.Flag.overridden_at).is_(None),
    )
    if brand_id is not None:
        flagged = flagged.where(col(tables.Flag.brand_id) == brand_id)
    return {i for i in (*session.exec(told), *session.exec(flagged)) if i is not None}


def save_measurements(session: Session, brand_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep what was measured; measuring the same moment again replaces it."""
    told = [{**row, "brand_id": brand_id} for row in rows]
    replace(session, tables.Measurement, told, key=("brand_id", "kpi", "until"))


def newest(session: Session, brand_id: int) -> list[tables.Measurement]:
    """The latest measurement of every KPI, by name."""
    query = select(tables.Measurement).where(col(tables.Measurement.brand_id) == brand_id)
    latest = {m.kpi: m for m in session.exec(query.order_by(col(tables.Measurement.until)))}
    return [latest[kpi] for kpi in sorted(latest)]


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
