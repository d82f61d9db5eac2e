"""Retention: who was active a month ago and still is."""

from __future__ import annotations

from community.engagement import PERIOD_DAYS
from community.kpis.comings import comings
from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people

NAME = "retention"


def retention(facts: Facts) -> KpiReading:
    """
    Share of last month's active members who are active this month, 0..1.

        |active(t) and active(t-1)| / |active(t-1)|

    t is the last 30 days, t-1 the 30 days before. The note is the whole growth account.
    n = the denominator. Window: 30 days, its own. Interval: Wilson.
    Source: contributor retention of the LFX Community Data Platform.
    """
    account = comings(facts)
    month = facts.last(PERIOD_DAYS)
    return share_of_people(NAME, month, len(account.retained), len(account.before), account.told())


KPI = Kpi(
    NAME,
    "Retention",
    "share",
    retention,
    definition="Share of last month's active members who are active this month",
    formula="|active(t) and active(t-1)| / |active(t-1)|",
    source="contributor retention of the LFX Community Data Platform",
    family="community",
    kind="objective",
    direction="up",
)
