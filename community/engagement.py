"""Engagement: what each act of a member weighs, how it fades, and the level that it makes."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta

from store.acts import Act
from store.programme import Seat

WEIGHTS = {"post": 1.0, "survey": 1.0, "meeting": 2.0, "suggestion": 3.0}
FADING = 0.9  # what is left of an act after a month
DAYS_A_MONTH = 30.44
PERIOD_DAYS = 30
LEVELS = ((1.5, "advocate"), (1.0, "contributor"), (0.5, "participant"), (0.0, "observer"))


def love(acts: Iterable[Act], at: datetime) -> float:
    """
    How much a person has done lately, 0 upwards.

        Σ weight · 0.9^months,   months = days since the act / 30.44

    weight: 1 a post or a survey answer, 2 a meeting, 3 a suggestion. Only acts before `at` count.
    Months are an age, not a page of the calendar, so nothing jumps on the first of a month; and
    it is the person's own number, which no newcomer moves.
    Source: orbit-model, version 1 (love; weights from 1 to 3).
    """
    return math.fsum(
        WEIGHTS[act.kind] * FADING ** ((at - act.at) / timedelta(days=DAYS_A_MONTH))
        for act in acts
        if act.at < at
    )


def level(of_love: float) -> str:
    """
    The level a love makes: advocate from 1.5, contributor from 1, participant from 0.5, observer.

    Absolute bounds, never a rank among those who happen to be members now.
    Source: orbit-model, version 1.

    >>> [level(x) for x in (0.0, 0.5, 1.0, 1.4999, 1.5)]
    ['observer', 'participant', 'contributor', 'contributor', 'advocate']
    """
    return next(name for lowest, name in LEVELS if of_love >= lowest)


def enrolled(seats: Iterable[Seat], until: datetime) -> frozenset[int]:
    """Who is a member just before a moment, by either door, each person once.

    A seat is held from the day it was taken until its member left or its term ended.
    """
    return frozenset(
        seat.person
        for seat in seats
        if seat.joined_at < until and (seat.ends_at is None or seat.ends_at >= until)
    )


def members_acts(acts: Iterable[Act], seats: Sequence[Seat]) -> list[Act]:
    """The acts somebody did while a member; what they did before is not the programme's doing."""
    theirs: dict[int, list[Seat]] = defaultdict(list)
    for seat in seats:
        theirs[seat.person].append(seat)
    return [
        act
        for act in acts
        if any(
            seat.joined_at <= act.at and (seat.ends_at is None or act.at < seat.ends_at)
            for seat in theirs[act.person]
        )
    ]


def active(acts: Iterable[Act], since: datetime, until: datetime) -> frozenset[int]:
    """Who did at least one act within the half-open window."""
    return frozenset(act.person for act in acts if since <= act.at < until)


def gini(amounts: Collection[float]) -> float:
    """
    How unequally an amount is spread, 0 (alike) to almost 1 (one has it all); zeros included.

        2·Σ i·x_(i) / (N·Σ x) - (N+1)/N,   x_(1) <= … <= x_(N)

    At least one amount is above 0. Source: Gini (1912) in the form for discrete samples.

    >>> gini([1, 1, 1, 1]), round(gini([0, 0, 0, 1]), 2)
    (0.0, 0.75)
    """
    n, rising = len(amounts), sorted(amounts)
    ranked = math.fsum(place * amount for place, amount in enumerate(rising, start=1))
    return 2 * ranked / (n * math.fsum(rising)) - (n + 1) / n
