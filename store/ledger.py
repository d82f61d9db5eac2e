"""Queries about what the programme cost and brought."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from config.errors import NotFoundError
from store import tables


def entries(
    session: Session,
    brand_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
    cancelled: bool = False,
) -> Sequence[tables.LedgerEntry]:
    """Entries of a window (half-open), oldest first; `cancelled` : those taken back as well."""
    query = select(tables.LedgerEntry).where(col(tables.LedgerEntry.brand_id) == brand_id)
    if since is not None:
        query = query.where(col(tables.LedgerEntry.at) >= since)
    if until is not None:
        query = query.where(col(tables.LedgerEntry.at) < until)
    if not cancelled:
        query = query.where(col(tables.LedgerEntry.cancelled_at).is_(None))
    return session.exec(
        query.order_by(col(tables.LedgerEntry.at), col(tables.LedgerEntry.id))
    ).all()


def get_entry(session: Session, entry_id: int) -> tables.LedgerEntry:
    """One entry, held against other writers. Raises NotFoundError."""
    query = select(tables.LedgerEntry).where(col(tables.LedgerEntry.id) == entry_id)
    entry = session.exec(query.with_for_update()).first()
    if entry is None:
        raise NotFoundError(f"There is no entry {entry_id}.", mend="See: soundingboard ledger list")
    return entry
