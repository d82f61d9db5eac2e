"""The recipe gives the same batches for the same seed, and goes on where it was."""

from __future__ import annotations

import gzip
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.batches import Batches
from training.calibrate import fitted, tempered
from training.data import Example, Source, examples
from training.sentiment import COOL_DOWN, RATE, WARM_UP, Budget


class Words:
    """A tokenizer that gives each word an id of its own length, and marks the target."""

    mask_token_id = 103

    def __call__(self, text: str, target: str | None, **_: Any) -> dict[str, list[int]]:
        own = [1000 + len(word) for word in text.split()]
        named = [1000 + len(word) for word in (target or "").split()]
        return {
            "input_ids": [*own, *named],
            "token_type_ids": [0] * len(own) + [1] * len(named),
        }


def _batches(seed: int = 1) -> Batches:
    found = tuple(
        Example("word " * (1 + i % 7), "Lumen" if i % 2 else None, i % 3) for i in range(90)
    )
    return Batches([Source("s", "s.tsv.gz", found)], Words(), 8, seed)


def test_a_run_that_goes_on_sees_the_batches_it_would_have_seen() -> None:
    whole = dict(_batches().steps(0, 25))
    resumed = dict(_batches().steps(13, 25))

    for step, batch in resumed.items():
        assert (batch.inputs["input_ids"] == whole[step].inputs["input_ids"]).all()
        assert (batch.labels == whole[step].labels).all()


def test_only_the_text_is_masked_never_the_target() -> None:
    for _, batch in _batches().steps(0, 20):
        ids, kinds = batch.inputs["input_ids"], batch.inputs["token_type_ids"]
        assert not ((ids == Words.mask_token_id) & (kinds == 1)).any()


def test_the_learning_rate_rises_stays_and_ends_at_nothing() -> None:
    budget = Budget(1000, math.inf, 0.0)

    assert budget.rate(0) == pytest.approx(RATE / WARM_UP)
    assert budget.rate(500) == RATE
    assert budget.rate(round(1000 * (1 - COOL_DOWN / 2))) == pytest.approx(RATE / 2)
    assert budget.rate(1000) == 0.0


def test_a_run_out_of_time_is_cooled_down_as_well() -> None:
    assert Budget(1000, 60.0, spent=61.0).rate(100) == 0.0


def test_overconfident_scores_get_a_temperature_above_one() -> None:
    random = np.random.default_rng(0)
    truth = random.integers(0, 3, 600)
    guess = np.where(random.random(600) < 0.7, truth, random.integers(0, 3, 600))
    p = np.full((600, 3), 0.005)
    p[np.arange(600), guess] = 0.99

    temperature = fitted(p, truth)

    assert temperature > 1.5
    assert tempered(p, temperature).max() < 0.95


def test_comments_that_feel_both_ways_are_left_out(tmp_path: Path) -> None:
    path = tmp_path / "goemotions.tsv.gz"
    rows = ["a\tjoy,sadness", "b\tjoy,neutral", "c\tneutral", "d\tanger", "e\tcuriosity"]
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.write("\n".join(["text\temotions", *rows]))

    assert [(e.text, e.label) for e in examples(path)] == [("b", 2), ("c", 1), ("d", 0)]
