"""What a model says of one post: the seam between the readers and the rest of the house."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

Label = Literal["negative", "neutral", "positive"]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Question:
    """A text to be read towards a brand.

    brand    : the target of the sentiment; None = the post as a whole
    language : declared by whoever knows it (ISO 639-1); None = to be detected
    """

    text: str
    brand: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one model says of one text towards one brand.

    language    : ISO 639-1, or None where it could not be told
    abstained   : nothing is said of the sentiment; then `label` is None and the three are 0
    reason      : why it abstained ("language fr", "no words", "not finite"), else None
    negative, neutral, positive : calibrated probabilities, sum 1 unless abstained
    idea        : 0..1, there is a suggestion in it
    specificity : 0..1, how concrete it is (numbers, places, products, reasons)
    passion     : 0..1, strength of feeling in words and signs, not the model's confidence
    civility    : 0..1, 1 = no insult or threat towards people (swearing at things is allowed)
    advocacy    : 0..1, it recommends to others what it speaks of
    model       : id of what read it, with the first 12 digits of its file's sha256
    """

    language: str | None
    abstained: bool
    reason: str | None
    negative: float
    neutral: float
    positive: float
    label: Label | None
    idea: float
    specificity: float
    passion: float
    civility: float
    model: str
    advocacy: float = 0.0


class Reader(Protocol):
    """Reads posts and embeds them; the real one loads models on first use, fakes do not."""

    @property
    def model_id(self) -> str:
        """Names the reading's models and their versions; readings are keyed by it."""

    @property
    def target_aware(self) -> bool:
        """Whether the sentiment is towards the question's brand, not of the text as a whole."""

    def read(self, questions: Sequence[Question]) -> list[Reading]:
        """One reading per question, in order; never raises for a single bad text."""

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimensions), for themes."""
