"""The slate is the best that the pool allows, and says what the pool does not allow."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.settings import SlateSettings
from models.panel import Contender, choose_panel

NAMES = {i: f"theme {i}" for i in range(12)}
SMALL = SlateSettings(seats=4, love=(1, 2), hate=(1, 2), torn=(0, 1), max_source_share=0.5)


def pool(n, seed=0):
    rng = np.random.default_rng(seed)
    return [
        Contender(
            author=i,
            side=str(rng.choice(["love", "hate", "torn"], p=[0.3, 0.6, 0.1])),
            utility=float(rng.beta(3, 3)),
            source=str(rng.choice(["a", "b", "c", "d"], p=[0.5, 0.3, 0.15, 0.05])),
            language=str(rng.choice(["en", "es", "de"], p=[0.7, 0.2, 0.1])),
            themes=frozenset(rng.choice(12, rng.integers(0, 3), replace=False).tolist()),
            bonds=frozenset({f"employer {rng.integers(0, 9)}"} if rng.random() < 0.2 else ()),
        )
        for i in range(n)
    ]


def authors(panel):
    return {seat.author for seat in panel.seats}


def test_a_rich_pool_meets_every_quota():
    candidates = pool(400)
    panel = choose_panel(candidates, SlateSettings(), NAMES)
    chosen = [c for c in candidates if c.author in authors(panel)]

    assert len(chosen) == 12
    assert panel.unmet == ()
    assert panel.gap == 0
    assert len(panel.covered) >= 10
    for side, low, high in (("love", 4, 6), ("hate", 4, 6), ("torn", 0, 2)):
        assert low <= sum(c.side == side for c in chosen) <= high
    assert all(sum(c.source == s for c in chosen) <= 4 for s in "abcd")
    assert {c.language for c in chosen} == {"en", "es", "de"}
    bonds = [bond for c in chosen for bond in c.bonds]
    assert len(bonds) == len(set(bonds))


@pytest.mark.parametrize("seed", range(3))
def test_no_other_choice_is_better(seed):
    candidates = pool(10, seed)
    panel = choose_panel(candidates, SMALL, NAMES)

    def worth(some):
        themes = {t for c in candidates for t in c.themes}
        mean = np.mean([c.utility for c in candidates])
        covered = {t for c in some for t in c.themes}
        slack = 0
        for side, (low, high) in (("love", (1, 2)), ("hate", (1, 2)), ("torn", (0, 1))):
            n = sum(c.side == side for c in some)
            slack += max(0, low - n) + max(0, n - high)
        slack += sum(max(0, sum(c.source == s for c in some) - 2) for s in "abcd")
        for language in ("en", "es", "de"):
            spoken = sum(c.language == language for c in candidates)
            seated = sum(c.language == language for c in some)
            slack += 0.1 * len(candidates) <= spoken and seated == 0
        bonds = [bond for c in some for bond in c.bonds]
        if len(bonds) > len(set(bonds)):
            return -np.inf
        coverage = 0.5 * mean * 4 / len(themes) * len(covered)
        return sum(c.utility for c in some) + coverage - 10 * slack

    best = max(worth(some) for some in combinations(candidates, 4))
    assert panel.objective == pytest.approx(best, abs=1e-4)


@pytest.mark.parametrize("n", [0, 1, 5])
def test_too_small_a_pool_is_seated_whole_and_said(n):
    candidates = pool(n, seed=2)
    panel = choose_panel(candidates, SlateSettings(), NAMES)
    bound = [bond for c in candidates for bond in c.bonds]
    assert len(panel.seats) == n - (len(bound) - len(set(bound)))
    assert panel.unmet[0].words == f"wanted 12 members, the pool has {n}"


def test_an_empty_side_is_named():
    lovers = [Contender(i, "love", 0.5, f"site {i % 5}") for i in range(30)]
    panel = choose_panel(lovers, SlateSettings(), {})
    assert [u.words for u in panel.unmet] == [
        "wanted at most 6 lovers, 12 are needed to fill the seats",
        "wanted 4 haters, the pool has 0",
    ]
    assert len(panel.seats) == 12


def test_two_haters_where_four_are_wanted_are_both_seated_and_said():
    candidates = [Contender(i, "love", 0.9, f"site {i % 4}") for i in range(20)]
    candidates += [Contender(100 + i, "hate", 0.1, "site 0") for i in range(2)]
    panel = choose_panel(candidates, SlateSettings(), {})
    assert {100, 101} <= authors(panel)
    assert "wanted 4 haters, the pool has 2" in [u.words for u in panel.unmet]


def test_a_seat_tells_what_would_change_without_its_member():
    candidates = pool(60)
    panel = choose_panel(candidates, SlateSettings(), NAMES)
    for seat in panel.seats[::4]:
        others = [c for c in candidates if c.author != seat.author]
        without = choose_panel(others, SlateSettings(), NAMES)
        assert set(seat.enters) == authors(without) - authors(panel)
        assert seat.loss >= 0
        assert any(seat.side in reason[:99] or "wanted" in reason for reason in seat.reasons)
    assert set(panel.reserves) == {a for seat in panel.seats for a in seat.enters}


def test_when_one_declines_the_others_keep_their_seats():
    candidates = pool(120)
    first = choose_panel(candidates, SlateSettings(), NAMES)
    no, *rest = [seat.author for seat in first.seats]

    second = choose_panel(candidates, SlateSettings(), NAMES, locked=rest, barred=[no])

    assert set(rest) < authors(second)
    assert no not in authors(second)
    assert len(second.seats) == 12
    assert all(seat.locked == (seat.author in rest) for seat in second.seats)


def test_more_locked_than_seats_all_stay():
    candidates = [Contender(i, "love", 0.5, "a", bonds=frozenset({"home"})) for i in range(6)]
    panel = choose_panel(candidates, SMALL, {}, locked=range(6))
    assert len(panel.seats) == 6


def test_who_is_locked_must_be_a_candidate_who_did_not_decline():
    with pytest.raises(ValueError, match="locked"):
        choose_panel(pool(5), SMALL, NAMES, locked=[1], barred=[1])
    with pytest.raises(ValueError, match="locked"):
        choose_panel(pool(5), SMALL, NAMES, locked=[77])


@given(st.randoms(use_true_random=False))
@settings(max_examples=5, deadline=None)
def test_the_order_of_candidates_changes_nothing(random):
    candidates = pool(80)
    shuffled = random.sample(candidates, len(candidates))
    assert choose_panel(shuffled, SlateSettings(), NAMES) == choose_panel(
        candidates, SlateSettings(), NAMES
    )


def test_equally_good_people_are_not_chosen_by_age_of_account():
    twins = [Contender(i, "love" if i % 2 else "hate", 0.5, f"s{i % 5}") for i in range(100)]
    panel = choose_panel(twins, SlateSettings(), {})
    assert max(authors(panel)) > 50


def test_the_only_voice_on_a_theme_is_seated_for_it():
    crowd = [Contender(i, "love" if i % 2 else "hate", 0.6, f"s{i % 5}") for i in range(40)]
    voice = Contender(99, "hate", 0.55, "s1", themes=frozenset({3}))
    panel = choose_panel([*crowd, voice], SlateSettings(), {3: "lost luggage"})
    (seat,) = [s for s in panel.seats if s.author == 99]
    assert seat.alone == (3,)
    assert "the only one on lost luggage" in seat.reasons
