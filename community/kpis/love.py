"""Love: how much members have done for the brand lately."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np

from community.engagement import LEVELS, enrolled, level
from community.engagement import love as love_of
from community.kpis.intervals import by_member
from community.kpis.reading import MIN_N, Facts, Kpi, KpiReading, said, unsaid
from store.acts import Act

NAME = "love"


def love(facts: Facts) -> KpiReading:
    """
    Mean love of the members, a score from 0 upwards.

        Σ over members of Σ over acts of weight · 0.9^months / members

    Weights, fading and levels: community/engagement.py. All acts of a person before `until` count,
    also those from before they joined. The note counts the levels. n = members. Window: a member's
    whole past; only fading ends it. Interval: bootstrap by member.
    Source: orbit-model, version 1.
    """
    loves = loves_of_members(facts)
    levels = Counter(level(one) for one in loves)
    total, members = float(sum(loves)), len(loves)
    if members < MIN_N:
        return unsaid(NAME, "score", facts, members, numerator=total, denominator=members)
    each = np.asarray(loves)
    mean = total / members
    return said(
        NAME,
        "score",
        facts,
        mean,
        by_member(members, mean, lambda drawn: float(each[drawn].mean())),
        of=(total, members),
        n=members,
        note=", ".join(f"{name}: {levels[name]}" for _, name in LEVELS),
    )


def loves_of_members(facts: Facts) -> list[float]:
    """The love of every present member, least first."""
    acts = acts_by_person(facts)
    return sorted(
        love_of(acts.get(person, ()), facts.until)
        for person in enrolled(facts.programme.seats, facts.until)
    )


def acts_by_person(facts: Facts) -> dict[int, list[Act]]:
    """What each person did, in no order."""
    found: dict[int, list[Act]] = defaultdict(list)
    for act in facts.acts:
        found[act.person].append(act)
    return found


KPI = Kpi(
    NAME,
    "Love of members",
    "score",
    love,
    definition="How much members have done for the brand lately, fading by a tenth a month",
    formula="sum over acts of weight * 0.9^months / members; suggestion 3, meeting 2, else 1",
    source="orbit-model, version 1",
    family="community",
    kind="objective",
    direction="up",
)
