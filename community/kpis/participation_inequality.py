"""Participation inequality: whether a few members do it all."""

from __future__ import annotations

from collections import Counter

import numpy as np

from community.engagement import enrolled, gini, members_acts
from community.kpis.intervals import by_member
from community.kpis.reading import MIN_N, Facts, Kpi, KpiReading, said, shown, unsaid

NAME = "participation_inequality"


def participation_inequality(facts: Facts) -> KpiReading:
    """
    Gini's coefficient of the members' acts, 0 (all do as much) to almost 1 (one does it all).

        2·Σ i·x_(i) / (N·Σ x) - (N+1)/N

    x are the acts of each present member in the window, sorted, those who did nothing included
    with 0. The note tells the share of the busiest tenth (at least one member). Numerator: acts,
    denominator: members. n = members. Interval: bootstrap by member, wide where they are few.
    Source: Gini (1912); participation inequality after Nielsen (2006), nngroup.com.
    """
    members = enrolled(facts.programme.seats, facts.until)
    acts = members_acts(facts.acts, facts.programme.seats)
    done = Counter(act.person for act in acts if facts.holds(act.at) and act.person in members)
    each = np.asarray(sorted(done[person] for person in members), dtype=float)
    total, n = float(each.sum()), len(each)
    if n < MIN_N or not total:
        note = "too few" if n < MIN_N else "no member did anything in the window"
        return unsaid(NAME, "ratio", facts, n, numerator=total, denominator=n, note=note)
    value = gini(each.tolist())
    interval = by_member(n, value, lambda drawn: _gini_of(each[drawn].tolist()))
    tenth = max(1, round(n / 10))
    note = f"the busiest {tenth} of {n} did {shown('share', each[-tenth:].sum() / total)} of it"
    return said(NAME, "ratio", facts, value, interval, of=(total, n), n=n, note=note)


def _gini_of(amounts: list[float]) -> float:
    return gini(amounts) if any(amounts) else np.nan


KPI = Kpi(
    NAME,
    "Participation inequality",
    "ratio",
    participation_inequality,
    definition="How unequally acts are spread over members, those who did nothing included",
    formula="2 * sum of i * x_(i) / (N * sum of x) - (N + 1) / N",
    source="Gini (1912); Nielsen (2006)",
    family="community",
    kind="objective",
    direction="down",
)
