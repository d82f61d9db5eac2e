"""Badge coverage: whether those who sit on the committee can show it."""

from __future__ import annotations

from community.engagement import enrolled
from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_people

NAME = "badge_coverage"


def badge_coverage(facts: Facts) -> KpiReading:
    """
    Share of present committee members with a badge that stands, 0..1.

        committee members with a badge not revoked / committee members

    The lighter community has no badge and does not count. n = committee members. Window: as of
    `until`. Interval: Wilson. Source: ours, after the source documents.
    """
    seats = [seat for seat in facts.programme.seats if seat.door == "committee"]
    members = enrolled(seats, facts.until)
    badged = enrolled([seat for seat in seats if seat.badge], facts.until)
    return share_of_people(NAME, facts, len(badged), len(members))


KPI = Kpi(
    NAME,
    "Badge coverage",
    "share",
    badge_coverage,
    definition="Share of committee members with a badge that stands",
    formula="committee members with a badge not revoked / committee members",
    source="ours, after the source documents",
    family="promises",
    kind="objective",
    direction="up",
)
