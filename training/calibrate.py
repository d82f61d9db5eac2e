"""Fit the one temperature: `python -m training.calibrate --data DIR --weights FILE`.

softmax(logits / T) with the T of least log loss on TweetEval's validation tweets (Guo et al. 2017,
arXiv 1706.04599).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar

from models import manifest, sentiment
from training.data import examples
from training.evaluate import Floats, calibration_error, labels, scored


def tempered(p: Floats, temperature: float) -> Floats:
    """Probabilities at another temperature: p^(1/T), normalised."""
    raised = np.power(np.clip(p, 1e-12, 1.0), 1.0 / temperature)
    return np.asarray(raised / raised.sum(axis=1, keepdims=True))


def fitted(p: Floats, truth: NDArray[np.int64]) -> float:
    """The temperature of least log loss for probabilities made at T = 1."""

    def loss(temperature: float) -> float:
        told = tempered(p, temperature)[np.arange(len(truth)), truth]
        return float(-np.log(told).mean())

    return float(minimize_scalar(loss, bounds=(0.3, 5.0), method="bounded").x)


def main() -> None:
    """Read the command line, fit, and print the calibration error before and after."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the TSV sets")
    parser.add_argument("--weights", type=Path, required=True, help="safetensors of a training")
    options = parser.parse_args()
    found = examples(options.data / "tweeteval_sentiment_val.tsv.gz")
    reader = sentiment.shipped(
        manifest.embedded_encoder(), options.weights, temperature=1.0, batch=64
    )
    p, truth = scored(reader, found), labels(found)
    temperature = fitted(p, truth)
    before, after = (calibration_error(truth, q) for q in (p, tempered(p, temperature)))
    print(f"temperature {temperature:.4f}  ECE {before:.4f} -> {after:.4f}")


if __name__ == "__main__":
    main()
