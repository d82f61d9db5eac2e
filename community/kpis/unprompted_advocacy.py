"""Unprompted advocacy: who recommends the brand without being asked to."""

from __future__ import annotations

from community.kpis.advocates import ADVOCACY_DAYS, active_now, recommending, unprompted
from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people

NAME = "unprompted_advocacy"


def unprompted_advocacy(facts: Facts) -> KpiReading:
    """
    Share of active members who recommended the brand of their own accord within 90 days, 0..1.

        active members with an unprompted recommendation / active members

    A recommendation as in `advocacy_rate`, without a campaign's link, a code to share or the mark
    of an advertisement, and not written within 7 days after an invitation we sent its author. The
    note discloses how many of these people we ever paid. n = active members. Window: 90 days, its
    own. Interval: Wilson. Source: ours; disclosure after the FTC's Endorsement Guides, 16 CFR 255.
    """
    quarter = facts.last(ADVOCACY_DAYS)
    members = active_now(facts)
    of_members = [post for post in recommending(quarter) if post.person in members]
    willing = {post.person for post in unprompted(of_members, facts)}
    prompted = len({post.person for post in of_members} - willing)
    note = f"{len(willing & facts.paid)} of {len(willing)} were paid by us for their time"
    return share_of_people(
        NAME, quarter, len(willing), len(members), f"{note}; {prompted} more only when prompted"
    )


KPI = Kpi(
    NAME,
    "Unprompted advocacy",
    "share",
    unprompted_advocacy,
    definition="Share of active members who recommended the brand unasked within 90 days",
    formula="active members who recommended the brand unasked within 90 days / active members",
    source="ours; disclosure after 16 CFR 255",
    family="advocacy",
    kind="objective",
    direction="up",
)
