"""Queries of the outbox: what waits to leave, who holds it, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, func, or_, select

from config.errors import NotFoundError, RuleError
from store import tables

TROUBLED = ("failed", "uncertain")
WAITING = ("pending", "retry", "claimed", "sending")
BY_A_PERSON = "person"
"""The phase of an attempt that was no attempt, but a person's word on the message."""


def enqueue(
    session: Session,
    *,
    key: str,
    channel: str,
    kind: str,
    receiver: str,
    subject: str,
    text: str,
    now: datetime,
    html: str | None = None,
    author_id: int | None = None,
    approved_by: str | None = None,
    payload: Mapping[str, Any] | None = None,
    headers: Mapping[str, str] | None = None,
    domain: str = "soundingboard.invalid",
) -> tables.OutboxRow | None:
    """Put one message into the outbox, in the transaction that decided on it.

    The key is unique for ever: what was put there before, sent or not, is not put there again,
    and None comes back.
    """
    if by_key(session, key) is not None:
        return None
    row = tables.OutboxRow(
        key=key,
        channel=channel,
        kind=kind,
        receiver=receiver,
        author_id=author_id,
        approved_by=approved_by,
        subject=subject,
        text=text,
        html=html,
        payload=dict(payload or {}),
        headers=dict(headers or {}),
        message_id=message_id(key, domain),
        made_at=now,
        next_at=now,
    )
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        if by_key(session, key) is None:
            raise
        return None  # somebody else put it there at the same moment
    return row


def message_id(key: str, domain: str) -> str:
    """The Message-ID of a mail: a pure function of its key, so that a second copy is seen as one.

    >>> message_id("digest/2026-03-01/ann@example.org", "example.org")
    '<c128a2f8d1c6ba94b8e3591b12887de6@example.org>'
    """
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:32]}@{domain}>"


def by_key(session: Session, key: str) -> tables.OutboxRow | None:
    """The message of that key, whatever became of it."""
    query = select(tables.OutboxRow).where(col(tables.OutboxRow.key) == key)
    return session.exec(query).first()


def get_row(session: Session, row_id: int) -> tables.OutboxRow:
    """The message of that number. Raises NotFoundError."""
    row = session.get(tables.OutboxRow, row_id)
    if row is None:
        raise NotFoundError(
            f"There is no message {row_id} in the outbox.",
            mend="List them with: soundingboard outbox list --all",
        )
    return row


def messages(
    session: Session, *, states: Collection[str] | None = None, limit: int = 200
) -> Sequence[tables.OutboxRow]:
    """Messages in these states (None: all), newest first."""
    query = select(tables.OutboxRow)
    if states is not None:
        query = query.where(col(tables.OutboxRow.state).in_(states))
    return session.exec(query.order_by(col(tables.OutboxRow.id).desc()).limit(limit)).all()


def troubled(session: Session) -> list[tables.OutboxRow]:
    """Messages a person must look at, oldest first: failed, or perhaps sent and perhaps not."""
    query = select(tables.OutboxRow).where(col(tables.OutboxRow.state).in_(TROUBLED))
    return list(session.exec(query.order_by(col(tables.OutboxRow.id))))


def count_due(session: Session, channel: str, now: datetime) -> int:
    """How many messages of a channel could leave now."""
    query = (
        select(func.count())
        .select_from(tables.OutboxRow)
        .where(
            col(tables.OutboxRow.channel) == channel,
            col(tables.OutboxRow.state).in_(("pending", "retry")),
            or_(col(tables.OutboxRow.next_at).is_(None), col(tables.OutboxRow.next_at) <= now),
        )
    )
    return session.exec(query).one()


def count_by_state(session: Session) -> dict[str, int]:
    """How many messages stand in each state."""
    query = select(col(tables.OutboxRow.state), func.count()).group_by(col(tables.OutboxRow.state))
    return dict(session.exec(query).all())


def attempts_at(session: Session, row_id: int) -> Sequence[tables.Attempt]:
    """What was tried of one message, in order."""
    query = select(tables.Attempt).where(col(tables.Attempt.outbox_id) == row_id)
    return session.exec(query.order_by(col(tables.Attempt.id))).all()


def attempts_log(
    session: Session, *, limit: int = 50
) -> Sequence[tuple[tables.Attempt, tables.OutboxRow]]:
    """The last attempts with their messages, newest first."""
    joined = col(tables.OutboxRow.id) == col(tables.Attempt.outbox_id)
    query = select(tables.Attempt, tables.OutboxRow).join(tables.OutboxRow, joined)
    return session.exec(query.order_by(col(tables.Attempt.id).desc()).limit(limit)).all()


def was_told(session: Session, channel: str, receiver: str, code: int, words: str) -> bool:
    """Whether this receiver ever answered with that code, and the attempt's words end so."""
    joined = col(tables.OutboxRow.id) == col(tables.Attempt.outbox_id)
    query = (
        select(tables.Attempt.id)
        .join(tables.OutboxRow, joined)
        .where(
            col(tables.OutboxRow.channel) == channel,
            col(tables.OutboxRow.receiver) == receiver,
            col(tables.Attempt.code) == code,
            col(tables.Attempt.words).endswith(words, autoescape=True),
        )
    )
    return session.exec(query.limit(1)).first() is not None


def send_again(session: Session, row_id: int, by: str, now: datetime) -> tables.OutboxRow:
    """A person lets a failed message go once more, made anew from today's settings.

    Raises RuleError for a message that is not failed: only those surely never arrived.
    """
    row = _locked(session, row_id)
    if row.state == "uncertain":
        raise RuleError(
            "This message may have arrived.",
            mend=f"Find out, then: soundingboard outbox settle {row_id} sent|not-sent --by YOU",
        )
    if row.state != "failed":
        raise RuleError(
            f"This message is {row.state}, not failed.", mend="Only failed ones are sent again."
        )
    row.message = None
    return _back(session, row, by, now, "let it go once more")


def settle(
    session: Session,
    row_id: int,
    how: Literal["sent", "not-sent"],
    by: str,
    now: datetime,
) -> tables.OutboxRow:
    """A person found out what became of an uncertain message; not-sent sends it once more.

    Raises RuleError for a message whose fate is known.
    """
    row = _locked(session, row_id)
    if row.state != "uncertain":
        raise RuleError(
            f"This message is {row.state}; there is nothing to settle.",
            mend="Only uncertain ones are settled.",
        )
    if how == "not-sent":
        return _back(session, row, by, now, "found that it never arrived")
    row.state, row.sent_at, row.problem = "sent", now, None
    _noted(session, row, by, now, "found that it arrived")
    return row


def _back(
    session: Session, row: tables.OutboxRow, by: str, now: datetime, words: str
) -> tables.OutboxRow:
    row.state, row.next_at, row.attempts, row.problem = "pending", now, 0, None
    _noted(session, row, by, now, words)
    return row


def _noted(session: Session, row: tables.OutboxRow, by: str, now: datetime, words: str) -> None:
    """Write a person's word down; a sender that still held the message can change nothing more."""
    row.fence += 1
    session.add(row)
    session.add(
        tables.Attempt(
            outbox_id=row.id or 0,
            fence=row.fence,
            at=now,
            phase=BY_A_PERSON,
            outcome=row.state,
            words=f"{by} {words}",
        )
    )
    session.flush()


def _locked(session: Session, row_id: int) -> tables.OutboxRow:
    """The message, which nobody else can change before this transaction ends."""
    get_row(session, row_id)
    query = select(tables.OutboxRow).where(col(tables.OutboxRow.id) == row_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).one()
