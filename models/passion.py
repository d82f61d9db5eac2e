"""Strength of feeling in one post, 0..1: in its words and its signs, not the model's confidence."""

from __future__ import annotations

import math
import re
from functools import cache

from models.lexicon import lexicon, phrases
from models.text import bare

_CAPITALS = re.compile(r"\b[A-Z][A-Z']+\b")
_ELONGATED = re.compile(r"([A-Za-z])\1{2,}")
_SHOUTED_MARKS = re.compile(r"!{2,}|(?:\?!|!\?)+|[?]{3,}")
_MAX_CHARACTERS = 4000

# Each sign adds its share; the sum is bent into 0..1, so that no single sign is all.
_WORD, _INTENSIFIER, _CAPITAL_WORDS, _MARKS, _ONE_MARK, _ELONGATION, _EMOJI = (
    1.0, 0.35, 0.6, 0.6, 0.15, 0.5, 0.45,
)  # fmt: skip


def passion(text: str) -> float:
    """1 - exp(-signs): love and hate words by weight, intensifiers beside them, capitals in two or
    more words, `!!`, soooo, and strong emoji.

    >>> passion("It arrived on Tuesday.")
    0.0
    """
    plain = bare(text[:_MAX_CHARACTERS])
    words = plain.casefold().replace("’", "'")
    feeling = sorted((_weights()[found] for found in _feeling().findall(words)), reverse=True)
    signs = _WORD * sum(weight / 2**i for i, weight in enumerate(feeling[:4]))
    if feeling:
        signs += _INTENSIFIER * min(2, len(_intensifiers().findall(words)))
    signs += _marks(plain) + _EMOJI * min(2.0, _emoji_count(plain))
    return 1.0 - math.exp(-signs)


def _marks(text: str) -> float:
    """What capitals, exclamation marks and lengthened words add."""
    capitals = [word for word in _CAPITALS.findall(text) if len(word) > 2]
    signs = _CAPITAL_WORDS if len(capitals) >= 2 and not _is_a_name_list(text, capitals) else 0.0
    if _SHOUTED_MARKS.search(text):
        signs += _MARKS
    elif "!" in text:
        signs += _ONE_MARK
    return signs + (_ELONGATION if _ELONGATED.search(text) else 0.0)


def _is_a_name_list(text: str, capitals: list[str]) -> bool:
    """Airport codes and tickers (SFO, JFK) are short; shouting has a word of four or more."""
    return all(len(word) <= 3 for word in capitals) and not text.isupper()


def _emoji_count(text: str) -> float:
    return float(sum(text.count(sign) for sign in lexicon("passion")["emoji"]["strong"]))


@cache
def _weights() -> dict[str, float]:
    lists = lexicon("passion")
    return {**lists["love"], **lists["hate"]}


@cache
def _feeling() -> re.Pattern[str]:
    return phrases(_weights())


@cache
def _intensifiers() -> re.Pattern[str]:
    return phrases(lexicon("passion")["intensifiers"]["words"])
