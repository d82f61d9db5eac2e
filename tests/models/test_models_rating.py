"""Stars and recommendation scores become probabilities that keep what they said."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ModelError
from models.rating import from_nps, from_rating


@given(st.floats(0, 1))
def test_a_rating_is_a_distribution(rating: float) -> None:
    found = from_rating(rating)

    assert math.isclose(sum(found), 1.0)
    assert min(found) >= 0.0


@given(st.floats(0, 1), st.floats(0, 1))
def test_more_stars_are_never_worse(first: float, second: float) -> None:
    low, high = sorted((first, second))

    assert (
        from_rating(low)[2] - from_rating(low)[0]
        <= from_rating(high)[2] - from_rating(high)[0] + 1e-9
    )


def test_one_three_and_five_stars_are_what_people_mean() -> None:
    assert from_rating(0.0) == pytest.approx((0.9, 0.05, 0.05))
    assert from_rating(0.5) == pytest.approx((0.05, 0.9, 0.05))
    assert from_rating(1.0) == pytest.approx((0.05, 0.05, 0.9))


@pytest.mark.parametrize("nps", range(11))
def test_a_recommendation_score_is_a_detractor_a_passive_or_a_promoter(nps: int) -> None:
    expected = 0 if nps <= 6 else 1 if nps <= 8 else 2

    assert max(range(3), key=from_nps(nps).__getitem__) == expected


@pytest.mark.parametrize("rating", [-0.01, 1.01, math.nan, math.inf])
def test_a_rating_outside_its_scale_is_refused(rating: float) -> None:
    with pytest.raises(ModelError):
        from_rating(rating)


@pytest.mark.parametrize("nps", [-1, 11])
def test_a_recommendation_score_outside_its_scale_is_refused(nps: int) -> None:
    with pytest.raises(ModelError):
        from_nps(nps)
