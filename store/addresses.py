"""Queries of volunteered mail addresses; none is ever looked up or guessed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from store import tables


def address_of(session: Session, author_id: int) -> tables.Address | None:
    """The address this account gave us."""
    return session.get(tables.Address, author_id)


def all_addresses(session: Session) -> Sequence[tuple[tables.Author, tables.Address]]:
    """Every account that gave us an address, by its name."""
    query = (
        select(tables.Author, tables.Address)
        .join(tables.Address, col(tables.Address.author_id) == col(tables.Author.id))
        .order_by(col(tables.Author.name), col(tables.Author.id))
    )
    return session.exec(query).all()


def set_address(
    session: Session, author_id: int, *, address: str, basis: str, by: str, now: datetime
) -> tables.Address:
    """Write an account's address down, in place of an earlier one."""
    row = session.get(tables.Address, author_id) or tables.Address(
        author_id=author_id, address=address, basis=basis, noted_by=by, noted_at=now
    )
    row.address, row.basis, row.noted_by, row.noted_at = address, basis, by, now
    session.add(row)
    session.flush()
    return row


def remove_address(session: Session, author_id: int) -> bool:
    """Forget an account's address; True if there was one."""
    row = session.get(tables.Address, author_id)
    if row is None:
        return False
    session.delete(row)
    session.flush()
    return True
