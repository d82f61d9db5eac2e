"""Feeling is read from words and signs; incivility is what hits people, not things."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.civility import civility
from models.passion import passion


@pytest.mark.parametrize(
    ("weaker", "stronger"),
    [
        ("It is good.", "I love it."),
        ("I love it.", "I absolutely love it."),
        ("I love it.", "I love it!!!"),
        ("I love it", "I LOVE IT SO MUCH"),
        ("so bad", "soooo baaaad"),
        ("never again", "never again 😡😡"),
        ("They fly from SFO to JFK", "THEY NEVER ANSWER"),
    ],
)
def test_more_feeling_scores_higher(weaker: str, stronger: str) -> None:
    assert passion(stronger) > passion(weaker)


@pytest.mark.parametrize(
    "text", ["", "It arrived on Tuesday.", "They fly from SFO to JFK", "https://LOVE.HATE/!!!"]
)
def test_a_plain_post_shows_none(text: str) -> None:
    assert passion(text) == 0.0


@pytest.mark.parametrize(
    "text",
    [
        "This damn app is garbage",
        "what a shitty update",
        "FUCK this airline!!!",
        "I'm such an idiot, I forgot my bag",
        "you people are amazing",
        "I could kill for a coffee",
        "all women should try this",
        "son of a bitch this hurts",
        "the fee is stupid",
        "They are the best bunch of crazy guys!",
    ],
)
def test_swearing_at_things_is_civil(text: str) -> None:
    assert civility(text) == 1.0


@pytest.mark.parametrize(
    "text",
    [
        "You are all idiots",
        "your staff are useless",
        "the clown at the desk lied to me",
        "@lumen you morons",
        "those bastards stole my bag",
        "Your CEO is a crook and a liar",
    ],
)
def test_insulting_people_is_not(text: str) -> None:
    assert 0.15 <= civility(text) <= 0.4


@pytest.mark.parametrize(
    "text", ["I will kill you", "go kill yourself", "I hope you all die", "I know where you live"]
)
def test_a_threat_is_the_gravest(text: str) -> None:
    assert civility(text) <= 0.1


def test_more_insults_are_worse_than_one() -> None:
    assert civility("You idiot. You liar. You moron.") < civility("You idiot.")


@given(st.text(max_size=500))
def test_any_text_gets_shares(text: str) -> None:
    assert 0.0 <= passion(text) <= 1.0
    assert 0.0 <= civility(text) <= 1.0
