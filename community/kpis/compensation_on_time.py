"""Compensation on time: whether what we owe is paid when it is due."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable

from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_things

NAME = "compensation_on_time"


def compensation_on_time(facts: Facts) -> KpiReading:
    """
    Share of what fell due that was settled by then, 0..1.

        entries settled at or before due / entries due in the window

    Cancelled entries do not count. n = entries of the compensation ledger. Interval: bootstrap by
    member. Source: ours, after the source documents.
    """
    sums: dict[Hashable, list[int]] = defaultdict(lambda: [0, 0])
    unpaid = 0
    for one in facts.programme.pay:
        if facts.holds(one.due_at):
            sums[one.person][0] += one.settled_at is not None and one.settled_at <= one.due_at
            sums[one.person][1] += 1
            unpaid += one.settled_at is None
    note = f"{unpaid} still unpaid" if unpaid else None
    return share_of_things(NAME, facts, {who: (a, b) for who, (a, b) in sums.items()}, note)


KPI = Kpi(
    NAME,
    "Compensation on time",
    "share",
    compensation_on_time,
    definition="Share of what we owed members that was settled when it was due",
    formula="entries settled at or before due / entries due in the window",
    source="ours, after the source documents",
    family="promises",
    kind="objective",
    direction="up",
)
