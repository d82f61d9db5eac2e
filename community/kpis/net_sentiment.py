"""Net sentiment: by how much praise outweighs blame in what people post."""

from __future__ import annotations

from community.kpis.leaning import counted, sums_by_person, told
from community.kpis.reading import Facts, Kpi, KpiReading

NAME = "net_sentiment"
VARIANT = "(P-N)/(P+N+neutral)"
_POINTS = {"positive": 1, "neutral": 0, "negative": -1}


def net_sentiment(facts: Facts) -> KpiReading:
    """
    Net sentiment of people's posts about the brand, -1..1.

        (P - N) / (P + N + neutral)

    Corrected for the model's own errors by PACC where blind labels of the last 180 days allow it
    (models/prevalence.py); then the numerator is the corrected net times the posts. Else P, N and
    neutral count the read posts of the window by the model's label, and the note says why. The
    other custom, (P - N)/(P + N), is `net_sentiment_polar`; the two are not comparable (80/20/100:
    0.30 here, 0.60 there). n = people; a post without an account counts as a person of its own.
    Interval: bootstrap by author (where corrected, of the labels' authors too).
    Source: the variant of Black Box Intelligence and Symanto; PACC: Bella et al. (2010).
    """
    plain = counted(NAME, facts, sums_by_person(facts.reads, _POINTS))
    found = facts.prevalence
    other = "net_sentiment_polar leaves the neutral out"
    if found is None or found.why_not is not None:
        return told(plain, None, found, f"{VARIANT}; {other}")
    return told(plain, (found.net, found.low, found.high), found, f"{VARIANT}; {other}")


KPI = Kpi(
    NAME,
    "Net sentiment",
    "net",
    net_sentiment,
    definition="By how much praise outweighs blame in people's posts about the brand",
    formula="(P - N) / (P + N + neutral) over read posts; corrected by PACC where labels allow",
    source="the variant of Black Box Intelligence and Symanto; Bella et al. (2010)",
    family="listening",
    kind="subjective",
    direction="up",
)
