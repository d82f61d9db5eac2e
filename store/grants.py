"""Queries of grants: addresses that open one thing until they are revoked."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from config.errors import NotFoundError
from store import tables


def grants(session: Session, kind: str | None = None) -> Sequence[tables.Grant]:
    """Grants of a kind (None: all), newest first; revoked ones too."""
    query = select(tables.Grant).order_by(col(tables.Grant.id).desc())
    if kind is not None:
        query = query.where(col(tables.Grant.kind) == kind)
    return session.exec(query).all()


def add(session: Session, grant: tables.Grant) -> tables.Grant:
    """Keep a new grant."""
    session.add(grant)
    session.flush()
    return grant


def get_grant(session: Session, grant_id: int) -> tables.Grant:
    """The grant of that number, revoked or not. Raises NotFoundError."""
    grant = session.get(tables.Grant, grant_id)
    if grant is None:
        raise NotFoundError(f"There is no grant {grant_id}.", mend="See: soundingboard grant list")
    return grant


def open_grant(session: Session, grant_id: int, kind: str) -> tables.Grant | None:
    """The grant of that number and kind, unless it was revoked."""
    grant = session.get(tables.Grant, grant_id)
    if grant is None or grant.kind != kind or grant.revoked_at is not None:
        return None
    return grant


def open_by_nonce(session: Session, nonce: str, kind: str) -> tables.Grant | None:
    """The grant whose address carries this nonce, unless it was revoked."""
    query = select(tables.Grant).where(
        col(tables.Grant.nonce) == nonce,
        col(tables.Grant.kind) == kind,
        col(tables.Grant.revoked_at).is_(None),
    )
    return session.exec(query).first()
