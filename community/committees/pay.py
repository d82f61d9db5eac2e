"""The compensation ledger: what a member is owed for their time, until it is settled."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlmodel import Session

from community.committees import trail
from community.history import clean, named
from config.errors import RuleError
from store import tables
from store.trail import locked

MOST_CENTS = 2**31 - 1  # what the smallest database integer holds
_AMOUNT = re.compile(r"[0-9]{1,12}(\.[0-9]{1,2})?")
_CURRENCY = re.compile(r"[A-Z]{3}")


def enter(
    session: Session,
    member_id: int,
    *,
    what: str,
    amount: str,
    currency: str,
    settle_days: int,
    actor: str,
    now: datetime,
    due_at: datetime | None = None,
) -> tables.Compensation:
    """Promise something to a member; also to one who left, for time they gave before.

    due_at : None = `settle_days` from now
    Raises RuleError for an amount or a currency that is none, or if nobody knows what it is for.
    """
    member = locked(session, tables.Member, member_id)
    told = " ".join(clean(what).split())
    if not told:
        raise RuleError("Say what it is for.", mend='As in --what "spring meeting".')
    row = tables.Compensation(
        member_id=member_id,
        what=told,
        amount_cents=cents(amount),
        currency=currency_code(currency),
        due_at=due_at or now + timedelta(days=settle_days),
        entered_by=named(actor),
        entered_at=now,
    )
    session.add(row)
    session.flush()
    trail.begin(
        session, row, "enter", actor, now, committee_id=member.committee_id, member_id=member_id
    )
    return row


def settle(session: Session, pay_id: int, *, actor: str, now: datetime) -> tables.Compensation:
    """Note that an entry was paid. Raises RuleError if it was before, or was cancelled."""
    row = _open(session, pay_id)
    return _change(
        session, row, {"settled_by": named(actor), "settled_at": now}, "settle", actor, now
    )


def cancel(
    session: Session, pay_id: int, *, reason: str, actor: str, now: datetime
) -> tables.Compensation:
    """Cancel an entry that was not paid. Raises RuleError without a reason."""
    row = _open(session, pay_id)
    if not clean(reason):
        raise RuleError("A cancelled promise needs a reason.", mend="Say why it is not owed.")
    changes = {"cancelled_at": now, "cancelled_why": clean(reason)}
    return _change(session, row, changes, "cancel", actor, now)


def cents(amount: str) -> int:
    """An amount of money in hundredths, exactly. Raises RuleError for any other writing.

    >>> cents("12.5")
    1250
    """
    text = amount.strip()
    if not _AMOUNT.fullmatch(text):
        raise RuleError(
            f"{amount!r} is no amount.", mend="Write 50 or 12.50: digits, a point, two digits."
        )
    hundredths = int(Decimal(text) * 100)
    if not 0 < hundredths <= MOST_CENTS:
        raise RuleError(
            f"{amount!r} is out of range.", mend=f"An entry is 0.01 to {money(MOST_CENTS)}."
        )
    return hundredths


def money(hundredths: int) -> str:
    """
    >>> money(1250)
    '12.50'
    """
    return f"{Decimal(hundredths) / 100:.2f}"


def currency_code(text: str) -> str:
    """A currency by its three letters (ISO 4217). Raises RuleError for anything else."""
    code = text.strip().upper()
    if not _CURRENCY.fullmatch(code):
        raise RuleError(f"{text!r} is no currency.", mend="Write its three letters, as in EUR.")
    return code


def _open(session: Session, pay_id: int) -> tables.Compensation:
    row = locked(session, tables.Compensation, pay_id)
    if row.settled_at is not None:
        raise RuleError(f"{row.settled_by} settled it on {row.settled_at:%Y-%m-%d}.")
    if row.cancelled_at is not None:
        raise RuleError(f"It was cancelled: {row.cancelled_why}.")
    return row


def _change(
    session: Session,
    row: tables.Compensation,
    changes: dict[str, Any],
    step: str,
    actor: str,
    now: datetime,
) -> tables.Compensation:
    member = session.get_one(tables.Member, row.member_id)
    trail.change(
        session,
        row,
        changes,
        step,
        actor,
        now,
        committee_id=member.committee_id,
        member_id=row.member_id,
    )
    return row
