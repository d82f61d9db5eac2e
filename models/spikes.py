"""Which days are out of the ordinary, judged against what their weekday leads to expect."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy.stats import nbinom, poisson

Floats = NDArray[np.float64]
WEEK = 7
BASELINE_DAYS = 56
LEAST_HISTORY = 28
"""With less behind it a day is not judged: a weekday was seen fewer than four times."""
WEEKDAY_DOUBT = 2.0
"""Pseudo-weeks behind a weekday's factor, so that eight Mondays do not bend it too far."""
CLIPPED = 0.1
"""Of each end, this share of the baseline is pulled in, so that an old spike hides no new one."""


@dataclass(frozen=True, slots=True)
class Limits:
    """When a day counts as a spike.

    budget : false alarms a brand may have in a year, over all its series
    series : how many series share that budget
    """

    budget: float = 6.0
    series: int = 1
    least_posts: int = 5
    least_people: int = 3
    least_ratio: float = 1.5

    @property
    def alpha(self) -> float:
        """budget / (3·365·series): measured false alarms are about three times the nominal ones,
        because weekdays and dispersion are estimated."""
        return min(0.5, self.budget / (3 * 365 * self.series))


@dataclass(frozen=True, slots=True)
class Spike:
    """One day with far more than expected; p = the chance of so many by accident."""

    day: int
    count: int
    people: int
    expected: float
    p: float


def spikes(
    counts: Sequence[int], people: Sequence[int], limits: Limits, *, last: int = 1
) -> list[Spike]:
    """
    The spikes among the `last` days, a day after a spike left out (it is the same one going on).

    Baseline: the 56 days before, divided by their weekday's factor, winsorised; mu, v = their mean
    and variance, phi = max(1, v/mu). The day's count is negative binomial with mean mu·factor and
    variance phi times that; a spike has P(X >= count) < alpha and passes all of `limits`.

    counts, people : per day, oldest first, without gaps (a quiet day is 0)
    Source: design measurements of 12 runs of 150 days, docs/benchmarks.md; negative binomial as in
    Farrington et al. (1996), JRSS A 159:547-563.
    """
    if len(counts) != len(people):
        raise ValueError(f"{len(counts)} counts, but people on {len(people)} days")
    found: list[Spike] = []
    for day in range(max(0, len(counts) - last - 1), len(counts)):
        history = np.asarray(counts[max(0, day - BASELINE_DAYS) : day], float)
        if len(history) < LEAST_HISTORY:
            continue
        expected, phi = baseline(history)
        p = tail(counts[day], expected, phi)
        if _passes(counts[day], people[day], expected, p, limits):
            found.append(Spike(day, counts[day], people[day], expected, p))
    days = {spike.day for spike in found}
    judged = range(len(counts) - last, len(counts))
    return [s for s in found if s.day in judged and s.day - 1 not in days]


def baseline(history: Floats) -> tuple[float, float]:
    """Mean of the day after `history`, and phi, the variance over the mean (1 or more)."""
    weekday = (np.arange(len(history)) - len(history)) % WEEK  # 0 = the weekday to come
    overall = history.mean()
    if overall == 0:
        return 0.0, 1.0
    factors = np.array([_factor(history[weekday == d], overall) for d in range(WEEK)])
    level = history / factors[weekday]
    low, high = np.quantile(level, (CLIPPED, 1 - CLIPPED))
    clipped = np.clip(level, low, high)
    mean = float(clipped.mean())
    if mean == 0:
        return float(overall * factors[0]), 1.0
    inner = float(clipped.var(ddof=1)) * _UNCLIPPED
    return mean * float(factors[0]), max(1.0, inner / mean)


def tail(count: int, expected: float, phi: float) -> float:
    """P(X >= count) of a negative binomial with that mean and variance phi·mean; Poisson at 1."""
    if expected <= 0:
        return 0.0 if count > 0 else 1.0
    if phi <= 1 + 1e-9:
        return float(poisson.sf(count - 1, expected))
    return float(nbinom.sf(count - 1, expected / (phi - 1), 1 / phi))


def _factor(counts: Floats, overall: float) -> float:
    """How a weekday compares with all days, its largest count left out of the mean."""
    kept = np.sort(counts)[: max(1, len(counts) - 1)]
    trimmed = float(kept.mean()) if len(counts) > 1 else overall
    return max(0.1, (len(kept) * trimmed / overall + WEEKDAY_DOUBT) / (len(kept) + WEEKDAY_DOUBT))


def _passes(count: int, people: int, expected: float, p: float, limits: Limits) -> bool:
    return (
        p < limits.alpha
        and count >= limits.least_posts
        and people >= limits.least_people
        and count >= limits.least_ratio * expected
    )


def _winsorised_share() -> float:
    """The part of a normal variance that is left when CLIPPED of each end is pulled in."""
    z = -NormalDist().inv_cdf(CLIPPED)
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    return (1 - 2 * CLIPPED) - 2 * z * density + 2 * CLIPPED * z * z


_UNCLIPPED = 1 / _winsorised_share()
