"""Labelled text for training and choosing: which files, which rows, folded to three classes."""

from __future__ import annotations

import csv
import gzip
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.text import prepare, squeezed

LABELS = ("negative", "neutral", "positive")

# GoEmotions' own grouping into positive and negative; its ambiguous ones are left out.
_GOOD = (
    "admiration amusement approval caring desire excitement gratitude joy love optimism pride "
    "relief"
)
_BAD = (
    "anger annoyance disappointment disapproval disgust embarrassment fear grief nervousness "
    "remorse sadness"
)
_POSITIVE, _NEGATIVE = frozenset(_GOOD.split()), frozenset(_BAD.split())


@dataclass(frozen=True, slots=True)
class Example:
    """One labelled text; `label` indexes LABELS, `target` is None for the text as a whole."""

    text: str
    target: str | None
    label: int


@dataclass(frozen=True, slots=True)
class Source:
    """The training part of one public set; its class shares are the prior of its loss."""

    name: str
    file: str
    examples: tuple[Example, ...]

    @property
    def log_prior(self) -> NDArray[np.float32]:
        """ln of the share of each class, shape (3,)."""
        counts = np.bincount([example.label for example in self.examples], minlength=3)
        return np.asarray(np.log(counts / counts.sum()), dtype=np.float32)


def rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows of a gzipped TSV without quoting, as the sets are written."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            yield {key: value.replace('""', '"') for key, value in row.items()}


def sha256(path: Path) -> str:
    """Digest of a file, so that a card can say what was trained on."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def examples(path: Path, *, splits: frozenset[str] | None = None) -> list[Example]:
    """Labelled rows of one set, in its order; rows of other splits are left out."""
    kept = []
    for row in rows(path):
        if splits is not None and row["split"] not in splits:
            continue
        label = _folded(row["emotions"]) if "emotions" in row else row["label"]
        if label is not None:
            target = row.get("target") or row.get("brand") or None
            text = prepare(row["text"], target)
            kept.append(Example(text, target, LABELS.index(label)))
    return kept


def training_sources(folder: Path) -> list[Source]:
    """The sets the shipped weights learn from; nothing that is kept for evaluation is read."""
    train = frozenset({"train"})
    plan = (
        ("semeval", "semeval2013_2016_sentiment_train.tsv.gz", None),
        ("topics", "semeval2017_topic3_train.tsv.gz", None),
        ("mams", "targeted_mams_atsa.tsv.gz", train),
        ("newsmtsc", "targeted_newsmtsc.tsv.gz", train),
        ("goemotions", "goemotions.tsv.gz", train),
        ("dynasent", "dynasent_dev.tsv.gz", None),
    )
    held_out = {
        squeezed(row["text"])
        for name in ("tweeteval_sentiment_val", "umsab_multilingual_sentiment")
        for row in rows(folder / f"{name}.tsv.gz")
        if row.get("language", "english") == "english"
    }
    return [
        Source(name, file, _deduplicated(examples(folder / file, splits=splits), held_out))
        for name, file, splits in plan
    ]


def _deduplicated(found: list[Example], held_out: set[str]) -> tuple[Example, ...]:
    """Once each; texts that carry two labels for one target, or are held out, are dropped."""
    seen: dict[tuple[str, str | None], Example | None] = {}
    for example in found:
        key = (squeezed(example.text), example.target)
        if key[0] in held_out:
            continue
        known = seen.setdefault(key, example)
        if known is not None and known.label != example.label:
            seen[key] = None
    return tuple(example for example in seen.values() if example is not None)


def _folded(emotions: str) -> str | None:
    """Emotions of one comment as a class; None where they disagree or say nothing of it."""
    named = set(emotions.replace(",", " ").split())
    good, bad = bool(named & _POSITIVE), bool(named & _NEGATIVE)
    if good != bad:
        return "positive" if good else "negative"
    return "neutral" if named == {"neutral"} else None
