"""Queries about persons: accounts that may be compared, and which of them are one human being."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, func, select

from store import tables
from store.upsert import chunks

SAME = "same"
_MERGING = 0x50657273  # "Pers": the advisory lock of whoever merges


def accounts_about(session: Session, brand_id: int) -> Sequence[tables.Author]:
    """Accounts that spoke of a brand and may be compared, by id.

    Left out: outlets, bots, and who asks on the site not to be shown.
    """
    speaking = (
        select(tables.Post.author_id)
        .join(tables.Mention, col(tables.Mention.post_id) == col(tables.Post.id))
        .where(col(tables.Mention.brand_id) == brand_id)
    )
    query = select(tables.Author).where(
        col(tables.Author.id).in_(speaking),
        col(tables.Author.is_media).is_(False),
        col(tables.Author.is_bot).is_(False),
        col(tables.Author.opted_out).is_(False),
    )
    return session.exec(query.order_by(col(tables.Author.id))).all()


def hold(session: Session) -> None:
    """Let nobody else change who is one person until this transaction ends.

    SQLite has one writer anyhow. On PostgreSQL two merges of one chain would each hold an account
    that the other needs.
    """
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_MERGING)))


def accounts(session: Session, ids: Collection[int]) -> dict[int, tables.Author]:
    """These accounts by id, as they stand now."""
    found: dict[int, tables.Author] = {}
    for some in chunks(sorted(set(ids))):
        query = select(tables.Author).where(col(tables.Author.id).in_(some))
        for author in session.exec(query.execution_options(populate_existing=True)):
            found[author.id or 0] = author
    return found


def accounts_of(session: Session, person_ids: Iterable[int]) -> dict[int, list[tables.Author]]:
    """The accounts of each of these persons, by id."""
    found: dict[int, list[tables.Author]] = {}
    for some in chunks(sorted(set(person_ids))):
        query = select(tables.Author).where(col(tables.Author.person_id).in_(some))
        for author in session.exec(query.order_by(col(tables.Author.id))):
            found.setdefault(author.person_id or 0, []).append(author)
    return found


def joined(session: Session, start: Collection[int]) -> set[tuple[int, int]]:
    """Every pair that somebody found to be the same, reachable from these accounts."""
    pairs: set[tuple[int, int]] = set()
    seen: set[int] = set()
    ahead = set(start)
    while ahead:
        seen |= ahead
        fresh: set[tuple[int, int]] = set()
        for some in chunks(sorted(ahead)):
            query = select(tables.ReviewItem.author_id, tables.ReviewItem.other_id).where(
                col(tables.ReviewItem.kind) == "merge",
                col(tables.ReviewItem.decision) == SAME,
                col(tables.ReviewItem.author_id).in_(some)
                | col(tables.ReviewItem.other_id).in_(some),
            )
            fresh |= {(a, b) for a, b in session.exec(query) if a is not None and b is not None}
        pairs |= fresh
        ahead = {one for pair in fresh for one in pair} - seen
    return pairs


def make_person(session: Session, made_by: str, now: datetime) -> int:
    """A new person; returns the id."""
    person = tables.Person(made_by=made_by, made_at=now)
    session.add(person)
    session.flush()
    if person.id is None:  # pragma: no cover - a flushed row has its id
        raise LookupError("a person was not saved")
    return person.id


def assign(session: Session, owners: Mapping[int, int | None]) -> None:
    """Write whose account each of these is; a person left with no account goes."""
    rows = accounts(session, list(owners))
    left = {row.person_id for row in rows.values() if row.person_id is not None}
    for author_id, row in rows.items():
        if row.person_id != owners[author_id]:
            row.person_id = owners[author_id]
            session.add(row)
    session.flush()
    empty = sorted(left - set(accounts_of(session, left)))
    for some in chunks(empty):
        session.execute(delete(tables.Person).where(col(tables.Person.id).in_(some)))
