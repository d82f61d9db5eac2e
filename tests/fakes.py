"""Stand-ins for what is slow or far away: a clock that stands still and a reader of few words."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from config.clock import PinnedClock
from config.settings import Settings
from models.reading import Label, Question, Reading, Vectors
from soundingboard.wiring import Parts
from tests.copies import lay_database

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

GOOD = frozenset(["love", "loves", "great", "wonderful", "best", "happy", "perfect", "superb"])
BAD = frozenset(["hate", "hates", "awful", "terrible", "worst", "angry", "broken", "useless"])
FOREIGN = frozenset(["der", "die", "das", "und", "ist", "nicht", "le", "la", "les", "est", "pas"])
_CERTAIN = 0.9


class FixedReader:
    """Reads by two short lists of words: the same text gives the same reading, for ever.

    A text of German or French words is declined as a language it does not know, one without
    words as having none. Vectors come from the words' hashes: equal texts are equal, and texts
    that share words are near each other.
    """

    target_aware = False
    dimensions = 16

    def __init__(self, model_id: str = "fixed-1") -> None:
        self.model_id = model_id
        self.read_texts: list[str] = []

    def read(self, questions: Sequence[Question]) -> list[Reading]:
        self.read_texts += [question.text for question in questions]
        return [self._reading(question) for question in questions]

    def embed(self, texts: Sequence[str]) -> Vectors:
        if not texts:
            return np.zeros((0, self.dimensions), np.float32)
        return np.stack([self._vector(text) for text in texts])

    def _reading(self, question: Question) -> Reading:
        words = _words(question.text)
        language = question.language or ("de" if len(FOREIGN & set(words)) > 1 else "en")
        reason = "no words" if not words else f"language {language}" if language != "en" else None
        if reason:
            return self._made(question.text, None if not words else language, reason)
        return self._made(question.text, language, None, *_probabilities(words))

    def _made(
        self,
        text: str,
        language: str | None,
        reason: str | None,
        negative: float = 0.0,
        neutral: float = 0.0,
        positive: float = 0.0,
    ) -> Reading:
        labels: tuple[Label, ...] = ("negative", "neutral", "positive")
        largest = int(np.argmax((negative, neutral, positive)))
        return Reading(
            language=language,
            abstained=reason is not None,
            reason=reason,
            negative=negative,
            neutral=neutral,
            positive=positive,
            label=None if reason else labels[largest],
            idea=1.0 if "should" in text.casefold() else 0.0,
            specificity=1.0 if re.search(r"\d", text) else 0.0,
            passion=min(1.0, text.count("!") / 3),
            civility=0.0 if "idiot" in text.casefold() else 1.0,
            model=self.model_id,
            advocacy=1.0 if "recommend" in text.casefold() else 0.0,
        )

    def _vector(self, text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
        total = np.full(self.dimensions, 1e-6)
        for word in _words(text):
            total += np.frombuffer(hashlib.sha256(word.encode()).digest(), np.int16) / 2**15
        return (total / np.linalg.norm(total)).astype(np.float32)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", text.casefold())


def _probabilities(words: Sequence[str]) -> tuple[float, float, float]:
    """Negative, neutral, positive by a count of the listed words."""
    lean = sum(word in GOOD for word in words) - sum(word in BAD for word in words)
    rest = (1 - _CERTAIN) / 2
    if lean > 0:
        return (rest, rest, _CERTAIN)
    if lean < 0:
        return (_CERTAIN, rest, rest)
    return (rest, _CERTAIN, rest)


def make_parts(
    folder: Path,
    *,
    settings: Settings | None = None,
    at: datetime = NOW,
    reader: FixedReader | None = None,
) -> Parts:
    """The parts of a house in an empty folder, its clock standing still, its database laid."""
    settings = settings or Settings()
    if settings.database_url == Settings().database_url:
        lay_database(folder / "soundingboard.db")
    return Parts(settings, folder, PinnedClock(at), reader=reader or FixedReader())
