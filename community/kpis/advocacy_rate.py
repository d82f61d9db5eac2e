"""Advocacy rate: how many of the members who are alive in it recommend the brand in public."""

from __future__ import annotations

from community.kpis.advocates import ADVOCACY_DAYS, active_now, recommending
from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people

NAME = "advocacy_rate"


def advocacy_rate(facts: Facts) -> KpiReading:
    """
    Share of active members who recommended the brand in public within 90 days, 0..1.

        active members with a public post, P(praise) >= 0.8 and advocacy >= 0.8 / active members

    Active is who `active_members` counts, so that nobody is above the line who is not below it.
    Public posts are their own words about the brand; reposts and survey answers are none. Whether
    we asked for them does not matter here (`unprompted_advocacy`). n = active members. Window: 90
    days, its own. Interval: Wilson. Source: after Influitive's advocates.
    """
    quarter = facts.last(ADVOCACY_DAYS)
    members = active_now(facts)
    advocates = {post.person for post in recommending(quarter)} & members
    return share_of_people(NAME, quarter, len(advocates), len(members))


KPI = Kpi(
    NAME,
    "Advocacy rate",
    "share",
    advocacy_rate,
    definition="Share of active members who recommended the brand in public within 90 days",
    formula="active members who recommended the brand within 90 days / active members",
    source="after Influitive's advocates; thresholds ours",
    family="advocacy",
    kind="objective",
    direction="up",
)
