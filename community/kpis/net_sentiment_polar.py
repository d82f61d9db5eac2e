"""Net sentiment of those who take sides: praise against blame, the neutral left out."""

from __future__ import annotations

from community.kpis.leaning import counted, sums_by_person, told
from community.kpis.reading import Facts, Kpi, KpiReading

NAME = "net_sentiment_polar"
VARIANT = "(P-N)/(P+N)"
_POINTS = {"positive": 1, "negative": -1}


def net_sentiment_polar(facts: Facts) -> KpiReading:
    """
    Net sentiment of the posts that praise or blame, -1..1.

        (P - N) / (P + N)

    The custom that leaves the neutral out; larger than `net_sentiment` whenever somebody is
    neutral, and never to be compared with it. Corrected and counted as it is; n = people who
    praised or blamed. Interval: bootstrap by author.
    Source: the custom of most listening tools; PACC: Bella et al. (2010).
    """
    plain = counted(NAME, facts, sums_by_person(facts.reads, _POINTS))
    found = facts.prevalence
    other = "net_sentiment keeps the neutral in"
    if found is None or found.why_not is not None:
        return told(plain, None, found, f"{VARIANT}; {other}")
    corrected = (found.polar, found.polar_low, found.polar_high)
    return told(plain, corrected, found, f"{VARIANT}; {other}")


KPI = Kpi(
    NAME,
    "Net sentiment, without the neutral",
    "net",
    net_sentiment_polar,
    definition="By how much praise outweighs blame among the posts that do either",
    formula="(P - N) / (P + N) over read posts; corrected by PACC where labels allow",
    source="the custom of most listening tools; Bella et al. (2010)",
    family="listening",
    kind="subjective",
    direction="up",
)
