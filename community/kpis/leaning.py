"""Praise against blame, said alike by both customs of net sentiment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from community.kpis.intervals import by_author
from community.kpis.prevalence import Prevalence
from community.kpis.reading import MIN_N, Facts, KpiReading, said, shown, unsaid
from store.measurements import Read

Corrected = tuple[float, float, float]


def sums_by_person(reads: Iterable[Read], points: Mapping[str, int]) -> list[tuple[int, int]]:
    """(sum of points, posts) of each person, of the posts whose label has points."""
    sums: dict[object, list[int]] = defaultdict(lambda: [0, 0])
    for number, (author_id, label) in enumerate(reads):
        if label is not None and label in points:
            of = sums[("nobody", number) if author_id is None else author_id]
            of[0] += points[label]
            of[1] += 1
    return [(net, posts) for net, posts in sums.values()]


def counted(kpi: str, facts: Facts, sums: Sequence[tuple[int, int]]) -> KpiReading:
    """The net as the model's labels alone tell it, with its interval; too few under five people."""
    net, posts = (sum(of[i] for of in sums) for i in (0, 1))
    if len(sums) < MIN_N:
        return unsaid(kpi, "net", facts, len(sums), numerator=net, denominator=posts)
    interval = by_author(sums, lowest=-1.0, highest=1.0)
    return said(kpi, "net", facts, net / posts, interval, of=(net, posts), n=len(sums))


def told(
    plain: KpiReading, corrected: Corrected | None, found: Prevalence | None, variant: str
) -> KpiReading:
    """The reading with the corrected number where there is one, and a note that says which it is.

    corrected : value, low, high
    """
    if plain.value is None:
        return plain
    if corrected is None or found is None:
        why = found.why_not if found else None
        because = f" ({why})" if why else ""
        note = f"{variant}; uncorrected for the model's own errors{because}"
        return replace(plain, note=note)
    value, low, high = corrected
    uncorrected = shown("net", plain.value)
    note = f"{variant}; corrected by PACC from {found.labels} blind labels; uncorrected"
    return replace(
        plain,
        value=value,
        low=low,
        high=high,
        numerator=value * plain.denominator,
        note=f"{note} {uncorrected}",
    )
