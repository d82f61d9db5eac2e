"""Queries about those of ours who may come in."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from sqlmodel import Session, col, func, select

from store import tables


def user(session: Session, user_id: int) -> tables.User | None:
    """The user of that number, as they stand now."""
    return session.get(tables.User, user_id, populate_existing=True)


LONGEST_ADDRESS = 254  # RFC 5321


def folded(address: str) -> str:
    """An address as it is kept: equal however it was typed.

    >>> folded(" Ann@Example.com ")
    'ann@example.com'
    """
    kept = "".join(c for c in address[: 2 * LONGEST_ADDRESS] if c.isprintable())
    return unicodedata.normalize("NFC", kept.strip().casefold())


def by_address(session: Session, address: str) -> tables.User | None:
    """Who signs in with this address, which is folded."""
    query = select(tables.User).where(col(tables.User.address) == address)
    return session.exec(query).first()


def users(session: Session) -> Sequence[tables.User]:
    """Everybody of ours, by name; those who may not come in any more come last."""
    query = select(tables.User).order_by(
        col(tables.User.disabled_at).is_not(None), func.lower(tables.User.name), col(tables.User.id)
    )
    return session.exec(query).all()


def held(session: Session) -> dict[int, tables.User]:
    """Everybody of ours by id, held so that no other role or access changes meanwhile."""
    query = select(tables.User).order_by(col(tables.User.id)).with_for_update()
    found = session.exec(query.execution_options(populate_existing=True))
    return {user.id or 0: user for user in found}


def is_run(session: Session) -> bool:
    """Whether there is an administrator who may come in."""
    query = select(tables.User.id).where(
        col(tables.User.role) == "admin", col(tables.User.disabled_at).is_(None)
    )
    return session.exec(query.limit(1)).first() is not None
