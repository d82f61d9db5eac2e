"""Abstention: how much of what people post nobody here can read."""

from __future__ import annotations

from collections import defaultdict

from community.kpis.intervals import by_author
from community.kpis.reading import MIN_N, Facts, Kpi, KpiReading, unsaid

NAME = "abstention"


def abstention(facts: Facts) -> KpiReading:
    """
    Share of people's posts that the model declined to judge, 0..1.

        posts without a label / posts that went through the model

    Unknown language, no words or no finite answer. A high one means that the other numbers rest
    on a part of the public only. n = posts. Interval: bootstrap by author.
    """
    sums: dict[object, list[int]] = defaultdict(lambda: [0, 0])
    for number, (author_id, label) in enumerate(facts.reads):
        of = sums[("nobody", number) if author_id is None else author_id]
        of[0] += label is None
        of[1] += 1
    unread, posts = (sum(of[i] for of in sums.values()) for i in (0, 1))
    if posts < MIN_N:
        return unsaid(NAME, "share", facts, posts, numerator=unread, denominator=posts)
    low, high = by_author([(a, b) for a, b in sums.values()], lowest=0.0, highest=1.0)
    return KpiReading(
        NAME, "share", facts.since, facts.until, unread / posts, low, high, unread, posts, posts
    )


KPI = Kpi(
    NAME,
    "Could not be read",
    "share",
    abstention,
    definition="Share of people's posts that the model declined to judge",
    formula="posts without a label / posts that went through the model",
    source="ours",
    family="listening",
    kind="objective",
    direction="down",
)
