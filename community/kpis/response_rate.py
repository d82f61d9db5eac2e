"""Response rate: how many posts about us somebody of ours answers in time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable
from datetime import timedelta

from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_things

NAME = "response_rate"


def response_rate(facts: Facts) -> KpiReading:
    """
    Share of people's posts about the brand that staff answered within the promised hours, 0..1.

        posts answered within respond_hours / posts whose respond_hours ended in the window

    So a post that may still be answered in time is not held against anybody. n = posts; one
    without an account is a person of its own. Interval: bootstrap by author.
    Source: Chatwoot's response rate, with a limit; the limit is promises.respond_hours.
    """
    limit = timedelta(hours=facts.promises.respond_hours)
    sums: dict[Hashable, list[int]] = defaultdict(lambda: [0, 0])
    for number, one in enumerate(facts.asked):
        if facts.holds(one.at + limit):
            of = sums[("nobody", number) if one.person is None else one.person]
            of[0] += one.answered_at is not None and one.answered_at - one.at <= limit
            of[1] += 1
    note = f"within {facts.promises.respond_hours} hours"
    return share_of_things(NAME, facts, {who: (a, b) for who, (a, b) in sums.items()}, note)


KPI = Kpi(
    NAME,
    "Response rate",
    "share",
    response_rate,
    definition="Share of people's posts about the brand staff answered within the promised hours",
    formula="posts answered within respond_hours / posts whose respond_hours ended in the window",
    source="Chatwoot's response rate, with a limit",
    family="promises",
    kind="objective",
    direction="up",
)
