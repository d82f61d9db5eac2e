"""Queries about occurrences: the due runs of a job, each on one local day for one subject."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, select

from store import tables
from store.upsert import insert_once


def take(session: Session, occurrence: tables.Occurrence) -> bool:
    """Write the occurrence down if nobody did before; True if it is ours to do."""
    row: dict[str, Any] = occurrence.model_dump(exclude={"id"})
    return insert_once(session, tables.Occurrence, row, key=("job", "subject", "day"))


def last(session: Session, job: str, subject: str) -> tables.Occurrence | None:
    """The occurrence of the newest day, whatever became of it."""
    return _newest(session, job, subject, None)


def last_told(session: Session, job: str, subject: str) -> tables.Occurrence | None:
    """The newest one that covered its window: done, or skipped because nothing had happened."""
    return _newest(session, job, subject, ("done", "skipped"))


def _newest(
    session: Session, job: str, subject: str, states: tuple[str, ...] | None
) -> tables.Occurrence | None:
    query = select(tables.Occurrence).where(
        col(tables.Occurrence.job) == job, col(tables.Occurrence.subject) == subject
    )
    if states is not None:
        query = query.where(col(tables.Occurrence.state).in_(states))
    return session.exec(query.order_by(col(tables.Occurrence.day).desc()).limit(1)).first()
