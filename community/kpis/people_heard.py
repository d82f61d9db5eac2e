"""People heard: how far our listening reaches."""

from __future__ import annotations

from community.kpis.reading import MIN_N, Facts, Kpi, KpiReading, unsaid

NAME = "people_heard"


def people_heard(facts: Facts) -> KpiReading:
    """
    People who named the brand in their own words within the window, a count.

        people with at least one post about the brand

    Two accounts of one human being count twice until they are found to be one; posts without an
    account count for nobody. A plain count has no interval. n = people.
    """
    heard = len({voice.author_id for voice in facts.voices if voice.brand_id == facts.brand_id})
    if heard < MIN_N:
        return unsaid(NAME, "people", facts, heard, numerator=heard, denominator=1)
    return KpiReading(NAME, "people", facts.since, facts.until, heard, None, None, heard, 1, heard)


KPI = Kpi(
    NAME,
    "People heard",
    "people",
    people_heard,
    definition="People who named the brand in their own words",
    formula="people with at least one own post about the brand",
    source="ours",
    family="listening",
    kind="objective",
    direction="up",
)
