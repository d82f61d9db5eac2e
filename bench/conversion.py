"""Do haters really become advocates? What a programme that changes nothing seems to do.

    python -m bench.conversion

Nobody changes in this simulation. Each author has a true leaning (deviation .45 around the brand's)
and each post strays from it (.56). The 20 worst of 2000 are "invited", 200 times over. How much
better do they look at the next measurement? By raw means, much: whoever looks worst was also
unlucky. By means shrunk to what is usual, and against haters like them who were not invited
(the KPI `conversion_effect`), not at all.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from community.kpis import KPIS, Facts, KpiReading
from community.kpis.turning import Path, Start, matched

Floats = NDArray[np.float64]
AUTHOR_SD, POST_SD = 0.45, 0.56
AUTHORS, INVITED, LATER_POSTS = 2000, 20, 3
NOW = datetime(2026, 3, 1, tzinfo=UTC)
WORLDS, SEED = 200, 7


@dataclass(frozen=True, slots=True)
class World:
    """One simulated brand: posts before, their mean raw and shrunk, and the mean of later posts."""

    posts: NDArray[np.int64]
    raw: Floats
    shrunk: Floats
    later: Floats


@dataclass(frozen=True, slots=True)
class Outcome:
    """Mean apparent change of the invited, nobody having changed, and what the KPI says."""

    raw: float
    shrunk: float
    effect: KpiReading


def world(draws: np.random.Generator) -> World:
    """Authors with 1 to 6 posts before and LATER_POSTS after; the usual is what most say."""
    posts = draws.integers(1, 7, AUTHORS)
    leaning = draws.normal(0, AUTHOR_SD, AUTHORS)
    raw = leaning + draws.normal(0, POST_SD / np.sqrt(posts))
    usual = raw.mean()
    strength = (POST_SD / AUTHOR_SD) ** 2  # posts' worth of the usual: 1.55
    shrunk = (posts * raw + strength * usual) / (posts + strength)
    later = leaning + draws.normal(0, POST_SD / np.sqrt(LATER_POSTS), AUTHORS)
    return World(posts, raw, shrunk, later)


def simulate(draws: np.random.Generator) -> Outcome:
    """Invite the INVITED worst, by raw means and by shrunk ones, and measure them again."""
    told = world(draws)
    worst_raw = np.argsort(told.raw)[:INVITED]
    worst = np.argsort(told.shrunk)[:INVITED]
    return Outcome(
        raw=float((told.later - told.raw)[worst_raw].mean()),
        shrunk=float((told.later - told.shrunk)[worst].mean()),
        effect=KPIS["conversion_effect"].measure(_facts(told, worst)),
    )


def _facts(told: World, worst: NDArray[np.int64]) -> Facts:
    """The invited and their matched controls, as the pipeline tells them."""
    site = frozenset({"forum"})
    starts = [
        Start(i, float(told.shrunk[i]), 1.0, int(told.posts[i]), sites=site) for i in range(AUTHORS)
    ]
    invited = [starts[i] for i in worst.tolist()]
    sets = matched(invited, starts, {one.person for one in invited})
    paths = [
        Path(one.person, of.person, one.mu, float(told.later[one.person]), "hater", True)
        for of in invited
        for one in [of, *sets[of.person]]
    ]
    return Facts(1, NOW - timedelta(days=90), NOW, paths=paths)


def covering(outcomes: list[Outcome]) -> float:
    """How often the KPI's interval holds 0, which is the truth."""
    held = [
        one.effect.low is not None and one.effect.high is not None
        and one.effect.low <= 0 <= one.effect.high
        for one in outcomes
    ]  # fmt: skip
    return sum(held) / len(held)


def run(worlds: int = WORLDS, seed: int = SEED) -> list[Outcome]:
    draws = np.random.default_rng(seed)
    return [simulate(draws) for _ in range(worlds)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=_Formatter)
    parser.add_argument("--worlds", type=int, default=WORLDS)
    worlds = parser.parse_args().worlds
    outcomes = run(worlds)
    effects = [one.effect.value or 0.0 for one in outcomes]
    print(f"No real change; the {INVITED} worst of {AUTHORS} invited, {worlds} times.\n")
    print("| how the baseline is taken | apparent change |")
    print("|---|---|")
    print(f"| raw mean of their posts | {np.mean([one.raw for one in outcomes]):+.2f} |")
    print(f"| shrunk to what is usual | {np.mean([one.shrunk for one in outcomes]):+.2f} |")
    print(f"| shrunk, against controls (the KPI) | {np.mean(effects):+.2f} |")
    print(f"\nThe KPI's 95 % interval holds 0 in {covering(outcomes):.0%} of them.")


class _Formatter(argparse.RawDescriptionHelpFormatter):
    pass


if __name__ == "__main__":
    main()
