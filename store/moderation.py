"""Queries of moderation: the review queue, who reported what, and what happened to it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlmodel import Session, col, func, select, update

from store import tables
from store.upsert import chunks, insert_new

HIDING = ("hide",)
_MOST_DIGITS = 10  # a number with more is none of ours, and too large for PostgreSQL


class OwnPost(NamedTuple):
    """A post of one of our own communities, with its reading where there is one."""

    post: tables.Post
    author: tables.Author | None
    reading: tables.Reading | None


def get_item(session: Session, item_id: int) -> tables.ReviewItem | None:
    """The item as it stands, held until this transaction ends."""
    query = select(tables.ReviewItem).where(col(tables.ReviewItem.id) == item_id)
    found: tables.ReviewItem | None = session.exec(_held(query)).first()
    return found


def open_item(session: Session, row: Mapping[str, Any]) -> tuple[tables.ReviewItem, bool]:
    """The one item of that kind and subject, held; True if this made it."""
    query = select(tables.ReviewItem).where(
        col(tables.ReviewItem.kind) == row["kind"],
        col(tables.ReviewItem.subject) == row["subject"],
    )
    known = session.exec(_held(query)).first()
    if known is not None:
        return known, False
    blank = {"priority": 0.0, "rank": 0.0, "state": "open", "version": 0, "reopened": 0}
    insert_new(session, tables.ReviewItem, [{**blank, **row}], key=("kind", "subject"))
    return session.exec(_held(query)).one(), True


def find_item(session: Session, kind: str, subject: str) -> tables.ReviewItem | None:
    """The item of that kind and subject, if it was ever brought up."""
    query = select(tables.ReviewItem).where(
        col(tables.ReviewItem.kind) == kind, col(tables.ReviewItem.subject) == subject
    )
    return session.exec(query).first()


def item_about(session: Session, kind: str, subject: str) -> tables.ReviewItem:
    """The one item of that kind and subject as it stands now, held; there has to be one."""
    query = select(tables.ReviewItem).where(
        col(tables.ReviewItem.kind) == kind, col(tables.ReviewItem.subject) == subject
    )
    found: tables.ReviewItem = session.exec(_held(query)).one()
    return found


def known_why(session: Session, kind: str) -> dict[str, dict[str, object]]:
    """What is kept of every item of a kind, by subject."""
    query = select(tables.ReviewItem.subject, tables.ReviewItem.why)
    rows = session.exec(query.where(col(tables.ReviewItem.kind) == kind))
    return {subject: dict(why) for subject, why in rows}


def items(
    session: Session,
    brand_id: int | None = None,
    *,
    state: str | None = "open",
    kind: str | None = None,
    limit: int | None = None,
) -> Sequence[tables.ReviewItem]:
    """Items of a brand (or all), in order of id; with a limit, the most pressing ones."""
    query = select(tables.ReviewItem)
    if limit is not None:
        query = query.order_by(col(tables.ReviewItem.rank).desc()).limit(limit)
    query = query.order_by(col(tables.ReviewItem.id))
    if brand_id is not None:
        query = query.where(col(tables.ReviewItem.brand_id) == brand_id)
    if state is not None:
        query = query.where(col(tables.ReviewItem.state) == state)
    if kind is not None:
        query = query.where(col(tables.ReviewItem.kind) == kind)
    return session.exec(query).all()


def move(session: Session, item: tables.ReviewItem, changes: Mapping[str, Any]) -> bool:
    """Change an item if nobody else did since it was read; True if that held."""
    done = session.execute(
        update(tables.ReviewItem)
        .where(
            col(tables.ReviewItem.id) == item.id,
            col(tables.ReviewItem.version) == item.version,
        )
        .values(version=item.version + 1, **changes)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def set_urgency(session: Session, item: tables.ReviewItem, priority: float, rank: float) -> None:
    """Write down how urgent an item is; that decides nothing, so its version stays."""
    if (item.priority, item.rank) != (priority, rank):
        item.priority, item.rank = priority, rank
        session.add(item)
        session.flush()


def set_why(session: Session, item: tables.ReviewItem, why: dict[str, object]) -> None:
    """Write down what is known of an item now; it is no new evidence, so its version stays."""
    item.why = why
    session.add(item)
    session.flush()


def add_report(session: Session, row: Mapping[str, Any]) -> bool:
    """Keep a report; False if this reporter brought the item up before."""
    query = select(tables.Report.id).where(
        col(tables.Report.item_id) == row["item_id"],
        col(tables.Report.reporter) == row["reporter"],
    )
    if session.exec(query).first() is not None:
        return False
    insert_new(session, tables.Report, [row], key=("item_id", "reporter"))
    return True


def reports(session: Session, item_id: int) -> Sequence[tables.Report]:
    """Who brought an item up, first one first."""
    query = select(tables.Report).where(col(tables.Report.item_id) == item_id)
    return session.exec(query.order_by(col(tables.Report.id))).all()


def reports_of(session: Session, item_ids: Sequence[int]) -> dict[int, list[tables.Report]]:
    """Who brought these items up, first one first; items nobody reported are absent."""
    found: dict[int, list[tables.Report]] = {}
    for some in chunks(item_ids):
        query = select(tables.Report).where(col(tables.Report.item_id).in_(some))
        for report in session.exec(query.order_by(col(tables.Report.id))):
            found.setdefault(report.item_id, []).append(report)
    return found


def reports_by(
    session: Session, reporter: str
) -> Sequence[tuple[tables.Report, tables.ReviewItem]]:
    """What somebody brought up, newest first."""
    query = (
        select(tables.Report, tables.ReviewItem)
        .join(tables.ReviewItem, col(tables.ReviewItem.id) == col(tables.Report.item_id))
        .where(col(tables.Report.reporter) == reporter)
    )
    return session.exec(query.order_by(col(tables.Report.id).desc())).all()


def set_report(session: Session, report: tables.Report, **changes: Any) -> None:
    """Write down whether a report was upheld and when its reporter was told."""
    for name, value in changes.items():
        setattr(report, name, value)
    session.add(report)
    session.flush()


def track_records(session: Session, reporters: Collection[str]) -> dict[str, tuple[int, int]]:
    """(upheld, decided either way) of these reporters; without a decided report: absent."""
    found: dict[str, list[int]] = {}
    for some in chunks(sorted(set(reporters))):
        query = (
            select(tables.Report.reporter, tables.Report.upheld, func.count())
            .where(col(tables.Report.reporter).in_(some), col(tables.Report.upheld).is_not(None))
            .group_by(col(tables.Report.reporter), col(tables.Report.upheld))
        )
        for reporter, upheld, count in session.exec(query):
            record = found.setdefault(reporter, [0, 0])
            record[0] += count if upheld else 0
            record[1] += count
    return {reporter: (upheld, decided) for reporter, (upheld, decided) in found.items()}


def add_step(session: Session, **row: Any) -> tables.ModerationStep:
    """Write down one thing that happened to an item."""
    step = tables.ModerationStep(**row)
    session.add(step)
    session.flush()
    return step


def steps(session: Session, item_id: int) -> Sequence[tables.ModerationStep]:
    """What happened to an item, in order."""
    query = select(tables.ModerationStep).where(col(tables.ModerationStep.item_id) == item_id)
    return session.exec(query.order_by(col(tables.ModerationStep.id))).all()


def steps_by_id(session: Session, ids: Sequence[int]) -> list[tables.ModerationStep]:
    """These steps; the missing are left out."""
    found: list[tables.ModerationStep] = []
    for some in chunks(sorted(set(ids))):
        query = select(tables.ModerationStep).where(col(tables.ModerationStep.id).in_(some))
        found += session.exec(query)
    return found


def find_post(session: Session, what: str) -> tables.Post | None:
    """The post of that number or address."""
    query = select(tables.Post).order_by(col(tables.Post.id)).limit(1)
    if what.isdecimal() and len(what) < _MOST_DIGITS:
        return session.exec(query.where(col(tables.Post.id) == int(what))).first()
    return session.exec(query.where(col(tables.Post.url) == what)).first()


def own_posts(
    session: Session, brand_id: int, model: str, *, post_id: int | None = None
) -> list[OwnPost]:
    """Posts of the brand's own communities (or one) with what this model read of them, by id."""
    query = (
        select(tables.Post, tables.Author, tables.Reading)
        .join(tables.Source, col(tables.Source.id) == col(tables.Post.source_id))
        .outerjoin(tables.Author, col(tables.Author.id) == col(tables.Post.author_id))
        .outerjoin(
            tables.Reading,
            (col(tables.Reading.post_id) == col(tables.Post.id))
            & (col(tables.Reading.brand_id) == brand_id)
            & (col(tables.Reading.model) == model)
            & (col(tables.Reading.text_sha) == col(tables.Post.text_sha)),
        )
        .where(col(tables.Source.about_id) == brand_id, col(tables.Post.is_repost).is_(False))
    )
    if post_id is not None:
        query = query.where(col(tables.Post.id) == post_id)
    rows = session.exec(query.order_by(col(tables.Post.id)))
    return [OwnPost(post, author, reading) for post, author, reading in rows]


