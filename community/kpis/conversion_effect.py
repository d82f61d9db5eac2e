"""Effect of inviting haters: how much further they came than haters who were not invited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from community.kpis.intervals import of_mean
from community.kpis.reading import MIN_N, Facts, Kpi, KpiReading, said, unsaid
from community.kpis.turning import Path

NAME = "conversion_effect"


def conversion_effect(facts: Facts) -> KpiReading:
    """
    How much further invited haters moved than haters like them who were not invited, -2..2.

        mean over invited haters of (change - mean change of those like them),  change = mu1 - mu0

    mu0 is shrunk to what is usual, for the worst of any list look better at the next look though
    nothing changed (bench/conversion.py prints both); mu1 is the plain mean of later posts, which a
    second shrinking would pull towards the usual again. Up to three haters per invited one, not
    invited, with as many posts, a theme or source in common, nearest in mu. Who fell silent on
    either side has no change and is not in it; the note tells how many.
    n = invited haters who spoke later and have somebody like them who did. Interval: Student's t
    over such sets. Source: difference in differences; Efron & Morris (1975) for the shrinking.
    """
    differences = _differences(facts.paths)
    silent = sum(path.invited and path.state == "silent" for path in facts.paths)
    total, n = sum(differences), len(differences)
    if n < MIN_N:
        return unsaid(NAME, "score", facts, n, numerator=total, denominator=n)
    note = f"{silent} invited haters fell silent and are not in it"
    return said(
        NAME, "score", facts, total / n, of_mean(differences), of=(total, n), n=n, note=note
    )


def _differences(paths: Sequence[Path]) -> list[float]:
    """One number per invited hater who can be compared, least first."""
    own: dict[int, float] = {}
    like: dict[int, list[float]] = defaultdict(list)
    for path in paths:
        if path.mu1 is None:
            continue
        if path.invited:
            own[path.of] = path.mu1 - path.mu0
        else:
            like[path.of].append(path.mu1 - path.mu0)
    return sorted(own[of] - sum(sorted(like[of])) / len(like[of]) for of in own if like[of])


KPI = Kpi(
    NAME,
    "Effect of inviting haters",
    "score",
    conversion_effect,
    definition="How much further invited haters moved towards love than haters not invited",
    formula="mean of (mu1 - mu0) of invited haters, less that of those like them",
    source="difference in differences with shrunk baselines; Efron & Morris (1975)",
    family="advocacy",
    kind="subjective",
    direction="up",
)
