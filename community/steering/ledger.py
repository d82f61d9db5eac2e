"""The programme's ledger: what it cost, and what it brought as a range somebody stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation

from sqlmodel import Session

from community.history import clean, named
from config.errors import RuleError
from store import tables


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in hundredths of one currency (ISO 4217, three capitals)."""

    cents: int
    currency: str

    @classmethod
    def of(cls, amount: str, currency: str) -> Money:
        """From what people type.

        >>> Money.of("1,250.50", "eur")
        Money(cents=125050, currency='EUR')

        Raises RuleError for what is no amount, negative, or finer than a hundredth.
        """
        code = currency.strip().upper()
        if not re.fullmatch("[A-Z]{3}", code):
            raise RuleError(f"{currency!r} is no currency.", mend="Three letters, as in EUR.")
        try:
            value = Decimal(re.sub(r"(?<=\d),(?=\d{3}\b)", "", amount.strip()))
            cents = value * 100
            whole = value.is_finite() and value >= 0 and cents == cents.to_integral_value()
        except InvalidOperation:
            whole = False
        if not whole or value > 10**12:
            raise RuleError(f"{amount!r} is no amount.", mend="Write it as 1250.50")
        return cls(int(cents), code)

    def shown(self) -> str:
        return f"{self.cents / 100:,.2f} {self.currency}"


def enter_cost(
    session: Session,
    brand_id: int,
    what: str,
    money: Money,
    at: datetime,
    actor: str,
    now: datetime,
) -> tables.LedgerEntry:
    """Enter a cost that is known exactly. Raises RuleError without saying what for."""
    return _enter(session, brand_id, "cost", what, money, money, money, 1.0, at, actor, now)


def enter_benefit(
    session: Session,
    brand_id: int,
    what: str,
    worth: tuple[Money, Money, Money],
    confidence: float,
    at: datetime,
    actor: str,
    now: datetime,
) -> tables.LedgerEntry:
    """Enter a counted benefit, worth at least, likely and at most, and how sure one is (0..1).

    Raises RuleError for a range that does not rise, two currencies, or a confidence that is none.
    """
    low, likely, high = worth
    if not low.cents <= likely.cents <= high.cents:
        raise RuleError("The range does not rise.", mend="Give low, likely and high in that order.")
    if len({low.currency, likely.currency, high.currency}) > 1:
        raise RuleError("The range has two currencies.", mend="Give all three in the same one.")
    if not 0 <= confidence <= 1:
        raise RuleError("A confidence is from 0 to 1.", mend="0.5 says: as likely as not.")
    return _enter(session, brand_id, "benefit", what, low, likely, high, confidence, at, actor, now)


def cancel(
    session: Session, entry: tables.LedgerEntry, actor: str, reason: str, now: datetime
) -> None:
    """Take an entry back; it stays to be seen, but counts no more. Raises RuleError if it was."""
    if entry.cancelled_at is not None:
        raise RuleError(f"It was taken back already: {entry.cancelled_why}.")
    if not clean(reason):
        raise RuleError("Taking an entry back needs a reason.", mend="Say why, with --reason.")
    entry.cancelled_at, entry.cancelled_why = now, f"{named(actor)}: {clean(reason)}"
    session.add(entry)


def restore(session: Session, entry: tables.LedgerEntry) -> None:
    """Let a cancelled entry count again. Raises RuleError if it does."""
    if entry.cancelled_at is None:
        raise RuleError("The entry counts already.")
    entry.cancelled_at = entry.cancelled_why = None
    session.add(entry)


def _enter(
    session: Session,
    brand_id: int,
    kind: str,
    what: str,
    low: Money,
    likely: Money,
    high: Money,
    confidence: float,
    at: datetime,
    actor: str,
    now: datetime,
) -> tables.LedgerEntry:
    if not clean(what):
        raise RuleError("An entry says what it is for.", mend="Add a few words.")
    entry = tables.LedgerEntry(
        brand_id=brand_id,
        kind=kind,
        what=clean(what),
        low_cents=low.cents,
        amount_cents=likely.cents,
        high_cents=high.cents,
        currency=likely.currency,
        confidence=confidence,
        at=at,
        entered_by=named(actor),
        entered_at=now,
    )
    session.add(entry)
    session.flush()
    return entry
