"""Vocal love: how many of the people we can weigh love the brand aloud."""

from __future__ import annotations

from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people

NAME = "vocal_love"


def vocal_love(facts: Facts) -> KpiReading:
    """
    Share of weighed people with the stance love, 0..1.

        people with stance love / people with any stance, undecided included

    Both counted among people who last spoke within the window. Says nothing of those who are
    silent. Interval: Wilson.
    """
    love = sum(stance == "love" for stance in facts.stances)
    return share_of_people(NAME, facts, love, len(facts.stances))


KPI = Kpi(
    NAME,
    "Vocal love",
    "share",
    vocal_love,
    definition="Share of weighed people who love the brand aloud",
    formula="people with stance love / weighed people who last spoke in the window",
    source="ours",
    family="listening",
    kind="subjective",
    direction="up",
)
