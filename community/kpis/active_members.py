"""Active members: how many did something in the last month."""

from __future__ import annotations

from community.engagement import PERIOD_DAYS, active, enrolled, members_acts
from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people

NAME = "active_members"


def active_members(facts: Facts) -> KpiReading:
    """
    Share of members with at least one act in the last 30 days, 0..1.

        members with an act within 30 days / members

    An act is an own post about the brand, a suggestion they raised, a meeting they came to, or a
    survey answer with a score, each while they were a member. Logging in, an RSVP, a like, and
    saying that one has read the charter are none. n = members. Window: 30 days, its own.
    Interval: Wilson. Source: ours; the acts follow Influitive's engaged advocates.
    """
    month = facts.last(PERIOD_DAYS)
    members = enrolled(month.programme.seats, month.until)
    acts = members_acts(month.acts, month.programme.seats)
    doing = active(acts, month.since, month.until) & members
    return share_of_people(NAME, month, len(doing), len(members))


KPI = Kpi(
    NAME,
    "Active members",
    "share",
    active_members,
    definition="Share of members who did something that counts within 30 days",
    formula="members with an act within 30 days / members",
    source="ours; acts after Influitive's engaged advocates",
    family="community",
    kind="objective",
    direction="up",
)
