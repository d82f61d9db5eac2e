"""What a KPI is, the rows it is counted from, and what one reading of it says."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import KW_ONLY, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Literal

from community.kpis.prevalence import Prevalence
from community.kpis.turning import Path
from config.settings import PromiseSettings
from store.acts import Act
from store.advocacy import Answer, Spoken
from store.answers import Asked
from store.labels import Judged
from store.measurements import Read, Voice
from store.programme import Programme

MIN_N = 5
TOO_FEW = "too few"

Unit = Literal["share", "net", "people", "days", "hours", "ratio", "money", "score", "points"]
Family = Literal["advocacy", "community", "promises", "listening", "business"]
Kind = Literal["subjective", "objective"]
Direction = Literal["up", "down", "none"]


@dataclass(frozen=True, slots=True)
class Facts:
    """The plain rows that all KPIs of one brand and window are counted from.

    Staff, bots, media and erased people are in none of them, and a person with several linked
    accounts stands everywhere under the first of these.

    since, until : half-open, aware UTC; nothing that happened at or after `until` is known
    reads        : of people's posts about the brand (reposts are left out)
    stances      : of weighed people who last spoke within the window
    voices       : who named which tracked brand
    acts         : all that members ever did for the brand, up to `until`
    asked        : people's posts about the brand, and when somebody of ours first answered
    judged       : labels given in the window beside the model's, one a post
    programme    : members, suggestions, meetings, pay, invitations and money, up to `until`
    promises     : within what time we said we would keep our word
    silent_after_days : an invitation unanswered for so long counts as silence
    prevalence   : what blind labels make of the reads; None = nobody computed it
    answers      : each person's newest answer from 0 to 10 in the window
    paths        : of invited haters and of those like them, from their baselines on
    spoken       : members' own public posts of the last 90 days; paid : whom we ever paid
    """

    brand_id: int
    since: datetime
    until: datetime
    reads: Sequence[Read] = ()
    stances: Sequence[str] = ()
    voices: frozenset[Voice] = frozenset()
    acts: Sequence[Act] = ()
    asked: Sequence[Asked] = ()
    judged: Sequence[Judged] = ()
    programme: Programme = field(default_factory=Programme)
    promises: PromiseSettings = field(default_factory=PromiseSettings)
    silent_after_days: int = 21
    prevalence: Prevalence | None = None
    answers: Sequence[Answer] = ()
    spoken: Sequence[Spoken] = ()
    paid: frozenset[int] = frozenset()
    paths: Sequence[Path] = ()

    def last(self, days: float) -> Facts:
        """The same rows for a KPI whose window is its own: the `days` before `until`."""
        return replace(self, since=self.until - timedelta(days=days))

    def at_least(self, days: float) -> Facts:
        """The same rows for a KPI of rare things, which needs so many days or more."""
        return replace(self, since=min(self.since, self.until - timedelta(days=days)))

    def holds(self, moment: datetime | None) -> bool:
        """Whether a moment lies within the window."""
        return moment is not None and self.since <= moment < self.until


@dataclass(frozen=True, slots=True)
class KpiReading:
    """One reading of one KPI.

    value     : None where it cannot be said; `note` says why
    low, high : 95 % interval (of money: the range entered); None for a plain count, or where the
                data set no bound on that side
    n         : how many people it rests on (or posts, payments …, where the KPI says so)
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
    """One KPI: how it is called, how it is counted, and what is published of it.

    unit      : share (0..1), net (-1..1), people, days, hours, ratio, money, score or points
                (-100..100)
    kind      : subjective (what people say or feel) or objective (what was done)
    direction : which way is better; none = it only describes
    """

    name: str
    title: str
    unit: Unit
    measure: Callable[[Facts], KpiReading]
    _: KW_ONLY
    definition: str
    formula: str
    source: str
    family: Family
    kind: Kind
    direction: Direction

    def shown(self, value: float) -> str:
        """The number as people read it."""
        return shown(self.unit, value)


def shown(unit: str, value: float) -> str:
    """A number of that unit as people read it.

    >>> shown("net", -0.123), shown("share", 0.5), shown("days", 3.25), shown("ratio", 0.417)
    ('-12 %', '50 %', '3.2 days', '0.42')
    """
    match unit:
        case "share":
            return f"{100 * value:.0f} %"
        case "net":
            return f"{100 * value:+.0f} %"
        case "points":
            return f"{value:+.0f}"
        case "people":
            return f"{value:,.0f}"
        case "days" | "hours":
            return f"{value:,.1f} {unit}"
        case _:
            return f"{value:,.2f}"


def said(
    kpi: str,
    unit: Unit,
    facts: Facts,
    value: float,
    interval: tuple[float | None, float | None] = (None, None),
    *,
    of: tuple[float, float],
    n: int,
    note: str | None = None,
) -> KpiReading:
    """A reading with a number.

    of : numerator, denominator
    """
    low, high = interval
    return KpiReading(kpi, unit, facts.since, facts.until, value, low, high, *of, n, note)


def unsaid(
    kpi: str,
    unit: Unit,
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
