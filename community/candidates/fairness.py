"""Whether the slate seats people of every source, language and side alike.

Only what an account shows of itself is compared: where it writes, in what language, and on which
side. Gender, origin, age and the like are never guessed, so they are not audited here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from community.kpis.intervals import wilson
from community.kpis.reading import MIN_N

WATCHED = (0.8, 1.25)
"""A group is watched when it is seated less or more often than this, against all together."""


@dataclass(frozen=True, slots=True)
class Rate:
    """How often one group was seated.

    rate  : selected / eligible; low, high: Wilson's 95 % interval of it
    ratio : rate / rate of all; ratio_low, ratio_high: its interval, the rate of all taken as known
    verdict : watch where the ratio is outside WATCHED and its interval does not hold 1

    All but the counts are None under five people, or if nobody was seated at all.
    """

    group: str
    selected: int
    eligible: int
    verdict: Literal["too few", "as others", "watch"]
    rate: float | None = None
    low: float | None = None
    high: float | None = None
    ratio: float | None = None
    ratio_low: float | None = None
    ratio_high: float | None = None


def selection_rates(people: Iterable[tuple[str | None, bool]]) -> list[Rate]:
    """The rate of each group, the largest group first.

    people : (their group, whether they have a seat) of everybody who could have one
    """
    told = [(group or "not known", seated) for group, seated in people]
    eligible = Counter(group for group, _ in told)
    selected = Counter(group for group, seated in told if seated)
    overall = selected.total() / len(told) if told else 0.0
    order = sorted(eligible, key=lambda group: (-eligible[group], group))
    return [_rate(group, selected[group], eligible[group], overall) for group in order]


def _rate(group: str, selected: int, eligible: int, overall: float) -> Rate:
    if eligible < MIN_N or not overall:
        return Rate(group, selected, eligible, "too few")
    rate, (low, high) = selected / eligible, wilson(selected, eligible)
    ratio, ratio_low, ratio_high = rate / overall, low / overall, high / overall
    outside = not WATCHED[0] <= ratio <= WATCHED[1]
    sure = not ratio_low <= 1 <= ratio_high
    verdict: Literal["watch", "as others"] = "watch" if outside and sure else "as others"
    return Rate(group, selected, eligible, verdict, rate, low, high, ratio, ratio_low, ratio_high)
