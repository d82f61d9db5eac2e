"""Queries about the audit log; entries are added and read, never changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Row
from sqlmodel import Session, col, func, select

from store import tables

_APPENDING = 0x41756469  # "Audi": the advisory lock of whoever appends
_STRIDE = 1_000


def hold(session: Session) -> None:
    """Let nobody else append until this transaction ends (SQLite has one writer anyhow)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_APPENDING)))


def last(session: Session) -> tables.AuditEntry | None:
    """The newest entry."""
    query = select(tables.AuditEntry).order_by(col(tables.AuditEntry.number).desc())
    return session.exec(query.limit(1)).first()


def entries(
    session: Session,
    *,
    user_id: int | None = None,
    action: str | None = None,
    subject: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[tables.AuditEntry]:
    """Entries, the newest first, older than number `before`."""
    query = select(tables.AuditEntry)
    if user_id is not None:
        query = query.where(col(tables.AuditEntry.user_id) == user_id)
    if action is not None:
        query = query.where(col(tables.AuditEntry.action) == action)
    if subject is not None:
        query = query.where(col(tables.AuditEntry.subject) == subject)
    if before is not None:
        query = query.where(col(tables.AuditEntry.number) < before)
    return session.exec(query.order_by(col(tables.AuditEntry.number).desc()).limit(limit)).all()


def in_order(session: Session) -> Iterator[Row[Any]]:
    """Every entry from the first on, as plain rows, never more than some in memory."""
    entry = tables.AuditEntry.__table__  # type: ignore[attr-defined]
    number = -1
    while True:
        query = entry.select().where(entry.c.number > number).order_by(entry.c.number)
        some = session.execute(query.limit(_STRIDE)).all()
        if not some:
            return
        yield from some
        number = some[-1].number


def actions(session: Session) -> Sequence[str]:
    """What was ever done, as codes, by the alphabet."""
    found: list[str] = []
    while True:  # steps from one code to the next over the index, never through the rows
        query = select(func.min(tables.AuditEntry.action))
        if found:
            query = query.where(col(tables.AuditEntry.action) > found[-1])
        following = session.exec(query).one()
        if following is None:
            return found
        found.append(following)
