"""Queries about what programs sign in with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, or_, select, update

from store import tables


def token(session: Session, token_id: int) -> tables.ApiToken | None:
    """The token of that number."""
    return session.get(tables.ApiToken, token_id, populate_existing=True)


def token_by(session: Session, token_sha: str) -> tuple[tables.ApiToken, tables.User] | None:
    """The token with this hash, and whose it is."""
    query = (
        select(tables.ApiToken, tables.User)
        .join(tables.User, col(tables.User.id) == col(tables.ApiToken.user_id))
        .where(col(tables.ApiToken.token_sha) == token_sha)
    )
    return session.exec(query).first()


def tokens(
    session: Session, user_id: int | None = None
) -> Sequence[tuple[tables.ApiToken, tables.User]]:
    """All tokens with their owners, or one user's; the newest first."""
    query = select(tables.ApiToken, tables.User).join(
        tables.User, col(tables.User.id) == col(tables.ApiToken.user_id)
    )
    if user_id is not None:
        query = query.where(col(tables.ApiToken.user_id) == user_id)
    return session.exec(query.order_by(col(tables.ApiToken.id).desc())).all()


def touch(session: Session, token_id: int, at: datetime, apart: timedelta) -> bool:
    """Note that a token was used, unless that was noted less than `apart` before."""
    used = col(tables.ApiToken.used_at)
    done = session.execute(
        update(tables.ApiToken)
        .where(col(tables.ApiToken.id) == token_id, or_(used.is_(None), used <= at - apart))
        .values(used_at=at)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]
