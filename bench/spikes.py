"""How often do alerts cry wolf, and what do they miss? Ours beside a mean + 3 sd rule.

    python -m bench.spikes

Invented brands of which mu posts a day are heard, with a week in them and a variance of one to five
times the mean (negative binomial; Poisson at one). Each is heard for 56 days and then judged for
150, 40 times over. A false alarm is any alert on a day nothing was added to; the hit rate is of
every third day, judged a second time with 1.5 mu + 4 posts more. Both rules see the same numbers.
Everybody posts once, one series has the whole budget, and an alert on the day after one is not told
by either rule.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.spikes import BASELINE_DAYS, Limits, spikes

Counts = NDArray[np.int64]
WEEK = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.7, 0.7])
MEANS = (3, 10, 50)
VARIANCES = (1, 2, 3, 5)
JUDGED_DAYS = 150
EVERY = 3
DAYS_A_YEAR = 365
LIMITS = Limits()

Rule = Callable[[Counts], bool]
"""Whether the last of these days is out of the ordinary, judged by the days before it."""


@dataclass(frozen=True, slots=True)
class Score:
    """One rule on one kind of brand: false alarms a year, and the share of true spikes found."""

    false_alarms: float
    hits: float


def ours(counts: Counts) -> bool:
    """As the product judges it (models/spikes.py)."""
    heard = [int(n) for n in counts]
    return bool(spikes(heard, heard, LIMITS))


def three_sigma(counts: Counts) -> bool:
    """More than mean + 3 standard deviations of the 56 days before; the day before was not."""
    return _beyond(counts) and not _beyond(counts[:-1])


RULES: dict[str, Rule] = {"mean + 3 sd": three_sigma, "ours": ours}


def series(mu: float, variance: float, seed: int) -> Counts:
    """One brand's posts a day, (BASELINE_DAYS + 1 + JUDGED_DAYS,); variance : times the mean."""
    days = BASELINE_DAYS + 1 + JUDGED_DAYS
    draws = np.random.default_rng([seed, int(mu), int(variance)])
    mean = mu * (WEEK / WEEK.mean())[np.arange(days) % len(WEEK)]
    drawn: Counts = (
        draws.poisson(mean)
        if variance == 1
        else draws.negative_binomial(mean / (variance - 1), 1 / variance)
    )
    return drawn


def measure(rule: Rule, mu: float, variance: float, runs: int) -> Score:
    """The rule on `runs` brands of that kind."""
    alarms = hits = tries = 0
    for seed in range(runs):
        counts = series(mu, variance, seed)
        for number, day in enumerate(range(BASELINE_DAYS + 1, len(counts))):
            alarms += rule(counts[day - BASELINE_DAYS - 1 : day + 1])
            if number % EVERY == 0:
                hits += rule(_with_spike(counts[day - BASELINE_DAYS - 1 : day + 1], mu))
                tries += 1
    return Score(alarms / (runs * JUDGED_DAYS) * DAYS_A_YEAR, hits / tries)


def lines(runs: int) -> Iterator[str]:
    """The table of docs/benchmarks.md, line by line."""
    yield "| posts a day | variance | " + " | ".join(RULES) + " |"
    yield "|---|---|" + "---|" * len(RULES)
    for mu in MEANS:
        for variance in VARIANCES:
            scores = (measure(rule, mu, variance, runs) for rule in RULES.values())
            told = " | ".join(f"{s.false_alarms:.1f} / {s.hits:.2f}" for s in scores)
            yield f"| {mu} | {variance}x | {told} |"


def _beyond(counts: Counts) -> bool:
    history = counts[-1 - BASELINE_DAYS : -1]
    return bool(counts[-1] > history.mean() + 3 * history.std(ddof=1))


def _with_spike(counts: Counts, mu: float) -> Counts:
    return np.append(counts[:-1], counts[-1] + int(1.5 * mu + 4))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=40, help="Brands of each kind.")
    for line in lines(parser.parse_args().runs):
        print(line, flush=True)


if __name__ == "__main__":
    main()
