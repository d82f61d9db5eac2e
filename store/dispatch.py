"""How a message leaves the outbox: claimed, marked before its first byte leaves, and settled.

    pending | retry -> claimed -> sending -> sent | retry | failed | uncertain
                              \\-> withheld, where somebody objected before the first byte

Every step is one short transaction. A sender holds a message by its fence, a number that every
claim counts up; with an older one nothing can be changed any more.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlmodel import Session, col, or_, select

from config.errors import DeliveryError
from store import tables
from store.outbox import BY_A_PERSON, attempts_at
from store.suppression import why_withheld
from store.tombstones import Marker

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)

Freeze = Callable[[tables.OutboxRow], bytes]
"""Makes the very bytes of a message. Raises DeliveryError where they cannot be made."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt.

    state    : uncertain = it may have been taken; the rest is known for sure
    phase    : how far it came ("connect", "rcpt", "verdict", …)
    retry_at : not before then, where the other side said so
    """

    state: Literal["sent", "retry", "failed", "uncertain"]
    phase: str
    words: str
    code: int | None = None
    retry_at: datetime | None = None


def claim(
    session: Session,
    marker: Marker,
    freeze: Freeze,
    *,
    channels: Collection[str],
    by: str,
    now: datetime,
    lease: timedelta,
    limit: int,
) -> list[tables.OutboxRow]:
    """Take up to `limit` due messages for one sender, oldest first, and freeze their bytes.

    What somebody objected to is withheld here, and what cannot be made into a message fails; both
    come back too, so look at the state before sending.
    """
    query = (
        select(tables.OutboxRow)
        .where(
            col(tables.OutboxRow.state).in_(("pending", "retry")),
            col(tables.OutboxRow.channel).in_(channels),
            or_(col(tables.OutboxRow.next_at).is_(None), col(tables.OutboxRow.next_at) <= now),
        )
        .order_by(col(tables.OutboxRow.id))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(session.exec(query).all())
    for row in rows:
        row.fence += 1
        if (why := why_withheld(session, marker, row)) is not None:
            _withhold(session, row, why, now)
            continue
        try:
            row.message = row.message or freeze(row)
        except DeliveryError as error:
            _write(session, row, Outcome("failed", "message", str(error)), now)
            continue
        row.state, row.claimed_by, row.claimed_until = "claimed", by, now + lease
    session.flush()
    return rows


def begin_sending(
    session: Session, marker: Marker, row_id: int, fence: int, *, now: datetime, lease: timedelta
) -> bool:
    """Mark a claimed message right before its first byte leaves; False = it must not leave.

    Asked once more: whether it is still ours, and whether anybody objected meanwhile.
    """
    row = _held(session, row_id, fence, "claimed")
    if row is None:
        return False
    if (why := why_withheld(session, marker, row)) is not None:
        _withhold(session, row, why, now)
        return False
    row.state, row.claimed_until = "sending", now + lease
    session.flush()
    return True


def finish(
    session: Session,
    row_id: int,
    fence: int,
    outcome: Outcome,
    *,
    now: datetime,
    patience: timedelta,
) -> bool:
    """Write down what came of an attempt; False = it was no longer ours, and nothing changed.

    A sender that was given up as dead, but only slow, may still tell how it ended.

    patience : a message put off for longer than this has failed
    """
    row = _held(session, row_id, fence, "claimed", "sending", "uncertain")
    if row is None:
        return False
    if outcome.state == "retry" and _first_try(session, row, now) + patience <= now:
        words = f"given up after {patience.total_seconds() / 3600:g} hours: {outcome.words}"
        outcome = Outcome("failed", outcome.phase, words, outcome.code)
    _write(session, row, outcome, now)
    session.flush()
    return True


def recover(session: Session, now: datetime) -> int:
    """Look after messages whose sender was gone before its time was over; how many there were.

    A claimed one never left and waits again. One that was being sent may have arrived: it stays
    uncertain until a person says, unless its receiver knows repeats (a webhook).
    """
    query = (
        select(tables.OutboxRow)
        .where(
            col(tables.OutboxRow.state).in_(("claimed", "sending")),
            col(tables.OutboxRow.claimed_until) < now,
        )
        .order_by(col(tables.OutboxRow.id))
        .with_for_update(skip_locked=True)
    )
    rows = session.exec(query).all()
    for row in rows:
        if row.state == "claimed":
            row.state, row.next_at, row.claimed_until = "pending", now, None
        elif row.channel == "webhook":
            _write(session, row, Outcome("retry", "sending", "the sender was stopped"), now)
        else:
            words = "the sender was stopped while sending; it may have arrived"
            _write(session, row, Outcome("uncertain", "sending", words), now)
    session.flush()
    return len(rows)


def pause(key: str, attempts: int) -> timedelta:
    """How long to wait after so many attempts: doubling, and never all messages at once.

    The spread of a fifth either way is a pure function of the key and the count.

    >>> [round(pause("digest/2026-03-01/ann@example.org", n).total_seconds()) for n in (1, 2, 9)]
    [61, 114, 3614]
    """
    chance = int.from_bytes(hashlib.sha256(f"{key}/{attempts}".encode()).digest()[:4]) / 2**32
    whole = min(FIRST_PAUSE * (1 << min(attempts - 1, 10)), LONGEST_PAUSE)
    return whole * (0.8 + 0.4 * chance)


def _held(session: Session, row_id: int, fence: int, *states: str) -> tables.OutboxRow | None:
    """The message, locked, if this fence still holds it in one of these states."""
    query = select(tables.OutboxRow).where(
        col(tables.OutboxRow.id) == row_id,
        col(tables.OutboxRow.fence) == fence,
        col(tables.OutboxRow.state).in_(states),
    )
    return session.exec(query.with_for_update()).first()


def _first_try(session: Session, row: tables.OutboxRow, now: datetime) -> datetime:
    """When it was first tried since a person last let it go."""
    tries: Sequence[tables.Attempt] = attempts_at(session, row.id or 0)
    first = now
    for attempt in reversed(tries):
        if attempt.phase == BY_A_PERSON:
            break
        first = min(first, attempt.at)
    return first


def _withhold(session: Session, row: tables.OutboxRow, why: str, now: datetime) -> None:
    row.state, row.problem, row.claimed_until, row.next_at = "withheld", why, None, None
    _note(session, row, "consent", None, why, now)


def _write(session: Session, row: tables.OutboxRow, outcome: Outcome, now: datetime) -> None:
    row.attempts += 1
    row.state, row.claimed_until, row.next_at = outcome.state, None, None
    row.problem = None if outcome.state == "sent" else outcome.words
    if outcome.state == "sent":
        row.sent_at = now
    if outcome.state == "retry":
        own = now + pause(row.key, row.attempts)
        row.next_at = max(own, outcome.retry_at or own)
    _note(session, row, outcome.phase, outcome.code, outcome.words, now)


def _note(
    session: Session,
    row: tables.OutboxRow,
    phase: str,
    code: int | None,
    words: str,
    now: datetime,
) -> None:
    session.add(
        tables.Attempt(
            outbox_id=row.id or 0,
            fence=row.fence,
            at=now,
            phase=phase,
            outcome=row.state,
            code=code,
            words=words,
        )
    )
