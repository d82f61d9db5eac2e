"""Queries about compensation: what is owed to whom, and since when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, case, col, func, select

from store import tables


class Sum(NamedTuple):
    """What a member was promised in one currency, in hundredths of it; cancelled never counts."""

    member_id: int
    currency: str
    promised: int
    settled: int

    @property
    def owed(self) -> int:
        """What is still to be paid."""
        return self.promised - self.settled


def entries(
    session: Session, committee_id: int, *, member_id: int | None = None
) -> Sequence[tuple[tables.Compensation, tables.Member]]:
    """Everything ever entered for a committee's members, by due date."""
    query = (
        select(tables.Compensation, tables.Member)
        .join(tables.Member, col(tables.Member.id) == col(tables.Compensation.member_id))
        .where(col(tables.Member.committee_id) == committee_id)
        .order_by(col(tables.Compensation.due_at), col(tables.Compensation.id))
    )
    if member_id is not None:
        query = query.where(col(tables.Compensation.member_id) == member_id)
    return [(entry, member) for entry, member in session.exec(query)]


def overdue(
    session: Session, now: datetime, *, committee_id: int | None = None
) -> Sequence[tuple[tables.Compensation, tables.Member]]:
    """What should have been paid by now and was not, the oldest first."""
    query = (
        select(tables.Compensation, tables.Member)
        .join(tables.Member, col(tables.Member.id) == col(tables.Compensation.member_id))
        .where(
            col(tables.Compensation.due_at) < now,
            col(tables.Compensation.settled_at).is_(None),
            col(tables.Compensation.cancelled_at).is_(None),
        )
        .order_by(col(tables.Compensation.due_at), col(tables.Compensation.id))
    )
    if committee_id is not None:
        query = query.where(col(tables.Member.committee_id) == committee_id)
    return [(entry, member) for entry, member in session.exec(query)]


def sums(session: Session, committee_id: int) -> Sequence[Sum]:
    """Per member and currency; currencies are never added up."""
    entry = tables.Compensation
    cents = col(entry.amount_cents)
    settled = func.sum(case((col(entry.settled_at).is_not(None), cents), else_=0))
    query = (
        select(col(entry.member_id), col(entry.currency), func.sum(cents), settled)
        .join(tables.Member, col(tables.Member.id) == col(entry.member_id))
        .where(col(tables.Member.committee_id) == committee_id, col(entry.cancelled_at).is_(None))
        .group_by(col(entry.member_id), col(entry.currency))
        .order_by(col(entry.member_id), col(entry.currency))
    )
    return [
        Sum(who, currency, int(all_of_it), int(paid))
        for who, currency, all_of_it, paid in session.exec(query)
    ]
