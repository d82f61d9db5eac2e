"""The audit compares groups with an interval, watches only what is sure, and says "too few"."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from community.candidates.fairness import selection_rates
from community.kpis.intervals import wilson


def people(group, seated, eligible):
    return [(group, i < seated) for i in range(eligible)]


def test_rates_ratios_and_intervals_against_a_table_made_by_hand():
    rates = selection_rates(people("a", 10, 40) + people("b", 2, 80))
    a, b = (one for one in sorted(rates, key=lambda one: one.group))
    assert (a.selected, a.eligible, a.rate, a.ratio) == (10, 40, 0.25, 2.5)  # overall .1
    assert (round(a.low, 4), round(a.high, 4)) == (0.1419, 0.4019)
    assert (a.ratio_low, a.ratio_high) == (wilson(10, 40)[0] / 0.1, wilson(10, 40)[1] / 0.1)
    assert a.verdict == "watch"
    assert (b.ratio, b.verdict) == (0.25, "watch")


def test_a_large_difference_among_few_is_not_watched():
    (other, small) = selection_rates(people("a", 8, 40) + people("b", 3, 6))
    assert (small.group, small.verdict) == ("b", "as others")
    assert small.ratio > 1.25
    assert other.verdict == "as others"


def test_under_five_people_no_number_is_said():
    rates = {one.group: one for one in selection_rates(people("a", 5, 50) + people(None, 4, 4))}
    few = rates["not known"]
    assert (few.verdict, few.rate, few.ratio, few.eligible) == ("too few", None, None, 4)


def test_nobody_seated_and_nobody_at_all_are_said():
    assert selection_rates([]) == []
    assert [one.verdict for one in selection_rates(people("a", 0, 30))] == ["too few"]


@given(st.lists(st.tuples(st.sampled_from(["x", "y", None]), st.booleans()), max_size=60))
def test_counts_add_up_in_any_order_and_nobody_sure_to_be_equal_is_watched(told):
    rates = selection_rates(told)
    assert sum(one.eligible for one in rates) == len(told)
    assert sum(one.selected for one in rates) == sum(seated for _, seated in told)
    assert rates == selection_rates(list(reversed(told)))
    for one in rates:
        if one.verdict == "watch":
            assert not one.ratio_low <= 1 <= one.ratio_high
            assert not 0.8 <= one.ratio <= 1.25
