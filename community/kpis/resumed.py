"""Resumed: who came back after a month of silence."""

from __future__ import annotations

from community.engagement import PERIOD_DAYS
from community.kpis.comings import comings
from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people

NAME = "resumed"


def resumed(facts: Facts) -> KpiReading:
    """
    Share of this month's active members who come back after a silent month, 0..1.

        |active(t) without active(t-1), active before| / |active(t)|

    t is the last 30 days, t-1 the 30 days before. Somebody active for the first time
    has not resumed, but is new.
    n = the denominator. Window: 30 days, its own. Interval: Wilson.
    Source: growth accounting of theventurecity/data-toolkit.
    """
    account = comings(facts)
    month = facts.last(PERIOD_DAYS)
    return share_of_people(NAME, month, len(account.resumed), len(account.now), account.told())


KPI = Kpi(
    NAME,
    "Resumed",
    "share",
    resumed,
    definition="Share of this month's active members who come back after a silent month",
    formula="|active(t) without active(t-1), active before| / |active(t)|",
    source="growth accounting of theventurecity/data-toolkit",
    family="community",
    kind="objective",
    direction="none",
)
