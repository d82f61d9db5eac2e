"""Conversion: followed from frozen baselines, beside haters nobody invited, counted by hand."""

from __future__ import annotations

import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact

from bench.conversion import covering, run
from community.kpis import Facts
from community.kpis.exact import fisher
from community.kpis.intervals import of_mean, wilson
from community.kpis.reading import TOO_FEW
from community.kpis.turning import Path, Start, matched, state
from tests.rows import facts, measured

FORUM = frozenset({"forum"})


def start(person: int, mu: float, n_posts: int = 3, **told: frozenset[str]) -> Start:
    return Start(person, mu, 0.9, n_posts, sites=told.get("sites", FORUM))


def path(person: int, of: int, now: str, mu0: float = -0.6, mu1: float | None = -0.5) -> Path:
    return Path(person, of, mu0, None if now == "silent" else mu1, now, over=True)


def six_invited() -> Facts:
    """Two of six turned, one is silent; of six controls, one turned."""
    states = ["advocate", "advocate", "lover", "hater", "neutral", "silent"]
    invited = [path(n, n, now, mu1=0.1 * n) for n, now in enumerate(states, start=1)]
    controls = [path(n + 10, n, "hater", mu1=-0.5) for n in range(1, 6)]
    return facts(paths=[*invited, *controls, path(16, 6, "advocate")])


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (("love", 0.7, 2, 2), "advocate"),
        (("love", 0.6, 2, 2), "advocate"),
        (("love", 0.59, 2, 2), "lover"),
        (("love", 0.9, 3, 1), "lover"),  # all in one thread
        (("undecided", 0.9, 1, 1), "neutral"),  # one post says little
        (("torn", 0.2, 4, 3), "torn"),
        (("hate", 0.0, 4, 3), "hater"),
        (("undecided", 0.3, 0, 0), "silent"),
    ],
)
def test_later_posts_make_a_state(told: tuple[str, float, int, int], expected: str) -> None:
    assert state(*told) == expected


def test_two_of_six_haters_turned_and_silence_is_no_success() -> None:
    reading = measured("conversion", six_invited())
    assert (reading.numerator, reading.denominator, reading.n) == (2, 6, 6)
    assert (reading.value, reading.low, reading.high) == (2 / 6, *wilson(2, 6))
    assert reading.note == (
        "advocate 2, lover 1, neutral 1, torn 0, hater 1, silent 1; 0 still within their 180 days; "
        "of 6 like them not invited 1 turned, exact p 1.00"
    )


def test_the_effect_is_their_change_less_that_of_haters_like_them() -> None:
    reading = measured("conversion_effect", six_invited())
    # changes .7 .8 .9 1.0 1.1, each less .1; the silent sixth has none
    assert reading.value == pytest.approx(0.8)
    assert reading.n == 5
    assert reading.low == pytest.approx(0.8 - 2.7764 * 0.15811 / 5**0.5, abs=1e-3)
    assert reading.note == "1 invited haters fell silent and are not in it"


def test_without_anybody_like_them_there_is_no_effect_to_tell() -> None:
    told = six_invited()
    alone = replace(told, paths=[one for one in told.paths if one.invited])
    reading = measured("conversion_effect", alone)
    assert (reading.value, reading.note) == (None, TOO_FEW)
    note = measured("conversion", alone).note
    assert note is not None
    assert "nobody like them to compare with" in note


@given(st.integers(0, 9))
def test_paths_in_any_order_say_the_same(seed: int) -> None:
    told = six_invited()
    mixed = list(told.paths)
    random.Random(seed).shuffle(mixed)
    for name in ("conversion", "conversion_effect"):
        assert measured(name, replace(told, paths=mixed)) == measured(name, told)


def test_controls_are_the_nearest_haters_of_the_same_band_with_something_in_common() -> None:
    others = [
        start(11, -0.8), start(12, -0.62), start(13, -0.58), start(14, -0.6, n_posts=9),
        start(15, -0.6, sites=frozenset({"elsewhere"})), Start(16, -0.6, 0.7, 3, sites=FORUM),
        start(17, -0.3), start(18, -0.6, n_posts=1),
    ]  # fmt: skip
    sets = matched([start(1, -0.6)], others, {1})
    assert [one.person for one in sets[1]] == [12, 13, 11]


def test_a_theme_in_common_is_enough_and_nobody_stands_for_two() -> None:
    theirs = replace(start(1, -0.6, sites=frozenset({"a"})), themes=frozenset({7}))
    like = replace(start(11, -0.6, sites=frozenset({"b"})), themes=frozenset({7}))
    sets = matched([theirs, replace(theirs, person=2)], [like], {1, 2})
    assert {person: len(found) for person, found in sets.items()} == {1: 1, 2: 0}


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-1, 0), st.integers(1, 12)), min_size=4, max_size=30),
    st.integers(0, 9),
)
def test_the_same_people_in_any_order_make_the_same_sets(
    told: list[tuple[float, int]], seed: int
) -> None:
    people = [start(n, mu, posts) for n, (mu, posts) in enumerate(told, start=1)]
    mixed = list(people)
    random.Random(seed).shuffle(mixed)
    sets = matched(people[:3], people, {1, 2, 3})
    assert matched([p for p in mixed if p.person <= 3], mixed, {1, 2, 3}) == sets
    used = [one.person for found in sets.values() for one in found]
    assert len(used) == len(set(used))
    assert not {1, 2, 3} & set(used)


@given(st.integers(1, 15), st.integers(0, 25), st.data())
def test_fisher_s_p_is_the_textbook_s(n: int, other_n: int, data: st.DataObject) -> None:
    hits, other = data.draw(st.integers(0, n)), data.draw(st.integers(0, other_n))
    expected = fisher_exact([[hits, n - hits], [other, other_n - other]]).pvalue
    assert fisher(hits, n, other, other_n) == pytest.approx(expected, abs=1e-9)


def test_the_tea_lady_of_fisher() -> None:
    assert fisher(4, 4, 0, 4) == pytest.approx(2 / 70)


def test_a_mean_of_few_has_a_wide_interval_and_of_the_same_none() -> None:
    assert of_mean([1.0, 2.0, 3.0]) == pytest.approx((-0.484, 4.484), abs=1e-3)
    assert of_mean([2.0, 2.0, 2.0]) == (None, None)


def test_where_nobody_changed_raw_baselines_show_a_change_and_ours_show_none() -> None:
    outcomes = run(worlds=20, seed=3)
    assert np.mean([one.raw for one in outcomes]) > 0.6
    assert abs(np.mean([one.shrunk for one in outcomes])) < 0.1
    effects = [one.effect.value for one in outcomes if one.effect.value is not None]
    assert len(effects) == 20
    assert abs(np.mean(effects)) < 0.1
    assert covering(outcomes) >= 0.85
