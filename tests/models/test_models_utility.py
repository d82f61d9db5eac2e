"""What makes somebody worth inviting, part by part, and who may not be listed yet."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import UtilitySettings
from models.stance import Stance
from models.utility import side_of, utility, volume

NOW = datetime(2026, 3, 1, tzinfo=UTC)
LOVER = Stance(
    author=1,
    n_posts=4,
    n_threads=3,
    mu=0.7,
    sd=0.1,
    low=0.57,
    high=0.83,
    p_love=0.9,
    p_hate=0.01,
    p_torn=0.05,
    unheard_love=0.3,
    unheard_hate=0.2,
    stance="love",
    first_at=NOW - timedelta(days=90),
    last_at=NOW,
    love_share=0.8,
    hate_share=0.1,
    passion=0.6,
    constructive=0.5,
    idea=0.4,
    specificity=0.5,
    civility=1.0,
    weight=3.0,
)


def test_the_parts_are_named_and_their_points_add_up():
    worth = utility(LOVER, NOW)

    assert worth.side == "love"
    assert worth.parts["side"] == 0.9
    assert worth.value == pytest.approx(
        0.45 * 0.9 + 0.25 * 0.5 + 0.15 * 0.6 + 0.10 * volume(3) + 0.05
    )
    assert sum(worth.points.values()) == pytest.approx(worth.value)
    assert list(worth.parts) == list(UtilitySettings.model_fields)
    assert worth.ok
    assert worth.reasons == ()


def test_the_weights_are_policy():
    only_ideas = UtilitySettings(side=0, constructive=1, passion=0, volume=0, recency=0)
    assert utility(LOVER, NOW, only_ideas).value == pytest.approx(0.5)


def test_a_torn_author_is_neither_lover_nor_hater():
    torn = replace(LOVER, stance="torn", p_torn=0.8)
    assert utility(torn, NOW).side == "torn"
    assert utility(torn, NOW).parts["side"] == 0.8
    assert side_of(replace(LOVER, stance="undecided", p_love=0.2, p_hate=0.3)) == "hate"


@pytest.mark.parametrize(
    ("change", "watch", "word"),
    [
        ({"n_posts": 1, "n_threads": 1}, True, "only one post"),
        ({"n_threads": 1}, True, "one conversation"),
        ({"p_love": 0.25}, True, "undecided"),
        ({"last_at": NOW - timedelta(days=400)}, False, "silent for 400 days"),
        ({"n_posts": 0, "n_threads": 0, "last_at": None}, False, "no post"),
    ],
)
def test_who_is_not_listed_hears_why(change, watch, word):
    worth = utility(replace(LOVER, **change), NOW)
    assert not worth.ok
    assert worth.watch is watch
    assert any(word in reason for reason in worth.reasons)


@given(st.integers(0, 10_000))
def test_more_conversations_never_lower_the_volume_and_stop_at_one(threads):
    assert 0 <= volume(threads) <= volume(threads + 1) <= 1


def test_a_post_dated_in_the_future_is_from_today():
    assert utility(replace(LOVER, last_at=NOW + timedelta(days=9)), NOW).parts["recency"] == 1
