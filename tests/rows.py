"""Tiny rows of a programme, in the open: a seat, an act, a suggestion, each told in days ago."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from community.kpis import KPIS, Facts, KpiReading
from store.acts import Act
from store.answers import Asked
from store.programme import Entry, Held, Invited, Pay, Programme, Seat, Suggested

UNTIL = datetime(2026, 3, 1, tzinfo=UTC)


def ago(days: float, hours: float = 0.0) -> datetime:
    return UNTIL - timedelta(days=days, hours=hours)


def seats(*people: int, door: str = "committee", badge: bool = True) -> list[Seat]:
    """These people have been members for two years."""
    return [Seat(person, door, ago(730), None, badge) for person in people]


def acts(person: int, *days: float, kind: str = "post") -> list[Act]:
    return [Act(person, ago(day), kind) for day in days]


def suggested(
    person: int | None,
    raised: float,
    *,
    decided: float | None = None,
    accepted: bool = False,
    acted: float | None = None,
    told: float | None = None,
    answer_days: int | None = None,
) -> Suggested:
    decided_at, acted_at, told_at = (
        None if day is None else ago(day) for day in (decided, acted, told)
    )
    taken = accepted or acted is not None
    return Suggested(person, ago(raised), decided_at, taken, acted_at, told_at, answer_days)


def held(
    days: float,
    *,
    seniors: int = 0,
    promised: int = 0,
    kept: int = 0,
    invited: tuple[int, ...] = (),
    came: tuple[int, ...] = (),
    kind: str = "meeting",
) -> Held:
    return Held(kind, ago(days), seniors, promised, kept, frozenset(invited), frozenset(came))


def paid(person: int, due: float, settled: float | None = None) -> Pay:
    return Pay(person, ago(due), None if settled is None else ago(settled))


def invited(person: int, sent: float, answer: str | None = None) -> Invited:
    return Invited(person, ago(sent), ago(sent - 1) if answer else None, answer)


def entry(
    kind: str,
    amount: float,
    *,
    low: float | None = None,
    high: float | None = None,
    currency: str = "EUR",
    confidence: float = 1.0,
    days: float = 10,
) -> Entry:
    ends = [round(100 * (amount if end is None else end)) for end in (low, amount, high)]
    return Entry(kind, ago(days), ends[0], ends[1], ends[2], currency, confidence)


def asked(person: int | None, hours: float, answered_after: float | None = None) -> Asked:
    at = ago(0, hours)
    answered = None if answered_after is None else at + timedelta(hours=answered_after)
    return Asked(person, at, answered)


def facts(*, days: float = 90, **told: Any) -> Facts:
    """Facts of brand 1; fields of the programme may be told as if they were fields of the facts."""
    fields = Programme.__dataclass_fields__
    programme = Programme(**{name: told.pop(name) for name in list(told) if name in fields})
    return replace(Facts(1, ago(days), UNTIL, **told), programme=programme)


def measured(name: str, told: Facts) -> KpiReading:
    return KPIS[name].measure(told)
