"""Lots among equals: repeatable by anybody, fair to each of them, and only among equals."""

from __future__ import annotations

import hashlib
import hmac

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.settings import SlateSettings
from models.lottery import draw, lot
from models.panel import Contender, choose_panel
from models.quotas import kind_of

BAND = 0.02


def slate(seed="a published text", **told):
    return SlateSettings(lottery=True, lottery_seed=seed, lottery_band=BAND, **told)


def small(seed):
    return slate(seed, seats=4, love=(2, 2), hate=(2, 2), torn=(0, 0), max_source_share=1)


def equals(n=8):
    return [Contender(i, "love" if i % 2 else "hate", 0.5, "s", "en") for i in range(n)]


def seated(panel):
    return {seat.author for seat in panel.seats}


def kind(contender):
    return kind_of(contender, range(12), ())


def test_the_lot_is_what_the_page_says_anybody_can_compute():
    said = hmac.new(b"our seed", b"7", hashlib.sha256).hexdigest()
    assert lot("our seed", 7) == int(said[:16], 16) / 2**64


def test_the_first_drawn_of_each_kind_are_seated_and_say_so():
    for seed in ("one", "two", "three", "four", "five"):
        panel = choose_panel(equals(), small(seed), {})
        for side in (0, 1):
            order = sorted(range(side, 8, 2), key=lambda a: -lot(seed, a))
            assert {a for a in seated(panel) if a % 2 == side} == set(order[:2])
        assert all(seat.drawn for seat in panel.seats)
        assert "drawn by lot, one of 2 among 4 equals" in panel.seats[0].reasons
        assert {one.reason for one in panel.waiting} == {"not_drawn"}


def test_nobody_is_drawn_where_there_is_no_choice_or_no_lottery():
    alone = choose_panel(equals(4), small("x"), {})
    assert not any(seat.drawn for seat in alone.seats)
    off = choose_panel(equals(), SlateSettings(seats=4, love=(2, 2), hate=(2, 2)), {})
    assert off.draws == ()
    assert not any("lot" in reason for seat in off.seats for reason in seat.reasons)


def test_different_seeds_give_equals_equal_chances():
    counts = np.zeros(10)
    for i in range(2000):
        (one,) = draw([Contender(a, "love", 0.5, "s") for a in range(10)], f"seed {i}", 0, kind)
        counts[list(one.order[:3])] += 1
    assert counts.sum() == 6000
    assert 520 < counts.min() <= counts.max() < 680  # 600 each, give or take four deviations


def test_the_panel_gives_equals_equal_chances():
    counts = np.zeros(8)
    for i in range(60):
        counts[list(seated(choose_panel(equals(), small(f"seed {i}"), {})))] += 1
    assert 15 <= counts.min() <= counts.max() <= 45  # 30 each, give or take four deviations


people = st.builds(
    Contender,
    author=st.integers(0, 10_000),
    side=st.sampled_from(["love", "hate", "torn"]),
    utility=st.floats(0, 1),
    source=st.sampled_from("ab"),
    themes=st.frozensets(st.integers(0, 2), max_size=2),
)
crowds = st.lists(people, min_size=1, max_size=40, unique_by=lambda c: c.author)


@given(crowds, st.randoms(use_true_random=False))
def test_bands_hold_only_equals_and_stand_apart(some, random):
    drawn = draw(some, "seed", BAND, kind)
    assert drawn == draw(random.sample(some, len(some)), "seed", BAND, kind)
    utility = {c.author: c.utility for c in some}
    for one in drawn:
        worths = [utility[a] for a in one.order]
        assert max(worths) - min(worths) <= BAND + 1e-6
    in_draw = {a: one for one in drawn for a in one.order}
    assert len(in_draw) == sum(len(one.order) for one in drawn)
    for first in some:
        for second in some:
            same = kind(first) == kind(second) and first.utility > second.utility + BAND + 1e-6
            if same and first.author in in_draw:
                assert second.author not in in_draw[first.author].order


@given(st.integers(0, 50))
@settings(max_examples=12, deadline=None)
def test_nobody_outside_the_band_is_seated_over_somebody_inside(number):
    rng = np.random.default_rng(number)
    candidates = [
        Contender(i, str(rng.choice(["love", "hate"])), float(rng.beta(3, 3)), f"s{i % 3}", "en")
        for i in range(60)
    ]
    panel = choose_panel(candidates, slate(f"{number}"), {})
    chosen = [c for c in candidates if c.author in seated(panel)]
    for out in candidates:
        for sits in chosen:
            if out.author not in seated(panel) and kind(out) == kind(sits):
                assert out.utility - sits.utility <= BAND + 1e-6
    shuffled = [candidates[i] for i in rng.permutation(60)]
    assert choose_panel(shuffled, slate(f"{number}"), {}) == panel


def test_of_many_equals_the_lots_decide_though_the_solver_sees_only_some():
    crowd = [Contender(i, "love" if i % 2 else "hate", 0.5, f"s{i % 3}", "en") for i in range(1200)]
    seed = "many"
    panel = choose_panel(crowd, slate(seed), {})
    for one in panel.draws:
        assert list(one.order) == sorted(one.order, key=lambda a: -lot(seed, a))
        assert seated(panel) & set(one.order) == set(one.order[: one.seated])


def test_whoever_is_locked_sits_without_a_lot():
    panel = choose_panel(equals(), small("x"), {}, locked=[0])
    (seat,) = [s for s in panel.seats if s.author == 0]
    assert seat.locked
    assert not seat.drawn


@pytest.mark.parametrize("seed", ["", "  "])
def test_a_draw_without_a_published_seed_is_refused(seed):
    with pytest.raises(ValueError, match="lottery_seed"):
        slate(seed)
