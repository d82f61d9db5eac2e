"""Queries about attempts to sign in, and about the one-time links that let somebody in."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, delete, func, or_, select, update

from store import tables

_COUNTING = 0x5369676E  # "Sign": the advisory lock of whoever counts attempts and adds one


class Failures(NamedTuple):
    """Attempts that did not pass: how many, and when the last one was."""

    times: int
    last: datetime | None


def hold(session: Session) -> None:
    """Let nobody else add an attempt until this transaction ends (SQLite has one writer anyhow)."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(_COUNTING)))


def failures_of_account(
    session: Session, account: str, device: str | None, since: datetime
) -> Failures:
    """Failed attempts on an account by one known browser, or (None) by all unknown ones."""
    where = [col(tables.SignInAttempt.account) == account]
    if device is None:
        where.append(col(tables.SignInAttempt.device).is_(None))
    else:
        where.append(col(tables.SignInAttempt.device) == device)
    return _failures(session, where, since)


def failures_of_client(session: Session, client: str, since: datetime) -> Failures:
    """Failed attempts from one place by browsers that the account did not know."""
    where = [
        col(tables.SignInAttempt.client) == client,
        col(tables.SignInAttempt.device).is_(None),
    ]
    return _failures(session, where, since)


def _failures(session: Session, where: list[ColumnElement[bool]], since: datetime) -> Failures:
    query = select(func.count(), func.max(tables.SignInAttempt.at)).where(
        *where,
        col(tables.SignInAttempt.passed).is_(False),
        col(tables.SignInAttempt.at) > since,
    )
    times, last = session.exec(query).one()
    return Failures(times, last)


def pass_attempt(session: Session, attempt_id: int) -> None:
    """Note that an attempt passed; it counts against nobody any more."""
    session.execute(
        update(tables.SignInAttempt)
        .where(col(tables.SignInAttempt.id) == attempt_id)
        .values(passed=True)
    )


def remove_attempts(session: Session, before: datetime) -> int:
    """Forget attempts made before then; how many."""
    gone = session.execute(
        delete(tables.SignInAttempt).where(col(tables.SignInAttempt.at) < before)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


def link_by(session: Session, token_sha: str) -> tables.SignInLink | None:
    """The link whose token has this hash."""
    query = select(tables.SignInLink).where(col(tables.SignInLink.token_sha) == token_sha)
    return session.exec(query.execution_options(populate_existing=True)).first()


def use_link(session: Session, token_sha: str, now: datetime) -> tables.SignInLink | None:
    """Use a link up; None if it is unknown, used or too old. Of several at once one gets it."""
    done = session.execute(
        update(tables.SignInLink)
        .where(
            col(tables.SignInLink.token_sha) == token_sha,
            col(tables.SignInLink.used_at).is_(None),
            col(tables.SignInLink.expires_at) > now,
        )
        .values(used_at=now)
    )
    return link_by(session, token_sha) if done.rowcount else None  # type: ignore[attr-defined]


def drop_links(session: Session, user_id: int | None) -> None:
    """Remove every unused link of a user; None = those that make the first administrator."""
    whose = col(tables.SignInLink.user_id)
    session.execute(
        delete(tables.SignInLink).where(
            whose.is_(None) if user_id is None else whose == user_id,
            col(tables.SignInLink.used_at).is_(None),
        )
    )


def remove_links(session: Session, before: datetime) -> int:
    """Remove links that were used, or ran out, before then; how many."""
    gone = session.execute(
        delete(tables.SignInLink).where(
            or_(
                col(tables.SignInLink.used_at) < before,
                col(tables.SignInLink.expires_at) < before,
            )
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
