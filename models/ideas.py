"""Whether a post holds a suggestion, and how concrete it is: cues, no network.

Rules transfer where a classifier trained on one forum fails (docs/benchmarks.md has the figures).
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache

from models.lexicon import any_of, lexicon, phrases
from models.text import bare

# Hand-set log odds: set by reading posts, not fitted to a benchmark.
_BIAS = -2.4
_WEIGHTS = {
    "wish": 2.4,
    "should": 1.9,
    "please": 2.2,
    "imperative": 1.8,
    "noun": 1.3,
    "narrative": -0.9,
    "reason": 0.4,
}
_MAX_CHARACTERS = 4000
_CAP_WORDS = 60  # longer posts earn nothing more
_NUMBER = re.compile(
    r"(?<!\w)[$€£]?\d[\d.,:]*(?:%|\s?(?:am|pm|min|mins|minutes|hours?|days?|mb|gb|kg))?"
)
_NAME = re.compile(r"(?<![.!?]\s)(?<!^)\b[A-Z][a-z]{2,}(?:\s[A-Z][a-z]+)*\b")
_VERSION = re.compile(r"\bv?\d+\.\d+(?:\.\d+)?\b|\b[A-Z]{1,4}-?\d{1,4}\b")
_STEPS = re.compile(r"(?:^|\s)(?:\d[.)]|step \d|first(?:ly)?,|second(?:ly)?,|->|=>)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Idea:
    """idea: 0..1, there is a suggestion; specificity: 0..1, how concrete the post is."""

    idea: float
    specificity: float


def idea(text: str) -> Idea:
    """Logistic over the cue groups of `config/lexicon/ideas.toml`, and how much is named."""
    plain = bare(text[:_MAX_CHARACTERS])
    words = plain.casefold().replace("’", "'")
    if not words:
        return Idea(0.0, 0.0)
    present = {name for name, pattern in _groups().items() if pattern.search(words)}
    specific = specificity(plain)
    score = _BIAS + sum(_WEIGHTS[name] for name in present) + 0.8 * specific
    return Idea(1.0 / (1.0 + math.exp(-score)), specific)


def specificity(text: str) -> float:
    """0..1: numbers, names, versions, steps, reasons and things named, then length to 60 words."""
    words = text.casefold()
    signs = (
        0.25 * min(2, len(_NUMBER.findall(text)))
        + 0.2 * min(2, len(_NAME.findall(text)))
        + 0.25 * bool(_VERSION.search(text))
        + 0.3 * bool(_STEPS.search(text))
        + 0.4 * bool(_groups()["reason"].search(words))
        + 0.3 * min(3, len(set(_things().findall(words))))
        + 0.5 * min(_CAP_WORDS, len(words.split())) / _CAP_WORDS
    )
    return 1.0 - math.exp(-signs)


@cache
def _groups() -> dict[str, re.Pattern[str]]:
    return {name: any_of(lexicon("ideas")[name]["patterns"]) for name in _WEIGHTS}


@cache
def _things() -> re.Pattern[str]:
    return phrases(lexicon("ideas")["thing"]["words"])
