"""Net sentiment: by how much praise outweighs blame in what people post."""

from __future__ import annotations

from collections import defaultdict

from community.kpis.intervals import by_author
from community.kpis.reading import MIN_N, Facts, Kpi, KpiReading, unsaid

NAME = "net_sentiment"
NOTE = "(P-N)/(P+N+neutral), uncorrected for the model's own errors"
_POINTS = {"positive": 1, "neutral": 0, "negative": -1}


def net_sentiment(facts: Facts) -> KpiReading:
    """
    Net sentiment of people's posts about the brand, -1..1.

        (P - N) / (P + N + neutral)

    P, N and neutral count read posts of the window by the model's label. The other custom,
    (P - N)/(P + N), leaves the neutral out and is not comparable (80/20/100: 0.30 here, 0.60
    there). Uncorrected: the model's errors move it. n = people; a post without an account counts
    as a person of its own.
    Interval: bootstrap by author. Source: the variant of Black Box Intelligence and Symanto.
    """
    sums: dict[object, list[int]] = defaultdict(lambda: [0, 0])
    for number, (author_id, label) in enumerate(facts.reads):
        if label is not None:
            of = sums[("nobody", number) if author_id is None else author_id]
            of[0] += _POINTS[label]
            of[1] += 1
    net, posts = (sum(of[i] for of in sums.values()) for i in (0, 1))
    if len(sums) < MIN_N:
        return unsaid(NAME, "net", facts, len(sums), numerator=net, denominator=posts)
    low, high = by_author([(a, b) for a, b in sums.values()], lowest=-1.0, highest=1.0)
    return KpiReading(
        NAME,
        "net",
        facts.since,
        facts.until,
        net / posts,
        low,
        high,
        net,
        posts,
        len(sums),
        NOTE,
    )


KPI = Kpi(
    NAME,
    "Net sentiment",
    "net",
    net_sentiment,
    definition="By how much praise outweighs blame in people's posts about the brand",
    formula="(P - N) / (P + N + neutral) over read posts",
    source="the variant of Black Box Intelligence and Symanto",
    family="listening",
    kind="subjective",
    direction="up",
)
