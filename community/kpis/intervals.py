"""How sure a number is: 95 % intervals that hold for few people too."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import stdtrit

Z = 1.959964
RESAMPLES = 2000
MEMBER_RESAMPLES = 1000
_ROOM = 1_000_000  # numbers drawn at once
_SEED = 20260301  # fixed: the same posts give the same interval in every run


def wilson(agreeing: float, total: float, *, z: float = Z) -> tuple[float, float]:
    """
    Interval of a share of independent people, 0..1; (0, 1) where there is nobody.

        (p + z²/2n ± z·√((p(1-p) + z²/4n)/n)) / (1 + z²/n),   p = agreeing/n, n = total

    Source: Wilson (1927), JASA 22:209-212.

    >>> tuple(round(end, 3) for end in wilson(5, 10))
    (0.237, 0.763)
    """
    if total <= 0:
        return 0.0, 1.0
    p = agreeing / total
    middle = p + z * z / (2 * total)
    half = z * math.sqrt((p * (1 - p) + z * z / (4 * total)) / total)
    scale = 1 + z * z / total
    return max(0.0, (middle - half) / scale), min(1.0, (middle + half) / scale)


def by_author(
    sums: Sequence[tuple[float, float]], *, lowest: float, highest: float
) -> tuple[float, float]:
    """
    Interval of Σ numerator / Σ denominator by drawing authors, with all their posts, anew.

    Posts of one author are not independent, so authors are drawn, not posts. Percentile bootstrap,
    2.5 % to 97.5 %. Where all authors agree it would be without width, though a few who agree prove
    little; then the width is that of Wilson's interval over the authors.

    sums            : (numerator, denominator > 0) of each author, one at least
    lowest, highest : what the ratio can be

    Source: Davison & Hinkley (1997), Bootstrap Methods and their Application, section 3.8.
    """
    parts = np.asarray(sorted(sums), dtype=float)  # sorted: whatever order the rows came in
    authors = len(parts)
    value = float(parts[:, 0].sum() / parts[:, 1].sum())
    low, high = (float(end) for end in np.percentile(_redrawn(parts), (2.5, 97.5)))
    if high - low < 1e-9:
        width = (1 - wilson(authors, authors)[0]) * (highest - lowest)
        low, high = value - width, value + width
    return max(lowest, min(low, value)), min(highest, max(high, value))


def of_mean(each: Sequence[float]) -> tuple[float, float] | tuple[None, None]:
    """
    Interval of the mean of independent numbers, by Student's t; holds for few of them too.

        mean ± t(n - 1)·s/√n

    Nothing where all are alike: they tell nothing of how others would differ. Two numbers at least.
    Source: Student (1908), Biometrika 6:1-25.
    """
    numbers = np.asarray(sorted(each), dtype=float)
    half = float(stdtrit(len(numbers) - 1, 0.975) * numbers.std(ddof=1) / math.sqrt(len(numbers)))
    middle = float(numbers.mean())
    return (middle - half, middle + half) if half > 1e-12 else (None, None)


def by_member(
    members: int, value: float, statistic: Callable[[NDArray[np.intp]], float]
) -> tuple[float, float] | tuple[None, None]:
    """
    Interval of any number counted over members, by drawing the members anew.

    Percentile bootstrap, 2.5 % to 97.5 %. Nothing where every draw gives the same number: members
    who are all alike tell nothing of how others would differ.

    statistic : of the members drawn, by their place 0 … members - 1; NaN where it means nothing

    Source: Davison & Hinkley (1997), Bootstrap Methods and their Application, chapter 2.
    """
    draws = np.random.default_rng(_SEED)
    drawn = [statistic(draws.integers(0, members, members)) for _ in range(MEMBER_RESAMPLES)]
    told = [one for one in drawn if math.isfinite(one)]
    low, high = (float(end) for end in np.percentile(told or [value], (2.5, 97.5)))
    return (min(low, value), max(high, value)) if high - low > 1e-9 else (None, None)


def _redrawn(parts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The ratio of each resample, drawn in runs that keep memory small."""
    draws = np.random.default_rng(_SEED)
    authors, ratios = len(parts), []
    run = max(1, min(RESAMPLES, _ROOM // authors))
    for start in range(0, RESAMPLES, run):
        drawn = draws.integers(0, authors, (min(run, RESAMPLES - start), authors))
        ratios.append(parts[drawn, 0].sum(axis=1) / parts[drawn, 1].sum(axis=1))
    return np.concatenate(ratios)
