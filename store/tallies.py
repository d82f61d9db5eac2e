"""Queries of tallies: how many posts each day brought, counted ahead of being asked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, delete, func, select

from store import tables
from store.counted import who_counts
from store.mention_conditions import label_of, of_post, read_by, site_of
from store.readings import newest_model
from store.tally_due import day_of, due_days
from store.upsert import chunks, insert_new

_DAY = timedelta(days=1)


def every_day(session: Session, brand_id: int) -> list[str]:
    """Every day from the oldest post to the newest, and every one that has a tally."""
    query = select_columns(func.min(col(tables.Post.at)), func.max(col(tables.Post.at)))
    oldest, newest = session.execute(query).one()
    told = select(tables.Tally.day).where(col(tables.Tally.brand_id) == brand_id).distinct()
    known = set(session.exec(told)) | set(due_days(session, brand_id))
    if oldest is not None:
        first = oldest.astimezone(UTC).date()
        length = (newest.astimezone(UTC).date() - first).days + 1
        known.update((first + timedelta(days=n)).isoformat() for n in range(length))
    return sorted(known)


def count_days(session: Session, brand_id: int, days: Iterable[str]) -> None:
    """Count these UTC days of a brand anew.

    Counted: posts about the brand in somebody's own words (no repost, no article) as its newest
    model reads them as they stand; not those of staff, bots and media (`store.counted`), and not
    those nobody has read yet. A person of several accounts is counted post by post.
    """
    model = newest_model(session, brand_id)
    others = who_counts(session, brand_id).others
    for some in chunks(sorted(set(days))):
        found: Counter[tuple[str, str, str]] = Counter()
        for first, last in _runs(some):
            for at, site, label, author_id in _read(session, brand_id, model, first, last):
                if author_id not in others:
                    found[day_of(at), site, label] += 1
        rows = [
            {"brand_id": brand_id, "day": day, "site": site, "label": label, "posts": posts}
            for (day, site, label), posts in sorted(found.items())
        ]
        for table in (tables.Tally, tables.TallyDue):
            here = (col(table.brand_id) == brand_id, col(table.day).in_(some))
            session.execute(delete(table).where(*here))
        insert_new(session, tables.Tally, rows, key=("brand_id", "day", "site", "label"))


def series(
    session: Session,
    brand_id: int,
    since: datetime,
    until: datetime,
    by: Literal["label", "site"] = "label",
) -> dict[str, dict[str, int]]:
    """Posts a day by label or by site, {name: {day: posts}}; days without posts are absent.

    since, until : half-open; a day counts whole if its start (UTC) is within
    """
    name = tables.Tally.label if by == "label" else tables.Tally.site
    query = (
        select_columns(col(name), col(tables.Tally.day), func.sum(col(tables.Tally.posts)))
        .where(col(tables.Tally.brand_id) == brand_id, *_within(since, until))
        .group_by(col(name), col(tables.Tally.day))
        .order_by(col(name), col(tables.Tally.day))
    )
    found: dict[str, dict[str, int]] = {}
    for value, day, posts in session.execute(query):
        found.setdefault(value, {})[day] = int(posts)
    return found


def totals(session: Session, since: datetime, until: datetime) -> dict[int, int]:
    """Brand id -> posts in the window: the share of voice by posts (the KPI counts people)."""
    query = (
        select_columns(col(tables.Tally.brand_id), func.sum(col(tables.Tally.posts)))
        .where(*_within(since, until))
        .group_by(col(tables.Tally.brand_id))
    )
    return {brand_id: int(posts) for brand_id, posts in session.execute(query)}


def _within(since: datetime, until: datetime) -> tuple[Any, Any]:
    start = since.astimezone(UTC)
    first = start.date() if start.time() == start.time().min else start.date() + _DAY
    end = until.astimezone(UTC)
    last = end.date() if end.time() == end.time().min else end.date() + _DAY
    day = col(tables.Tally.day)
    return day >= first.isoformat(), day < last.isoformat()


def _read(session: Session, brand_id: int, model: str | None, first: date, last: date) -> Any:
    """(at, site, label, author id) of every post that may count, both days included."""
    post = tables.Post
    query = (
        select_columns(col(post.at), site_of(), label_of(), col(post.author_id))
        .join(tables.Mention, of_post(tables.Mention, brand_id))
        .join(tables.Reading, read_by(brand_id, model))
        .join(tables.Source, col(tables.Source.id) == col(post.source_id))
        .outerjoin(tables.Author, col(tables.Author.id) == col(post.author_id))
        .where(
            col(post.at) >= _midnight(first),
            col(post.at) < _midnight(last + _DAY),
            col(post.is_repost).is_(False),
            col(post.kind) != "article",
        )
    )
    return session.execute(query)


def _runs(days: Sequence[str]) -> Iterator[tuple[date, date]]:
    """The first and last day of every run of days in a row."""
    first = last = None
    for day in map(date.fromisoformat, days):
        if first is None or last is None or day != last + _DAY:
            if first is not None and last is not None:
                yield first, last
            first = day
        last = day
    if first is not None and last is not None:
        yield first, last


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
