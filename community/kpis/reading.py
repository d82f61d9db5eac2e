"""What a KPI is and what one reading of it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from store.measurements import Read, Voice

MIN_N = 5
TOO_FEW = "too few"


@dataclass(frozen=True, slots=True)
class Facts:
    """The plain rows that all KPIs of one brand and window are counted from.

    since, until : half-open, aware UTC
    reads        : of people's posts about the brand (staff, bots, media, reposts are left out)
    stances      : of weighed people who last spoke within the window
    voices       : who named which tracked brand
    """

    brand_id: int
    since: datetime
    until: datetime
    reads: Sequence[Read] = ()
    stances: Sequence[str] = ()
    voices: frozenset[Voice] = frozenset()


@dataclass(frozen=True, slots=True)
class KpiReading:
    """One reading of one KPI.

    value     : None where it cannot be said; `note` says why
    low, high : 95 % interval; None for a plain count
    n         : how many people (or posts, where the KPI says so) it rests on
    """

    kpi: str
    unit: str
    since: datetime
    until: datetime
    value: float | None
    low: float | None
    high: float | None
    numerator: float
    denominator: float
    n: int
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Kpi:
    """One KPI: how it is called, what its number means, and how it is counted.

    unit : share (0..1), net (-1..1) or people
    """

    name: str
    title: str
    unit: str
    measure: Callable[[Facts], KpiReading]

    def shown(self, value: float) -> str:
        """The number as people read it.

        >>> Kpi("x", "X", "net", lambda facts: unsaid("x", "net", facts, 0)).shown(-0.123)
        '-12 %'
        """
        if self.unit == "people":
            return f"{value:,.0f}"
        return f"{100 * value:+.0f} %" if self.unit == "net" else f"{100 * value:.0f} %"


def unsaid(
    kpi: str,
    unit: str,
    facts: Facts,
    n: int,
    *,
    numerator: float = 0.0,
    denominator: float = 0.0,
    note: str = TOO_FEW,
) -> KpiReading:
    """A reading without a number, because it would say more than we know."""
    return KpiReading(
        kpi, unit, facts.since, facts.until, None, None, None, numerator, denominator, n, note
    )
