"""Contributors: how many members do more than look on."""

from __future__ import annotations

from community.engagement import level
from community.kpis.love import loves_of_members
from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people

NAME = "contributors"


def contributors(facts: Facts) -> KpiReading:
    """
    Share of members who are contributors or advocates by what they did lately, 0..1.

        members with a love of 1 or more / members

    The bound is absolute: nobody falls below it because somebody else joined. n = members.
    Window: as of love. Interval: Wilson. Source: orbit-model, version 1.
    """
    loves = loves_of_members(facts)
    doing = sum(level(one) in ("contributor", "advocate") for one in loves)
    return share_of_people(NAME, facts, doing, len(loves))


KPI = Kpi(
    NAME,
    "Contributors and advocates",
    "share",
    contributors,
    definition="Share of members whose love makes them a contributor or an advocate",
    formula="members with love >= 1 / members",
    source="orbit-model, version 1",
    family="community",
    kind="objective",
    direction="up",
)
