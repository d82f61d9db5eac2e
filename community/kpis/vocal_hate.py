"""Vocal hate: how many of the people we can weigh are angry with the brand aloud."""

from __future__ import annotations

from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people

NAME = "vocal_hate"


def vocal_hate(facts: Facts) -> KpiReading:
    """
    Share of weighed people with the stance hate, 0..1.

        people with stance hate / people with any stance, undecided included

    Both counted among people who last spoke within the window. Says nothing of those who are
    silent. Interval: Wilson.
    """
    hate = sum(stance == "hate" for stance in facts.stances)
    return share_of_people(NAME, facts, hate, len(facts.stances))


KPI = Kpi(
    NAME,
    "Vocal hate",
    "share",
    vocal_hate,
    definition="Share of weighed people who are angry with the brand aloud",
    formula="people with stance hate / weighed people who last spoke in the window",
    source="ours",
    family="listening",
    kind="subjective",
    direction="down",
)
