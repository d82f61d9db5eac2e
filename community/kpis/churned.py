"""Churned: who was active a month ago and fell silent."""

from __future__ import annotations

from community.engagement import PERIOD_DAYS
from community.kpis.comings import comings
from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people

NAME = "churned"


def churned(facts: Facts) -> KpiReading:
    """
    Share of last month's active members who did nothing this month, 0..1.

        |active(t-1) without active(t)| / |active(t-1)|

    t is the last 30 days, t-1 the 30 days before. It is 1 - retention. Silence is
    counted as silence: nobody is asked why.
    n = the denominator. Window: 30 days, its own. Interval: Wilson.
    Source: growth accounting of theventurecity/data-toolkit.
    """
    account = comings(facts)
    month = facts.last(PERIOD_DAYS)
    return share_of_people(NAME, month, len(account.churned), len(account.before), account.told())


KPI = Kpi(
    NAME,
    "Churned",
    "share",
    churned,
    definition="Share of last month's active members who did nothing this month",
    formula="|active(t-1) without active(t)| / |active(t-1)|",
    source="growth accounting of theventurecity/data-toolkit",
    family="community",
    kind="objective",
    direction="down",
)
