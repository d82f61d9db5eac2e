"""Queries about badges."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from store import tables


def standing_badges(session: Session, member_id: int) -> Sequence[tables.Badge]:
    """A member's badges that were not revoked, locked, oldest first."""
    query = select(tables.Badge).where(
        col(tables.Badge.member_id) == member_id, col(tables.Badge.revoked_at).is_(None)
    )
    return session.exec(query.order_by(col(tables.Badge.id)).with_for_update()).all()


def badges_of(session: Session, member_id: int) -> Sequence[tables.Badge]:
    """Every badge a member ever had, oldest first."""
    query = select(tables.Badge).where(col(tables.Badge.member_id) == member_id)
    return session.exec(query.order_by(col(tables.Badge.id))).all()


def badge(session: Session, serial: str) -> tables.Badge | None:
    """The badge of that serial."""
    return session.exec(select(tables.Badge).where(col(tables.Badge.serial) == serial)).first()
