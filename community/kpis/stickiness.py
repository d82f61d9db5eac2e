"""Stickiness: how many of a month's active members come by on a usual day or week."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from community.engagement import PERIOD_DAYS, enrolled, members_acts
from community.kpis.intervals import by_member
from community.kpis.reading import MIN_N, Facts, Kpi, KpiReading, said, unsaid
from store.acts import Act

NAME = "stickiness"


DAYS = 28
WEEKLY_UNDER = 200


def stickiness(facts: Facts) -> KpiReading:
    """
    Active members of a usual week (or day) among those of the month, 0..1.

        mean over the last 28 days of  active within 7 days / active within 30 days

    With 200 members or more, active within 1 day takes the place of 7. Every day looks back from
    its own end; days at whose end nobody was active for a month are left out. Numerator and
    denominator are the means of both counts. n = members active within the last 30 days.
    Window: 28 days, its own. Interval: bootstrap by member.
    Source: Discourse's dau_by_mau (daily); weekly for small communities is ours.
    """
    month = facts.last(DAYS)
    weekly = len(enrolled(month.programme.seats, month.until)) < WEEKLY_UNDER
    recent = [act for act in month.acts if act.at >= month.since - _PERIOD]
    acts = members_acts(recent, month.programme.seats)
    people = sorted({act.person for act in acts})
    short = _active(acts, people, month.until, timedelta(days=7 if weekly else 1))
    long = _active(acts, people, month.until, _PERIOD)
    n = int(long[:, 0].sum())
    of = (float(short.sum()) / DAYS, float(long.sum()) / DAYS)
    if n < MIN_N:
        return unsaid(NAME, "share", month, n, numerator=of[0], denominator=of[1])
    value = _mean_ratio(short, long)
    interval = by_member(len(people), value, lambda drawn: _mean_ratio(short[drawn], long[drawn]))
    note = f"active within {'a week' if weekly else 'a day'} / active within {PERIOD_DAYS} days"
    return said(NAME, "share", month, value, interval, of=of, n=n, note=note)


_PERIOD = timedelta(days=PERIOD_DAYS)


def _active(
    acts: Sequence[Act], people: Sequence[int], until: datetime, span: timedelta
) -> NDArray[np.bool_]:
    """Person by day: did they act within the `span` before that day's end; the last day first."""
    place = {person: number for number, person in enumerate(people)}
    found = np.zeros((len(people), DAYS), dtype=bool)
    ends = [until - timedelta(days=day) for day in range(DAYS)]
    for act in acts:
        found[place[act.person]] |= [end - span <= act.at < end for end in ends]
    return found


def _mean_ratio(short: NDArray[np.bool_], long: NDArray[np.bool_]) -> float:
    """Mean over the days of the one count by the other; NaN where no day has anybody."""
    of_month = long.sum(axis=0)
    held = of_month > 0
    return float((short.sum(axis=0)[held] / of_month[held]).mean()) if held.any() else np.nan


KPI = Kpi(
    NAME,
    "Stickiness",
    "share",
    stickiness,
    definition="Active members of a usual week (from 200 members on: day) among those of the month",
    formula="mean over 28 days of WAU / MAU; DAU / MAU from 200 members on",
    source="Discourse dau_by_mau; weekly for small communities is ours",
    family="community",
    kind="objective",
    direction="up",
)
