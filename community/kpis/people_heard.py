"""People heard: how far our listening reaches."""

from __future__ import annotations

from community.kpis.reading import MIN_N, Facts, Kpi, KpiReading, unsaid

NAME = "people_heard"


def people_heard(facts: Facts) -> KpiReading:
    """
    People who named the brand in their own words within the window, a count.

        accounts with at least one post about the brand

    One person with two accounts counts twice; posts without an account count for nobody. A plain
    count has no interval. n = people.
    """
    heard = len({voice.author_id for voice in facts.voices if voice.brand_id == facts.brand_id})
    if heard < MIN_N:
        return unsaid(NAME, "people", facts, heard, numerator=heard, denominator=1)
    return KpiReading(NAME, "people", facts.since, facts.until, heard, None, None, heard, 1, heard)


KPI = Kpi(NAME, "People heard", "people", people_heard)
