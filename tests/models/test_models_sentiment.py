"""The shipped sentiment reads towards a brand, the same alone or in a batch, and never guesses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from config.errors import ModelError
from models import manifest
from models.sentiment import Sentiment, label_columns, shipped
from models.text import prepare, window

GOLDEN = Path(__file__).parent / "golden_sentiment.json"


@pytest.fixture(scope="module")
def sentiment() -> Sentiment:
    return shipped(
        manifest.embedded_encoder(),
        manifest.embedded_sentiment(),
        temperature=manifest.manifest().temperature,
        batch=8,
    )


@pytest.mark.model
def test_the_fixed_sentences_are_read_as_they_were(sentiment: Sentiment) -> None:
    golden = json.loads(GOLDEN.read_text(encoding="utf-8"))
    found = sentiment.probabilities([(row["text"], row["brand"]) for row in golden])

    names = np.array(["negative", "neutral", "positive"])[found.argmax(1)]
    right = [row["label"] == name for row, name in zip(golden, names, strict=True)]
    assert sum(right) >= 0.84 * len(golden)
    expected = np.array([row["probabilities"] for row in golden])
    assert np.abs(found - expected).max() < 0.02


@pytest.mark.model
def test_a_batch_reads_as_one_by_one_does(sentiment: Sentiment) -> None:
    pairs = [
        ("ok", None),
        ("I love how Lumen roasts, the best coffee in town by far", "Lumen"),
        ("word " * 400, "Lumen"),
        ("@lumen my order never came and nobody answers my mails", "Lumen"),
        ("", "Lumen"),
        ("The shop opens at nine.", None),
    ]

    together = sentiment.probabilities(pairs)
    alone = np.vstack([sentiment.probabilities([pair]) for pair in pairs])

    assert np.allclose(together.sum(axis=1), 1, atol=1e-5)
    assert np.abs(together - alone).max() < 1e-3


@pytest.mark.model
def test_nothing_is_read_as_nothing(sentiment: Sentiment) -> None:
    assert sentiment.probabilities([]).shape == (0, 3)


class Tokens:
    """A tokenizer of two ids a text, and of as many characters as it was shown."""

    def __init__(self) -> None:
        self.longest = 0

    def __call__(self, text: str, target: str | None, **_: Any) -> dict[str, list[int]]:
        self.longest = max(self.longest, len(text))
        return {"input_ids": [1, len(text)]}

    def pad(self, rows: list[dict[str, list[int]]], **_: Any) -> dict[str, Any]:
        import torch

        return {"input_ids": torch.tensor([row["input_ids"] for row in rows])}


def _broken_on_long_texts(input_ids: Any) -> Any:
    import torch

    logits = torch.zeros(len(input_ids), 3)
    logits[input_ids[:, 1] > 5] = float("nan")
    return logits


def test_a_broken_row_is_nan_and_spoils_no_other() -> None:
    sentiment = Sentiment(_broken_on_long_texts, Tokens(), batch=8)

    found = sentiment.probabilities([("fine", None), ("broken row", None), ("good", None)])

    assert np.isnan(found[1]).all()
    assert np.isfinite(found[[0, 2]]).all()


def test_a_very_long_text_shows_the_tokenizer_no_more_than_the_cap() -> None:
    tokens = Tokens()
    sentiment = Sentiment(_broken_on_long_texts, tokens, batch=8)

    sentiment.probabilities([("word " * 200_000, "Lumen")])

    assert tokens.longest <= 480


def test_a_long_text_is_read_around_the_brand() -> None:
    text = "Nothing of note here. " * 200 + "Then Lumen ruined my day. " + "And more. " * 200

    assert "Lumen ruined my day" in window(text, "lumen", 480)
    assert window(text, None, 480) == text[:480]
    assert window("short", "Lumen", 480) == "short"


@pytest.mark.parametrize(
    ("text", "brand", "expected"),
    [
        ("a &amp; b", None, "a & b"),
        ("see https://x.example/a?b and www.y.example", None, "see http and http"),
        ("@someone hi\n\n  there", None, "@user hi there"),
        ("@SouthwestAir late again", "Southwest", "Southwest late again"),
        ("@USAirways late again", "US Airways", "US Airways late again"),
        ("@lumen@coffee.example great", "Lumen", "Lumen great"),
        ("mail me@lumen.example", "Lumen", "mail me@lumen.example"),
        ("caf\\u00e9 \\ud83d!", None, "café !"),
        ("lone \ud800 \x00 half", None, "lone half"),
    ],
)
def test_a_text_is_prepared_as_in_training(text: str, brand: str | None, expected: str) -> None:
    assert prepare(text, brand) == expected


def test_a_label_map_is_read_by_its_words() -> None:
    assert label_columns({0: "POSITIVE", 1: "neg", 2: "Neutral"}, Path("m")) == [1, 2, 0]
    with pytest.raises(ModelError):
        label_columns({0: "good", 1: "bad"}, Path("m"))
