"""How good the shipped reading is: `python -m training.evaluate --data DIR [--posts FILE]`."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import spearmanr

from models import manifest, sentiment
from training.data import Example, examples, rows

Floats = NDArray[np.float64]


def macro_recall(truth: NDArray[np.int64], guess: NDArray[np.int64]) -> float:
    """Mean of the three classes' recalls (TweetEval's measure)."""
    return float(np.mean([np.mean(guess[truth == c] == c) for c in range(3)]))


def macro_f1(truth: NDArray[np.int64], guess: NDArray[np.int64]) -> float:
    """Mean of the three classes' F1."""
    scores = []
    for c in range(3):
        hit = np.sum((truth == c) & (guess == c))
        scores.append(2 * hit / max(1, np.sum(truth == c) + np.sum(guess == c)))
    return float(np.mean(scores))


def calibration_error(truth: NDArray[np.int64], p: Floats, bins: int = 15) -> float:
    """ECE: mean gap between confidence and accuracy over equal-width bins (Guo et al. 2017)."""
    confidence, right = p.max(1), p.argmax(1) == truth
    place = np.minimum((confidence * bins).astype(int), bins - 1)
    gaps = [
        abs(confidence[place == b].mean() - right[place == b].mean()) * np.mean(place == b)
        for b in range(bins)
        if np.any(place == b)
    ]
    return float(np.sum(gaps))


def author_spearman(
    authors: Sequence[str], brands: Sequence[str], truth: NDArray[np.int64], p: Floats, least: int
) -> tuple[float, int]:
    """Rank correlation of human and predicted author means over pairs with >= `least` posts."""
    pairs: dict[tuple[str, str], list[int]] = {}
    for i, key in enumerate(zip(authors, brands, strict=True)):
        pairs.setdefault(key, []).append(i)
    kept = [np.array(rows_) for rows_ in pairs.values() if len(rows_) >= least]
    human = [float(np.mean(truth[r] - 1)) for r in kept]
    model = [float(np.mean(p[r, 2] - p[r, 0])) for r in kept]
    return float(spearmanr(human, model).statistic), len(kept)


def scored(reader: sentiment.Sentiment, found: Sequence[Example], *, target: bool = True) -> Floats:
    """Probabilities of examples, with or without their targets, shape (n, 3)."""
    pairs = [(e.text, e.target if target else None) for e in found]
    return reader.probabilities(pairs).astype(np.float64)


def labels(found: Sequence[Example]) -> NDArray[np.int64]:
    """The classes of examples as numbers."""
    return np.array([e.label for e in found])


def report(reader: sentiment.Sentiment, data: Path, posts: Path | None) -> dict[str, float]:
    """Every figure of the card, by name."""
    figures: dict[str, float] = {}
    val = examples(data / "tweeteval_sentiment_val.tsv.gz")
    p, truth = scored(reader, val), labels(val)
    figures["tweeteval val macro-recall"] = macro_recall(truth, p.argmax(1))
    figures["tweeteval val ECE"] = calibration_error(truth, p)
    held_out = frozenset({"val", "mt", "rw"})
    for name in ("targeted_mams_atsa", "targeted_newsmtsc", "targeted_dong2014"):
        splits = held_out if name != "targeted_dong2014" else None
        found = examples(data / f"{name}.tsv.gz", splits=splits)
        for target in (True, False):
            guess = scored(reader, found, target=target).argmax(1)
            key = f"{name} macro-F1 {'with' if target else 'without'} target"
            figures[key] = macro_f1(labels(found), guess)
    if posts is not None:
        figures |= _posts(reader, posts)
    return figures


def _posts(reader: sentiment.Sentiment, posts: Path) -> dict[str, float]:
    kept = {row["id"]: row for row in rows(posts)}.values()
    names = ("negative", "neutral", "positive")
    truth = np.array([names.index(row["label"]) for row in kept])
    began = time.monotonic()
    p = reader.probabilities([(row["text"], row["brand"]) for row in kept]).astype(np.float64)
    pace = len(p) / (time.monotonic() - began)
    spearman, pairs = author_spearman(
        [row["author"] for row in kept], [row["brand"] for row in kept], truth, p, 3
    )
    return {
        "airlines macro-F1": macro_f1(truth, p.argmax(1)),
        "airlines accuracy": float(np.mean(p.argmax(1) == truth)),
        "airlines ECE": calibration_error(truth, p),
        "airlines author Spearman": spearman,
        "airlines author pairs": float(pairs),
        "posts per second, sentiment alone": pace,
    }


def main() -> None:
    """Read the command line and print one figure a line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the TSV sets")
    parser.add_argument("--posts", type=Path, help="posts with authors, brands and human labels")
    parser.add_argument("--weights", type=Path, help="safetensors to judge (default: shipped)")
    options = parser.parse_args()
    weights = options.weights or manifest.embedded_sentiment()
    temperature = 1.0 if options.weights else manifest.manifest().temperature
    reader = sentiment.shipped(
        manifest.embedded_encoder(), weights, temperature=temperature, batch=64
    )
    for name, value in report(reader, options.data, options.posts).items():
        print(f"{name:58} {value:10.4f}")


if __name__ == "__main__":
    main()
