"""Sums of money of one currency, each a range from low to high."""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import NamedTuple

from community.kpis.reading import Facts
from store.programme import Entry

_CENTS = 100


class Sum(NamedTuple):
    """Whole units of a currency."""

    low: float
    amount: float
    high: float


def entered(facts: Facts, kind: str) -> list[Entry]:
    """Ledger entries of a kind (cost, benefit) of the window."""
    return [one for one in facts.programme.ledger if one.kind == kind and facts.holds(one.at)]


def total(entries: Iterable[Entry], *, at_confidence: bool = False) -> Sum:
    """The sum; `at_confidence` counts each entry by how sure whoever entered it was."""
    listed = [(one, one.confidence if at_confidence else 1.0) for one in entries]
    return Sum(
        math.fsum(one.low * sure for one, sure in listed) / _CENTS,
        math.fsum(one.amount * sure for one, sure in listed) / _CENTS,
        math.fsum(one.high * sure for one, sure in listed) / _CENTS,
    )


def currencies(entries: Iterable[Entry]) -> list[str]:
    """The currencies of the entries, by name."""
    return sorted({one.currency for one in entries})
