"""A share of people, said the same way by every KPI that is one."""

from __future__ import annotations

from community.kpis.intervals import wilson
from community.kpis.reading import MIN_N, Facts, KpiReading, unsaid


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
