"""What an act weighs, how it fades, and that nobody's level hangs on who else is there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.engagement import DAYS_A_MONTH, enrolled, gini, level, love, members_acts
from store.acts import Act
from store.programme import Seat

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def days_ago(days: float) -> datetime:
    return NOW - timedelta(days=days)


def test_love_is_the_published_example() -> None:
    month_ago = days_ago(DAYS_A_MONTH)
    acts = [Act(1, month_ago, "suggestion"), Act(1, month_ago, "suggestion")]
    assert love(acts, NOW) == pytest.approx(5.4)  # 3 · 0.9 + 3 · 0.9


def test_acts_weigh_from_one_to_three_and_those_to_come_nothing() -> None:
    fresh = NOW - timedelta(seconds=1)
    for kind, weight in (("post", 1), ("survey", 1), ("meeting", 2), ("suggestion", 3)):
        assert love([Act(1, fresh, kind)], NOW) == pytest.approx(weight, rel=1e-4)
    assert love([Act(1, NOW, "post"), Act(1, NOW + timedelta(days=1), "post")], NOW) == 0


def test_no_day_of_the_calendar_is_a_spike() -> None:
    acts = [Act(1, days_ago(number), "post") for number in range(0, 400, 3)]
    hours = [NOW + timedelta(days=1, hours=hour) for hour in range(24 * 70)]  # over two firsts
    loves = [love(acts, hour) for hour in hours]
    steps = [after / before for before, after in pairwise(loves)]
    assert max(steps) < 1
    assert min(steps) == pytest.approx(max(steps), rel=1e-9)  # it fades evenly, hour by hour


@pytest.mark.parametrize(
    ("of_love", "named"),
    [(0, "observer"), (0.4999, "observer"), (0.5, "participant"), (0.9999, "participant"),
     (1, "contributor"), (1.4999, "contributor"), (1.5, "advocate"), (40, "advocate")],
)  # fmt: skip
def test_levels_have_absolute_bounds(of_love: float, named: str) -> None:
    assert level(of_love) == named


@given(st.lists(st.integers(0, 50), min_size=1, max_size=30).filter(any))
def test_gini_is_0_to_1_and_minds_shares_only(amounts: list[int]) -> None:
    told = gini(amounts)
    assert -1e-9 <= told <= 1 - 1 / len(amounts) + 1e-9
    assert gini([7 * amount for amount in amounts]) == pytest.approx(told)
    assert gini([amounts[0]] * 5 if amounts[0] else [1] * 5) == pytest.approx(0)


def test_gini_is_the_hand_computed_one() -> None:
    assert gini([0, 0, 1, 3]) == pytest.approx(0.625)  # 2·(3·1 + 4·3)/(4·4) - 5/4
    assert gini([3, 1, 0, 0]) == pytest.approx(0.625)


def test_who_has_two_seats_is_one_member_until_both_ended() -> None:
    seats = [
        Seat(1, "committee", days_ago(100), days_ago(10), True),
        Seat(1, "community", days_ago(100), None, False),
        Seat(2, "committee", days_ago(100), NOW, True),
        Seat(3, "committee", NOW, None, True),
        Seat(4, "committee", days_ago(90), days_ago(1), True),
    ]
    assert enrolled(seats, NOW) == {1, 2}
    assert enrolled(seats, days_ago(20)) == {1, 2, 4}


def test_only_what_is_done_as_a_member_counts_for_the_programme() -> None:
    seats = [Seat(1, "committee", days_ago(10), days_ago(5), True)]
    moments = (11, 10, 7, 5)
    acts = [Act(1, days_ago(days), "post") for days in moments] + [Act(2, days_ago(7), "post")]
    assert [act.at for act in members_acts(acts, seats)] == [days_ago(10), days_ago(7)]
