"""The language gate lets noisy English through and keeps other languages out."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.language import NO_WORDS, language
from training.data import rows

NLP = Path(__file__).parents[3] / "shared" / "data" / "nlp"
real = pytest.mark.skipif(not NLP.is_dir(), reason="labelled text is not on this machine")


@pytest.mark.parametrize(
    "text",
    ["", " ", "🔥", "😍😍😍", "https://lumen.example/x", "@lumen", "42", "!!!", "a", "12:30 - 5"],
)
def test_a_post_without_words_has_no_language(text: str) -> None:
    found = language(text)

    assert (found.code, found.reason) == (None, NO_WORDS)


@pytest.mark.parametrize(
    "text",
    [
        "Love it",
        "worst airline ever",
        "omg sooo good 😍",
        "@lumen thx 4 the refund, u guys rock",
        "#LumenCoffee is amazing!! https://lumen.example",
        "RT @x: they still havent answered my ticket smh",
        "Flight cancelled. Again.",
        "NEVER AGAIN",
    ],
)
def test_short_and_noisy_english_is_english(text: str) -> None:
    assert language(text).code == "en"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Le café est froid et le service est nul", "fr"),
        ("Der Kaffee war kalt und niemand hat sich entschuldigt", "de"),
        ("El café estaba frío y nadie me ayudó", "es"),
        ("yeh company bilkul bekar hai, mera paisa wapas karo", "hi"),
        ("コーヒーが冷たかった", "ja"),
        ("Кофе был холодный", "ru"),
    ],
)
def test_another_language_is_named(text: str, code: str) -> None:
    assert language(text).code == code


def test_a_declaration_is_believed_where_the_words_are_few() -> None:
    assert language("Super!", "de").code == "de"
    assert language("Super!", "en").code == "en"


def test_a_declaration_is_not_believed_against_the_words() -> None:
    assert language("I have been waiting for my order for three weeks now", "de").code == "en"
    assert language("Der Kaffee war kalt und niemand hat sich entschuldigt", "en").code == "de"


@pytest.mark.parametrize("declared", ["en-GB", "en_US", "EN", "und", "", "klingon", None])
def test_what_is_no_code_says_nothing_and_a_region_does_no_harm(declared: str | None) -> None:
    assert language("The coffee was cold when it arrived today", declared).code == "en"


@given(st.text(max_size=300), st.none() | st.text(max_size=8))
def test_any_text_has_a_language_or_a_reason(text: str, declared: str | None) -> None:
    found = language(text, declared)

    assert (found.code is None) == (found.reason is not None)


@pytest.mark.real
@real
def test_nearly_all_english_tweets_pass_and_hardly_any_other() -> None:
    texts = defaultdict(list)
    for row in rows(NLP / "umsab_multilingual_sentiment.tsv.gz"):
        if row["split"] == "val":
            texts[row["language"]].append(row["text"])

    passed = {
        name: sum(language(text).code == "en" for text in found) / len(found)
        for name, found in texts.items()
    }

    assert passed.pop("english") >= 0.97
    passed.pop("hindi")  # a third of its tweets are English
    assert max(passed.values()) <= 0.03, passed


@pytest.mark.real
@real
def test_sentences_of_seventy_languages_stay_out() -> None:
    texts = defaultdict(list)
    for row in rows(NLP / "lingua_language_id_sentences.tsv.gz"):
        if len(texts[row["iso639_1"]]) < 20:
            texts[row["iso639_1"]].append(row["text"])
    english = texts.pop("en")

    passed = [language(text).code == "en" for found in texts.values() for text in found]

    assert sum(passed) / len(passed) <= 0.01
    assert sum(language(text).code == "en" for text in english) >= 19
