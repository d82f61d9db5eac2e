"""Spikes: a day is out of the ordinary against its weekday, its season and its own noise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.spikes import Limits, baseline, spikes, tail

DAYS = 206


def series(mu: float, phi: float, seed: int) -> list[int]:
    """Days with a week in them: negative binomial of variance phi·mean, Poisson at phi 1."""
    draws = np.random.default_rng(seed)
    week = np.array([1.2, 1.1, 1.0, 1.0, 0.9, 0.7, 0.7])
    mean = mu * (week / week.mean())[np.arange(DAYS) % 7]
    drawn = draws.poisson(mean) if phi == 1 else draws.negative_binomial(mean / (phi - 1), 1 / phi)
    return [int(n) for n in drawn]


@pytest.mark.parametrize(("mu", "phi"), [(3, 1), (10, 1), (10, 3), (50, 1), (50, 5)])
def test_false_alarms_stay_within_the_budget_whatever_the_noise(mu: float, phi: float) -> None:
    limits = Limits(budget=6)
    found = days = 0
    for seed in range(8):
        counts = series(mu, phi, seed)
        found += len(spikes(counts, counts, limits, last=150))
        days += 150
    assert found / days * 365 <= 6


@pytest.mark.parametrize(("mu", "phi", "least"), [(3, 1, 0.6), (10, 1, 0.9), (50, 5, 0.85)])
def test_a_day_with_two_and_a_half_times_as_much_is_found(
    mu: float, phi: float, least: float
) -> None:
    hits = tries = 0
    for seed in range(8):
        for day in range(70, DAYS, 20):
            counts = series(mu, phi, seed)[: day + 1]
            counts[day] += int(1.5 * mu + 4)
            hits += bool(spikes(counts, counts, Limits()))
            tries += 1
    assert hits / tries >= least


def test_a_weekend_brand_is_no_news_on_saturday() -> None:
    weeks = [2, 2, 2, 2, 2, 30, 30] * 8
    saturday = [*weeks, 2, 2, 2, 2, 2, 30]
    monday = [*weeks, 30]
    assert spikes(saturday, saturday, Limits()) == []
    assert [spike.count for spike in spikes(monday, monday, Limits())] == [30]


def test_an_old_spike_does_not_hide_a_new_one() -> None:
    counts = [5, 6, 4, 5, 7, 3, 5] * 8
    counts[20] = 300
    assert spikes([*counts, 40], [*counts, 40], Limits())


def test_many_posts_of_two_people_are_no_spike() -> None:
    counts = [5, 6, 4, 5, 7, 3, 5] * 8
    assert spikes([*counts, 60], [*counts, 2], Limits()) == []


def test_a_spike_that_goes_on_is_told_once() -> None:
    counts = [*([5, 6, 4, 5, 7, 3, 5] * 8), 60, 70]
    assert spikes(counts, counts, Limits()) == []
    assert [s.day for s in spikes(counts, counts, Limits(), last=2)] == [56]


def test_with_too_little_behind_it_no_day_is_judged() -> None:
    assert spikes([1] * 27 + [500], [1] * 27 + [500], Limits()) == []


def test_silence_is_no_error() -> None:
    assert spikes([0] * 60, [0] * 60, Limits()) == []
    assert [s.expected for s in spikes([0] * 60 + [9], [0] * 60 + [9], Limits())] == [0.0]


def test_a_tail_by_hand() -> None:
    assert tail(1, 2.0, 1.0) == pytest.approx(1 - np.exp(-2))
    # NB with r = 1, success 1/2 (mean 1, variance 2): P(X >= k) = 2^-k
    assert tail(3, 1.0, 2.0) == pytest.approx(1 / 8)


@given(
    st.lists(st.integers(0, 200), min_size=28, max_size=56),
    st.integers(0, 300),
    st.integers(0, 300),
)
def test_a_larger_day_is_never_less_surprising(history: list[int], one: int, other: int) -> None:
    expected, phi = baseline(np.asarray(history, float))
    low, high = sorted((one, other))
    assert 0 <= tail(high, expected, phi) <= tail(low, expected, phi) <= 1
    assert np.isfinite(expected)
    assert phi >= 1
