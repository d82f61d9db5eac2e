"""Queries of the outbox: what waits to leave, who holds it, and what came of it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from store import tables


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
    session.add(row)
    session.flush()
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
