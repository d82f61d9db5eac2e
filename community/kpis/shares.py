"""A share of people, or of things that people own, said alike by every KPI that is one."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

from community.kpis.intervals import by_author, wilson
from community.kpis.reading import MIN_N, Facts, KpiReading, said, unsaid


def share_of_people(
    kpi: str, facts: Facts, agreeing: int, total: int, note: str | None = None
) -> KpiReading:
    """`agreeing` of `total` people with Wilson's interval; no number under five people."""
    if total < MIN_N:
        return unsaid(kpi, "share", facts, total, numerator=agreeing, denominator=total)
    low, high = wilson(agreeing, total)
    return KpiReading(
        kpi,
        "share",
        facts.since,
        facts.until,
        agreeing / total,
        low,
        high,
        agreeing,
        total,
        total,
        note,
    )


def share_of_things(
    kpi: str,
    facts: Facts,
    by_person: Mapping[Hashable, tuple[int, int]],
    note: str | None = None,
) -> KpiReading:
    """A share of posts, payments …, of which one person may own several; n = things.

    by_person : whoever owns them -> (how many agree, how many there are)
    Interval  : bootstrap by person.
    """
    agreeing, total = (sum(of[i] for of in by_person.values()) for i in (0, 1))
    if total < MIN_N:
        return unsaid(kpi, "share", facts, total, numerator=agreeing, denominator=total)
    interval = by_author(list(by_person.values()), lowest=0.0, highest=1.0)
    value = agreeing / total
    return said(kpi, "share", facts, value, interval, of=(agreeing, total), n=total, note=note)