def flags_of_kind(session: Session, brand_id: int, kinds: Collection[str]) -> dict[int, str]:
    """Author id -> evidence of a flag of one of these kinds that nobody overrode."""
    query = select(tables.Flag).where(
        col(tables.Flag.brand_id) == brand_id,
        col(tables.Flag.kind).in_(kinds),
        col(tables.Flag.overridden_at).is_(None),
    )
    return {flag.author_id: flag.evidence for flag in session.exec(query)}


def weak_flags(
    session: Session, brand_id: int
) -> Sequence[tuple[tables.Flag, tables.Author, tables.Candidate]]:
    """Weak flags nobody overrode of those who would be listed: only there do they matter."""
    query = (
        select(tables.Flag, tables.Author, tables.Candidate)
        .join(tables.Author, col(tables.Author.id) == col(tables.Flag.author_id))
        .join(
            tables.Candidate,
            (col(tables.Candidate.author_id) == col(tables.Flag.author_id))
            & (col(tables.Candidate.brand_id) == col(tables.Flag.brand_id)),
        )
        .where(
            col(tables.Flag.brand_id) == brand_id,
            col(tables.Flag.strength) == "weak",
            col(tables.Flag.overridden_at).is_(None),
            col(tables.Candidate.listed),
        )
    )
    return session.exec(query.order_by(col(tables.Flag.id))).all()


def hidden_posts(session: Session, brand_id: int) -> set[int]:
    """Posts a moderator hid: they speak for nobody until that is taken back."""
    query = select(tables.ReviewItem.post_id).where(
        col(tables.ReviewItem.kind) == "post",
        col(tables.ReviewItem.brand_id) == brand_id,
        col(tables.ReviewItem.decision).in_(HIDING),
    )
    return {post_id for post_id in session.exec(query) if post_id is not None}


def by_id(session: Session, table: type[Any], ids: Iterable[int | None]) -> dict[int, Any]:
    """Rows of a table by id; the missing are left out."""
    found: dict[int, Any] = {}
    for some in chunks(sorted({one for one in ids if one is not None})):
        for row in session.exec(select(table).where(table.id.in_(some))):
            found[row.id] = row
    return found


def _held(query: Any) -> Any:
    """The row as it stands now, locked where the database locks rows (PostgreSQL)."""
    return query.with_for_update(key_share=True).execution_options(populate_existing=True)
