"""Engagement depth: how much an active member does."""

from __future__ import annotations

from collections import Counter

import numpy as np

from community.engagement import PERIOD_DAYS, enrolled, members_acts
from community.kpis.intervals import by_member
from community.kpis.reading import MIN_N, Facts, Kpi, KpiReading, said, unsaid

NAME = "engagement_depth"


def engagement_depth(facts: Facts) -> KpiReading:
    """
    Acts of the middle active member within 30 days, a number from 1 upwards.

        median over active members of their acts

    The median, so that one busy member does not speak for all. Numerator and denominator tell all
    acts and the active members. n = active members. Window: 30 days, its own. Interval: bootstrap
    by member. Source: ours.
    """
    month = facts.last(PERIOD_DAYS)
    members = enrolled(month.programme.seats, month.until)
    acts = members_acts(month.acts, month.programme.seats)
    done = Counter(act.person for act in acts if month.holds(act.at) and act.person in members)
    each = np.asarray(sorted(done.values()), dtype=float)
    total = float(each.sum())
    if len(each) < MIN_N:
        return unsaid(NAME, "ratio", month, len(each), numerator=total, denominator=len(each))
    middle = float(np.median(each))
    interval = by_member(len(each), middle, lambda drawn: float(np.median(each[drawn])))
    return said(NAME, "ratio", month, middle, interval, of=(total, len(each)), n=len(each))


KPI = Kpi(
    NAME,
    "Acts per active member",
    "ratio",
    engagement_depth,
    definition="Acts of the middle active member within 30 days",
    formula="median of acts over active members",
    source="ours",
    family="community",
    kind="objective",
    direction="up",
)
