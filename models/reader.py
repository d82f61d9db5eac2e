"""The real reader: language gate, sentiment towards the brand, and the cues, in one reading."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from threading import RLock
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from config.settings import ModelSettings
from models import lexicon, manifest
from models.advocacy import advocacy
from models.checked_folder import go_offline, named_folder, weights_of
from models.civility import civility
from models.ideas import idea
from models.language import NO_WORDS, language
from models.passion import passion
from models.reading import Label, Question, Reading, Vectors

if TYPE_CHECKING:
    from models.encoder import Encoder
    from models.sentiment import Sentiment

EMBEDDED = "embedded"
NOT_FINITE = "not finite"
_LABELS: tuple[Label, Label, Label] = ("negative", "neutral", "positive")


class EmbeddedReader:
    """Reads with the models named in the settings; nothing heavy is imported before it must.

    Safe to share between threads: models are loaded once, and one batch is read at a time.
    """

    def __init__(self, settings: ModelSettings) -> None:
        self._settings = settings
        self._turn = RLock()

    @cached_property
    def model_id(self) -> str:
        """Sentiment, encoder and cue lists, each by the first digits of its sha256.

        Raises ModelError where a model's files are missing or refused.
        """
        parts = (self._sentiment_id(), self._encoder_id(), f"cues-{lexicon.version()}")
        return "+".join(parts)

    @property
    def target_aware(self) -> bool:
        """Ours is; a classifier that somebody configured reads the text as a whole."""
        return self._settings.sentiment == EMBEDDED

    def read(self, questions: Sequence[Question]) -> list[Reading]:
        """One reading per question, in order; a text that cannot be read abstains, saying why.

        Raises ModelError where the models themselves cannot be used.
        """
        gates = [language(question.text, question.language) for question in questions]
        scored = [i for i, gate in enumerate(gates) if gate.code in self._settings.languages]
        with self._turn:
            found = np.zeros((len(questions), 3), dtype=np.float32)
            if scored:
                pairs = [(questions[i].text, questions[i].brand) for i in scored]
                found[scored] = self._sentiment.probabilities(pairs)
        readings = []
        for question, gate, row in zip(questions, gates, found, strict=True):
            reason = gate.reason
            if reason is None and gate.code not in self._settings.languages:
                reason = f"language {gate.code}"
            readings.append(self._reading(question, gate.code, reason, row.astype(float)))
        return readings

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, shape (len(texts), dimensions); raises ModelError as `read` does."""
        with self._turn:
            return self._encoder.embed(texts)

    def _reading(
        self,
        question: Question,
        code: str | None,
        reason: str | None,
        row: NDArray[np.float64],
    ) -> Reading:
        if reason is None and not np.isfinite(row).all():
            reason = NOT_FINITE
        if reason is None:
            negative, neutral, positive = (float(share) for share in row / row.sum())
        else:
            negative = neutral = positive = 0.0
        text = question.text
        found = idea(text)
        wordless = reason == NO_WORDS
        return Reading(
            language=code,
            abstained=reason is not None,
            reason=reason,
            negative=negative,
            neutral=neutral,
            positive=positive,
            label=None if reason is not None else _LABELS[int(row.argmax())],
            idea=0.0 if wordless else found.idea,
            specificity=0.0 if wordless else found.specificity,
            passion=passion(text),
            civility=civility(text),
            model=self.model_id,
            advocacy=advocacy(text, question.brand),
        )

    @cached_property
    def _sentiment(self) -> Sentiment:
        name, batch = self._settings.sentiment, self._settings.batch
        if name != EMBEDDED:
            folder = named_folder(name, "model.sentiment")
            go_offline()
            from models.sentiment import from_folder

            return from_folder(folder, batch=batch)
        encoder, weights = manifest.embedded_encoder(), manifest.embedded_sentiment()
        go_offline()
        from models.sentiment import shipped

        temperature = manifest.manifest().temperature
        return shipped(encoder, weights, temperature=temperature, batch=batch)

    @cached_property
    def _encoder(self) -> Encoder:
        name = self._settings.encoder
        folder = (
            manifest.embedded_encoder() if name == EMBEDDED else named_folder(name, "model.encoder")
        )
        go_offline()
        from models.encoder import Encoder

        return Encoder(folder, self._settings.batch)

    def _sentiment_id(self) -> str:
        name = self._settings.sentiment
        if name == EMBEDDED:
            return f"{EMBEDDED}-{manifest.manifest().sentiment_sha256[:12]}"
        return _folder_id(name, "model.sentiment")

    def _encoder_id(self) -> str:
        name = self._settings.encoder
        if name == EMBEDDED:
            return f"minilm-{manifest.manifest().encoder['model.safetensors'][:12]}"
        return _folder_id(name, "model.encoder")


def _folder_id(name: str, setting: str) -> str:
    folder = named_folder(name, setting)
    return f"{folder.name}-{manifest.sha256(weights_of(folder))[:12]}"
