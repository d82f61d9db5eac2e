"""Invitations accepted: how many of those invited joined by either door."""

from __future__ import annotations

from community.kpis.funnel import outcomes, told
from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people

NAME = "acceptance_rate"


def acceptance_rate(facts: Facts) -> KpiReading:
    """
    Share of invited people who joined the committee or the lighter community, 0..1.

        people who joined the committee or the lighter community / people invited

    Counted are those whose time to answer (recruiting.silent_after_days) ended in the window, each
    once; withdrawn invitations are not. The note counts every door. n = people. Interval: Wilson.
    Source: ours.
    """
    chosen = outcomes(facts)
    yes = sum(answer in ("committee", "community") for answer in chosen.values())
    return share_of_people(NAME, facts, yes, len(chosen), told(chosen))


KPI = Kpi(
    NAME,
    "Invitations accepted",
    "share",
    acceptance_rate,
    definition="Share of invited people who joined the committee or the lighter community",
    formula="people who joined the committee or the lighter community / people invited",
    source="ours",
    family="advocacy",
    kind="objective",
    direction="up",
)
