"""Sentiment towards a brand: probabilities of negative, neutral, positive for (text, brand) pairs.

The shipped model reads `text [SEP] brand`, so that "I left Lumen for Orchard" differs by the
brand one asks for; a model of the operator's reads the text alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from transformers import AutoModelForSequenceClassification, AutoTokenizer

from config.errors import ModelError
from models.network import base_network, fold
from models.text import prepare, window

MAX_TOKENS = 96
MAX_CHARACTERS = 480  # some 5 characters a token: longer posts cost no more than the cap
MAX_BRAND_CHARACTERS = 60

Pair = tuple[str, str | None]
Probabilities = NDArray[np.float32]

_MEANINGS = {
    "negative": 0, "neg": 0, "label_0": 0,
    "neutral": 1, "neu": 1, "label_1": 1,
    "positive": 2, "pos": 2, "label_2": 2,
}  # fmt: skip


class Sentiment:
    """One network with its tokenizer; `columns` are the logits of negative, neutral, positive."""

    def __init__(
        self,
        logits: Any,
        tokenizer: Any,
        *,
        batch: int,
        columns: Sequence[int] = (0, 1, 2),
        temperature: float = 1.0,
        reads_brand: bool = False,
    ) -> None:
        self._logits, self._tokenizer = logits, tokenizer
        self._batch, self._columns = batch, list(columns)
        self._temperature, self._reads_brand = temperature, reads_brand

    def probabilities(self, pairs: Sequence[Pair]) -> Probabilities:
        """softmax(logits / temperature), shape (len(pairs), 3); a broken row is NaN, not a guess.

        Texts of like length are read together, at most `batch` at once.
        """
        encoded = [self._encode(text, brand) for text, brand in pairs]
        order = sorted(range(len(pairs)), key=lambda i: len(encoded[i]["input_ids"]))
        found = np.full((len(pairs), 3), np.nan, dtype=np.float32)
        for start in range(0, len(order), self._batch):
            rows = order[start : start + self._batch]
            found[rows] = self._read([encoded[i] for i in rows])
        found[~np.isfinite(found).all(axis=1)] = np.nan
        return found

    def _encode(self, text: str, brand: str | None) -> Mapping[str, list[int]]:
        near = window(text, brand, 4 * MAX_CHARACTERS)  # entities and links shrink when prepared
        prepared = window(prepare(near, brand), brand, MAX_CHARACTERS)
        target = brand[:MAX_BRAND_CHARACTERS] if brand and self._reads_brand else None
        encoded: Mapping[str, list[int]] = self._tokenizer(
            prepared, target, truncation="only_first", max_length=MAX_TOKENS
        )
        return encoded

    def _read(self, rows: list[Mapping[str, list[int]]]) -> Probabilities:
        inputs = self._tokenizer.pad(rows, return_tensors="pt")
        with torch.inference_mode():
            logits = self._logits(**inputs)[:, self._columns].float() / self._temperature
            return np.asarray(torch.softmax(logits, dim=-1).numpy(), dtype=np.float32)


def shipped(encoder: Path, weights: Path, *, temperature: float, batch: int) -> Sentiment:
    """The network of this project: encoder folder and adapter file, both checked before.

    Raises ModelError where they do not fit each other.
    """
    try:
        network = fold(base_network(encoder), load_file(weights))
        tokenizer = AutoTokenizer.from_pretrained(str(encoder), local_files_only=True)
    except (OSError, KeyError, ValueError, RuntimeError, SafetensorError) as error:
        raise ModelError(
            f"The sentiment weights {weights} cannot be loaded: {error}",
            mend="Install Sounding Board again, or set model.sentiment to a folder.",
        ) from error
    return Sentiment(network, tokenizer, batch=batch, temperature=temperature, reads_brand=True)


def from_folder(folder: Path, *, batch: int) -> Sentiment:
    """A three-class transformers model from a checked folder; uncalibrated, it reads no brand.

    Raises ModelError where it cannot be loaded or its labels are not negative, neutral, positive.
    """
    try:
        model = AutoModelForSequenceClassification.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False, use_safetensors=True
        ).eval()
        tokenizer = AutoTokenizer.from_pretrained(
            str(folder), local_files_only=True, trust_remote_code=False
        )
    except Exception as error:
        raise ModelError(
            f"The sentiment model in {folder} cannot be loaded: {error}",
            mend="Use a whole sequence-classification folder, or 'embedded'.",
        ) from error
    columns = label_columns(model.config.id2label, folder)
    return Sentiment(
        lambda **inputs: model(**inputs).logits, tokenizer, batch=batch, columns=columns
    )


def label_columns(id2label: Mapping[int, str], folder: Path) -> list[int]:
    """Which logits mean negative, neutral and positive, read from the model's own label map."""
    meanings = {_MEANINGS.get(str(name).casefold()): int(i) for i, name in id2label.items()}
    if len(id2label) != 3 or set(meanings) != {0, 1, 2}:
        raise ModelError(
            f"The sentiment model in {folder} has the labels {sorted(id2label.values())}.",
            mend="Its config.json must map its three labels to negative, neutral and positive.",
        )
    return [meanings[i] for i in range(3)]
