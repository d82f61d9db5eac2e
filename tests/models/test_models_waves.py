"""How many to invite: from who said yes before, with how sure that is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.waves import acceptance, wave

few = st.integers(0, 60)


@pytest.mark.parametrize(
    ("yes", "no", "mean"), [(0, 0, 0.4), (8, 2, 10 / 15), (0, 5, 0.2), (3, 0, 5 / 8)]
)
def test_the_chance_of_a_yes_is_the_mean_of_what_is_known(yes, no, mean):
    assert acceptance(yes, no).mean == pytest.approx(mean)


def test_before_anybody_answered_the_interval_is_wide():
    one = acceptance(0, 0)
    assert (round(one.low, 3), round(one.high, 3)) == (0.098, 0.751)


@pytest.mark.parametrize(
    ("seats", "accepted", "waiting", "invite"),
    [(5, 0, 0, 13), (5, 1, 2, 8), (5, 5, 0, 0), (5, 6, 0, 0), (2, 0, 9, 0), (0, 0, 0, 0)],
)
def test_so_many_are_invited_that_the_missing_seats_are_expected_to_be_taken(
    seats, accepted, waiting, invite
):
    assert wave(seats, accepted, waiting, acceptance(0, 0)).invite == invite


@given(few, few, few, few, few)
def test_the_wave_lies_within_its_interval_and_shrinks_with_every_yes(
    seats, accepted, waiting, yes, no
):
    one = wave(seats, accepted, waiting, acceptance(yes, no))
    assert 0 <= one.fewest <= one.invite <= one.most
    assert one.invite + waiting >= one.missing
    better = wave(seats, accepted, waiting, acceptance(yes + 1, no))
    assert better.invite <= one.invite
    assert acceptance(yes, no).low < acceptance(yes, no).mean < acceptance(yes, no).high
