"""Queries about browsers that are signed in; GET only reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col, delete, func, or_, select, update

from store import tables


def user_by(
    session: Session, token_sha: str, *, seen_after: datetime, made_after: datetime
) -> tables.User | None:
    """Whose open session this is, if it was used and made recently enough and they may come in."""
    query = (
        select(tables.User)
        .join(tables.UserSession, col(tables.UserSession.user_id) == col(tables.User.id))
        .where(
            col(tables.UserSession.token_sha) == token_sha,
            col(tables.UserSession.ended_at).is_(None),
            col(tables.UserSession.seen_at) > seen_after,
            col(tables.UserSession.made_at) > made_after,
            col(tables.User.disabled_at).is_(None),
        )
    )
    return session.exec(query).first()


def open_sessions(
    session: Session, user_id: int, *, seen_after: datetime, made_after: datetime
) -> Sequence[tables.UserSession]:
    """The sessions a user could still go on with, the one used last first."""
    query = select(tables.UserSession).where(
        col(tables.UserSession.user_id) == user_id,
        col(tables.UserSession.ended_at).is_(None),
        col(tables.UserSession.seen_at) > seen_after,
        col(tables.UserSession.made_at) > made_after,
    )
    newest = (col(tables.UserSession.seen_at).desc(), col(tables.UserSession.id).desc())
    return session.exec(query.order_by(*newest)).all()


def last_seen(session: Session) -> dict[int | None, datetime]:
    """When each user was last here, by their id; who never was is left out."""
    query = select(tables.UserSession.user_id, func.max(tables.UserSession.seen_at))
    return dict(session.exec(query.group_by(col(tables.UserSession.user_id))).all())


def knows(session: Session, user_id: int, device: str) -> bool:
    """Whether this user signed in from that browser before (`device` is the hash of its cookie)."""
    query = select(tables.UserSession.id).where(
        col(tables.UserSession.user_id) == user_id, col(tables.UserSession.device) == device
    )
    return session.exec(query.limit(1)).first() is not None


def end(session: Session, token_sha: str, now: datetime) -> int | None:
    """End this session; whose it was, or None if it was not open."""
    row = session.exec(
        select(tables.UserSession).where(
            col(tables.UserSession.token_sha) == token_sha,
            col(tables.UserSession.ended_at).is_(None),
        )
    ).first()
    if row is None:
        return None
    row.ended_at = now
    session.add(row)
    session.flush()
    return row.user_id


def end_all(
    session: Session, user_id: int, now: datetime, *, but: str = "", forget: bool = False
) -> int:
    """End a user's open sessions, save the one whose token hash is `but`; how many.

    forget : their browsers, and those of sessions ended before, no longer count as known
    """
    theirs = (
        col(tables.UserSession.user_id) == user_id,
        col(tables.UserSession.token_sha) != but,
    )
    is_open = col(tables.UserSession.ended_at).is_(None)
    ended = session.execute(
        update(tables.UserSession).where(*theirs, is_open).values(ended_at=now)
    ).rowcount  # type: ignore[attr-defined]
    if forget:
        session.execute(update(tables.UserSession).where(*theirs).values(device=""))
    return int(ended)


def touch(session: Session, token_sha: str, at: datetime, apart: timedelta) -> bool:
    """Note that a session was used, unless that was noted less than `apart` before."""
    done = session.execute(
        update(tables.UserSession)
        .where(
            col(tables.UserSession.token_sha) == token_sha,
            col(tables.UserSession.ended_at).is_(None),
            col(tables.UserSession.seen_at) <= at - apart,
        )
        .values(seen_at=at)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def remove_old(session: Session, before: datetime) -> int:
    """Remove sessions last used before then; their browsers are strangers again. How many."""
    gone = session.execute(
        delete(tables.UserSession).where(
            col(tables.UserSession.seen_at) < before,
            or_(
                col(tables.UserSession.ended_at).is_(None),
                col(tables.UserSession.ended_at) < before,
            ),
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
