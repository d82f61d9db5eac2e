"""Invitations answered: how many of those invited said anything at all."""

from __future__ import annotations

from community.kpis.funnel import outcomes, told
from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people

NAME = "answer_rate"


def answer_rate(facts: Facts) -> KpiReading:
    """
    Share of invited people who answered through any door, 0..1.

        people who answered through any door / people invited

    Counted are those whose time to answer (recruiting.silent_after_days) ended in the window, each
    once; withdrawn invitations are not. The note counts every door. n = people. Interval: Wilson.
    Source: ours.
    """
    chosen = outcomes(facts)
    yes = sum(answer is not None for answer in chosen.values())
    return share_of_people(NAME, facts, yes, len(chosen), told(chosen))


KPI = Kpi(
    NAME,
    "Invitations answered",
    "share",
    answer_rate,
    definition="Share of invited people who answered through any door",
    formula="people who answered through any door / people invited",
    source="ours",
    family="advocacy",
    kind="objective",
    direction="up",
)
