"""Advocacy: who sends others to a brand, and who only asks, hopes, reports or warns."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.advocacy import advocacy

ADVOCATES = [
    "Highly recommend!",
    "I would definitely recommend Pellow to anyone.",
    "I can't recommend them enough.",
    "Couldn't recommend this roaster more highly",
    "Wouldn't hesitate to recommend them.",
    "If you don't mind the price, highly recommend.",
    "You should try the dark roast, seriously.",
    "You really have to try Pellow.",
    "Worth every penny.",
    "Looking for a grinder? Go for Pellow!",
    "Do yourself a favour and order a bag.",
    "Do yourself a favor, get one",
    "Look no further than Pellow.",
    "Give them a try, you won’t regret it.",
    "Great beans, great people, recommended.",
    "I tell everyone about this place",
    "Pellow is a must-have for any kitchen.",
    "We'd happily recommend them.",
    "10/10, would buy again",
    "I got my whole family hooked on Pellow",
    "Delicious! Check them out.",
    "https://x.test/p?a=1 @pellow I recommend it",
]
NOT_ADVOCATES = [
    "Would you recommend Pellow?",
    "would you recommend pellow or vantero",
    "Can anyone recommend a grinder",
    "Any recommendations for a decent kettle",
    "I would not recommend this to anyone.",
    "I wouldn't recommend them",
    "Can't recommend it.",
    "Never recommend this place to friends",
    "I no longer recommend Pellow.",
    "Do yourself a favour and avoid Pellow.",
    "Do yourself a favor: stay away!",
    "Not worth every penny they charge",
    "You should try Vantero instead.",
    "I'd recommend anyone but Pellow",
    "My sister recommended Pellow to me.",
    "It was recommended by my dentist.",
    "I'd recommend it if they fixed the lid.",
    "I used to recommend them to everyone.",
    "I recommend you fix the app.",
    "I would recommend that they hire more staff.",
    "Don't buy this, ever.",
    "How likely are you to recommend us?",
    "You should have answered my mail.",
    "I love Pellow.",
    "The delivery came on Tuesday.",
    "Two hours in line and they can't check out anybody",
    "",
    "?!",
    "👍👍",
]


@pytest.mark.parametrize("text", ADVOCATES)
def test_who_sends_others_there_is_an_advocate(text: str) -> None:
    assert advocacy(text, "Pellow") >= 0.8


@pytest.mark.parametrize("text", NOT_ADVOCATES)
def test_who_asks_hopes_reports_or_warns_is_none(text: str) -> None:
    assert advocacy(text, "Pellow") < 0.5


@pytest.mark.parametrize("text", ["Worth it.", "Treat yourself.", "Worth a visit. Great choice."])
def test_weak_signs_alone_are_some_but_never_enough(text: str) -> None:
    assert 0 < advocacy(text) < 0.8


def test_a_warning_beside_a_recommendation_leaves_little_of_it() -> None:
    assert advocacy("I recommend the beans. Stay away from their kettle.") == pytest.approx(0.4)


def test_what_is_recommended_before_another_is_the_brand() -> None:
    text = "Definitely go for Pellow instead of Vantero"
    assert advocacy(text, "Pellow") >= 0.8
    assert advocacy(text, "Vantero") == 0
    assert advocacy("I'd recommend Vantero over Pellow", "Pellow") == 0


@given(st.text(max_size=300), st.none() | st.text(max_size=12))
def test_any_text_gives_a_share_and_the_same_one_again(text: str, brand: str | None) -> None:
    found = advocacy(text, brand)
    assert 0 <= found <= 1
    assert advocacy(text, brand) == found


def test_length_costs_little() -> None:
    assert advocacy("recommend if you " * 100_000) <= 1
    assert advocacy("a" * 1_000_000) == 0
