"""Executive presence: whether senior management comes to the meetings."""

from __future__ import annotations

from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people

NAME = "executive_presence"


YEAR_DAYS = 365


def executive_presence(facts: Facts) -> KpiReading:
    """
    Share of the meetings held that at least one senior came to, 0..1.

        meetings with a senior present / meetings held

    Focus groups are not meant to have one and do not count. The note tells how many of the seniors
    promised to the members came. n = meetings. Window: a year at least, for there are few
    meetings. Interval: Wilson. Source: ours, after the source documents.
    """
    year = facts.at_least(YEAR_DAYS)
    held = [one for one in year.programme.meetings if one.kind == "meeting" and year.holds(one.at)]
    present = sum(one.seniors > 0 for one in held)
    promised = sum(one.promised for one in held)
    kept = sum(one.promised_came for one in held)
    note = f"{kept} of {promised} promised seniors came" if promised else "nobody was promised"
    return share_of_people(NAME, year, present, len(held), note)


KPI = Kpi(
    NAME,
    "Executive presence",
    "share",
    executive_presence,
    definition="Share of the meetings held that at least one senior came to",
    formula="meetings with a senior present / meetings held, within a year",
    source="ours, after the source documents",
    family="promises",
    kind="objective",
    direction="up",
)
