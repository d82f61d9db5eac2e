"""Which language a post is written in, told apart well enough to leave the others unread.

Off its language the sentiment model answers "neutral" with high confidence, so a confidence floor
protects nobody: the gate comes first, and what it cannot tell it says so.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import Any

from models.lexicon import lexicon
from models.text import bare

NO_WORDS = "no words"
UNCLEAR = "language unclear"

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_HASHTAG = re.compile(r"#(\w+)")
_ELONGATED = re.compile(r"(.)\1{2,}")
_CODE = re.compile(r"[a-z]{2,3}")
_MAX_CHARACTERS = 600
_SURE = 0.9  # the detector's probability that outweighs a declaration
_FEW = 4  # words below which only known words count
_LOOK_ALIKE = frozenset(
    {"pcm", "sco", "tl", "jam", "zxx", "und"}
)  # noisy English is taken for these
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Language:
    """code: ISO 639-1 (639-3 where there is none), or None with the reason why not."""

    code: str | None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class _Evidence:
    """What the words show: how many there are, and which share is English or another language's."""

    count: int
    english: float
    other: str | None
    others: float


def language(text: str, declared: str | None = None) -> Language:
    """The language of a post; a declaration is believed unless the words speak against it.

    >>> language("🔥🔥 https://lumen.example/x")
    Language(code=None, reason='no words')
    """
    plain = _HASHTAG.sub(lambda tag: _CAMEL.sub(" ", tag[1]), bare(text[:_MAX_CHARACTERS]))
    words = [_ELONGATED.sub(r"\1", word.casefold()) for word in _WORD.findall(plain)]
    words = [word.replace("’", "'") for word in words]
    if not words or not any(len(word) > 1 for word in words):
        return Language(None, NO_WORDS)
    plain = " ".join(_WORD.findall(plain))
    found, probability = _detect(plain)
    if not _is_latin(plain):
        return Language(found) if found != "en" else Language(None, UNCLEAR)
    evidence = _evidence(words)
    told = _declared_code(declared)
    if _reads_english(evidence, found, probability, told):
        return Language("en")
    return _without_english(evidence, found, probability, told)


def _reads_english(
    evidence: _Evidence, found: str, probability: float, declared: str | None
) -> bool:
    """English by detector, words and declaration together."""
    if evidence.others > max(0.15, 0.6 * evidence.english):
        return False
    if declared not in (None, "en"):
        return found == "en" and evidence.count >= _FEW and evidence.english >= 0.4
    if found == "en":
        return declared == "en" or evidence.english >= 0.15 or probability >= 0.5
    if declared == "en" and evidence.count < _FEW and probability < _SURE:
        return True
    if found in _LOOK_ALIKE or evidence.count < _FEW or probability < _SURE:
        return evidence.english >= (0.3 if declared == "en" else 0.5)
    return evidence.english >= 0.6


def _without_english(
    evidence: _Evidence, found: str, probability: float, declared: str | None
) -> Language:
    """Another language, or none that can be told."""
    if declared not in (None, "en"):
        return Language(declared)
    if evidence.other and probability < _SURE:
        return Language(evidence.other)
    if found != "en" and (probability >= _SURE or evidence.count >= _FEW):
        return Language(found)
    return Language(evidence.other) if evidence.other else Language(None, UNCLEAR)


def _evidence(words: list[str]) -> _Evidence:
    """Shares of the words known as English, and of the other language with most of them."""
    telling = [word for word in words if word not in _shared()] or words
    english = sum(word in _english() for word in telling) / len(telling)
    counts: dict[str, int] = {}
    for word in words:
        for code in _markers().get(word, ()):
            counts[code] = counts.get(code, 0) + 1
    other = max(counts, key=lambda code: (counts[code], code), default=None)
    hits = counts[other] if other else 0
    enough = hits >= (2 if len(words) >= _FEW else 1)
    return _Evidence(len(words), english, other if enough else None, hits / len(words) * enough)


def _is_latin(text: str) -> bool:
    """Most letters are Latin ones."""
    letters = [letter for letter in text if letter.isalpha()]
    latin = sum(letter.isascii() or "LATIN" in unicodedata.name(letter, "") for letter in letters)
    return 2 * latin > len(letters)


def _declared_code(declared: str | None) -> str | None:
    """`en-GB` is `en`; what is no code says nothing."""
    code = (declared or "").replace("_", "-").split("-")[0].strip().casefold()
    return code if _CODE.fullmatch(code) and code not in {"und", "mul", "zxx", "mis"} else None


def _detect(text: str) -> tuple[str, float]:
    with _lock:
        code, probability = _detector().classify(text)
    return str(code), float(probability)


@cache
def _detector() -> Any:
    """py3langid's model with probabilities; loaded on first use, since it takes a second."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


@cache
def _english() -> frozenset[str]:
    return frozenset(lexicon("languages")["english"]["words"].split())


@cache
def _shared() -> frozenset[str]:
    return frozenset(lexicon("languages")["shared"]["words"].split())


@cache
def _markers() -> dict[str, tuple[str, ...]]:
    """Which languages a word is a sign of; English words are a sign of none."""
    found: dict[str, tuple[str, ...]] = {}
    for code, words in lexicon("languages")["markers"].items():
        for word in set(words.split()) - _english():
            found[word] = (*found.get(word, ()), code)
    return found
