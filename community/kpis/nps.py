"""Net promoter score: who would recommend the brand, by their own answer from 0 to 10."""

from __future__ import annotations

import math
from collections import Counter

from community.kpis.intervals import Z
from community.kpis.reading import MIN_N, Facts, Kpi, KpiReading, said, unsaid

NAME = "nps"
PROMOTER, PASSIVE = 9, 7
FEW = 30
"""Under so many answers the plain interval is too narrow, and pseudo-answers are added."""


def nps(facts: Facts) -> KpiReading:
    """
    Net promoter score from people's own answers, -100..100.

        100 · (promoters - detractors) / answers

    Promoters answered 9 or 10, detractors 0 to 6. Each person counts once, with their newest
    answer of the window; an answer without an account counts as a person of its own. n = people.
    Interval: `interval`. Source: Reichheld (2003), Harvard Business Review 81(12).
    """
    scores = [answer.score for answer in facts.answers]
    promoters = sum(score >= PROMOTER for score in scores)
    detractors = sum(score < PASSIVE for score in scores)
    net, n = 100 * (promoters - detractors), len(scores)
    if n < MIN_N:
        return unsaid(NAME, "points", facts, n, numerator=net, denominator=n)
    return said(
        NAME,
        "points",
        facts,
        net / n,
        interval(promoters, detractors, n),
        of=(net, n),
        n=n,
        note=_distribution(scores, promoters, detractors),
    )


def interval(promoters: int, detractors: int, n: int) -> tuple[float, float]:
    """
    95 % interval of a net promoter score, -100..100.

        100 · (p - d ± z·√((p + d - (p - d)²) / n))

    Under FEW answers, or where all are of one kind, 3/4 promoters, 3/4 detractors and 3/2 passives
    are added first, for a few who agree prove little; the ends never leave out the score itself.
    Source: Rocks (2016), Interval estimation for the Net Promoter Score, Am. Statistician 70(4).
    """
    alike = n in (promoters, detractors, n - promoters - detractors)
    extra = 0.75 if n < FEW or alike else 0.0
    total = n + 4 * extra
    p, d = (promoters + extra) / total, (detractors + extra) / total
    half = Z * math.sqrt(max(0.0, p + d - (p - d) ** 2) / total)
    score = 100 * (promoters - detractors) / n
    low, high = max(-100.0, 100 * (p - d - half)), min(100.0, 100 * (p - d + half))
    return min(low, score), max(high, score)


def _distribution(scores: list[int], promoters: int, detractors: int) -> str:
    each = Counter(scores)
    told = ", ".join(f"{score}: {each[score]}" for score in sorted(each, reverse=True))
    passives = len(scores) - promoters - detractors
    people = f"promoters {promoters}, passives {passives}, detractors {detractors}"
    return f"{people} ({told})"


KPI = Kpi(
    NAME,
    "Net promoter score",
    "points",
    nps,
    definition="How far promoters (9, 10) outnumber detractors (0 to 6) among those who answered",
    formula="100 * (promoters - detractors) / answers, the newest of each person",
    source="Reichheld (2003); interval: Rocks (2016)",
    family="advocacy",
    kind="subjective",
    direction="up",
)
