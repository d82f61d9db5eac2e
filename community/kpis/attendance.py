"""Attendance: whether those invited to a meeting come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable

from community.kpis.reading import Facts, Kpi, KpiReading, shown
from community.kpis.shares import share_of_things

NAME = "attendance"


YEAR_DAYS = 365


def attendance(facts: Facts) -> KpiReading:
    """
    Share of invited members who came, over all meetings and focus groups held, 0..1.

        members who came / members invited, summed over the meetings

    The note tells the worst and the best meeting. n = seats offered at meetings. Window: a year at
    least, for there are few meetings. Interval: bootstrap by member. Source: ours.
    """
    year = facts.at_least(YEAR_DAYS)
    held = [one for one in year.programme.meetings if year.holds(one.at) and one.invited]
    invited = Counter(person for one in held for person in one.invited)
    came = Counter(person for one in held for person in one.came)
    by_member: dict[Hashable, tuple[int, int]] = {
        person: (came[person], asked) for person, asked in invited.items()
    }
    rates = sorted(len(one.came) / len(one.invited) for one in held)
    worst, best = (shown("share", rates[end]) if rates else "" for end in (0, -1))
    note = f"{len(held)} meetings, {worst} to {best} each" if rates else None
    return share_of_things(NAME, year, by_member, note)


KPI = Kpi(
    NAME,
    "Attendance",
    "share",
    attendance,
    definition="Share of invited members who came to the meetings held",
    formula="members who came / members invited, summed over a year's meetings",
    source="ours",
    family="community",
    kind="objective",
    direction="up",
)
