"""How long things take, with what is still open counted."""

from __future__ import annotations

from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.kpis.survival import Span, curve, median_interval, quantile

# Freireich et al. (1963): weeks in remission, as every textbook prints them; + is still in it.
TREATED = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
PLACEBO = "1 1 2 2 3 4 4 5 5 8 8 8 8 11 11 12 12 15 17 22 23"

LENGTHS = st.integers(0, 30).map(float)
SPANS = st.lists(st.builds(Span, LENGTHS, st.booleans()), min_size=1, max_size=30)


def spans(text: str) -> list[Span]:
    return [Span(float(one.rstrip("+")), not one.endswith("+")) for one in text.split()]


def test_the_curve_is_the_textbook_s() -> None:
    steps = [(step.at, round(step.open_share, 3)) for step in curve(spans(TREATED))]
    assert steps == [
        (6, 0.857), (7, 0.807), (10, 0.753), (13, 0.690), (16, 0.627), (22, 0.538), (23, 0.448)
    ]  # fmt: skip


def test_greenwood_s_error_is_the_textbook_s() -> None:
    errors = [round(step.open_share * step.spread, 4) for step in curve(spans(TREATED))]
    assert errors == [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]


@pytest.mark.parametrize(
    ("weeks", "middle", "low", "high"), [(TREATED, 23, 16, None), (PLACEBO, 8, 4, 12)]
)
def test_medians_and_intervals_are_those_of_survfit(
    weeks: str, middle: float, low: float, high: float | None
) -> None:
    steps = curve(spans(weeks))
    assert quantile(steps, 0.5) == middle
    assert median_interval(steps) == (low, high)


def test_where_most_are_open_there_is_no_median() -> None:
    assert quantile(curve(spans("1 2 9+ 9+ 9+")), 0.5) is None
    assert curve(spans("3+ 4+")) == []


@given(st.lists(LENGTHS, min_size=1, max_size=40))
def test_without_open_ones_it_is_the_usual_median(lengths: list[float]) -> None:
    assert quantile(curve([Span(length, True) for length in lengths]), 0.5) == pytest.approx(
        median(lengths)
    )


@given(SPANS, st.lists(LENGTHS, max_size=10))
def test_one_more_open_thing_never_makes_us_look_quicker(
    told: list[Span], still_open: list[float]
) -> None:
    before = quantile(curve(told), 0.5)
    after = quantile(curve([*told, *(Span(length, False) for length in still_open)]), 0.5)
    if before is None:
        assert after is None
    else:
        assert after is None or after >= before


@given(SPANS, st.randoms())
def test_the_order_of_things_tells_nothing(told: list[Span], chance: object) -> None:
    mixed = list(told)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert curve(mixed) == curve(told)


@given(SPANS)
def test_the_median_lies_within_its_interval(told: list[Span]) -> None:
    steps = curve(told)
    middle, (low, high) = quantile(steps, 0.5), median_interval(steps)
    if middle is not None:
        assert low is not None
        assert low <= middle
        assert high is None or middle <= high
