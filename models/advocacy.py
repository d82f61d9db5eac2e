"""Whether a post sends others to what it speaks of: cues, sentence by sentence, no network."""

from __future__ import annotations

import re
from functools import cache

from models.lexicon import any_of, lexicon
from models.text import bare

_MAX_CHARACTERS = 4000
# Hand-set: one strong or plain sign recommends (.8 and more), weak ones alone never do.
_STRONG, _PLAIN, _WEAK = 0.95, 0.85, 0.5
_MOST_OF_WEAK = 0.75
_TORN = 0.4
"""What is left of a recommendation where another sentence warns people off."""
_SENTENCE = re.compile(r"[^.!?\n]+(?:[.](?=\w)[^.!?\n]+)*[.!?]*")
_NEGATED = re.compile(
    r"(?:\b(?:not|never|cannot|hardly|barely|no longer|nor|no reason to|stop)|n't)"
    r"(?:\s+[\w']+){0,3}\s*$"
)


def advocacy(text: str, brand: str | None = None) -> float:
    """
    0..1: the author recommends what they speak of to others (`config/lexicon/advocacy.toml`).

    Questions, reported advice, advice to the house itself, hopes ("would if they …") and what is
    recommended in the brand's stead count for nothing; whoever warns people off anywhere is no
    advocate. Says nothing of feeling: whether they mean it well is for the sentiment.

    >>> advocacy("I'd recommend them to anyone.") > 0.8, advocacy("Would you recommend them?")
    (True, 0.0)
    """
    plain = bare(text[:_MAX_CHARACTERS]).casefold().replace("’", "'")
    found = [_sentence(one.strip(), brand) for one in _SENTENCE.findall(plain)]
    strength = max(found, default=0.0)
    if min(found, default=0.0) < 0:
        return min(strength, _TORN) if strength > 0 else 0.0
    weak = [one for one in found if 0 < one < _PLAIN]
    if weak and strength < _PLAIN:
        return min(_MOST_OF_WEAK, sum(weak))
    return strength


def _sentence(text: str, brand: str | None) -> float:
    """What one sentence counts for; -1 where it warns people off."""
    if text.endswith("?"):
        return 0.0
    groups = _groups()
    if groups["dissuading"].search(text):
        return -1.0
    if groups["asking"].search(text) or _in_its_stead(text, brand):
        return 0.0
    for name, worth in (("strong", _STRONG), ("plain", _PLAIN), ("weak", _WEAK)):
        for match in groups[name].finditer(text):
            return -1.0 if _NEGATED.search(text[: match.start()]) else worth
    return 0.0


def _in_its_stead(text: str, brand: str | None) -> bool:
    """Whether another one is recommended: "instead", "over Pellow", "anyone but them"."""
    found = _groups()["elsewhere"].search(text)
    if brand is None:
        return found is not None
    name = re.escape(brand.casefold())
    if found is not None:  # "go for Pellow instead of …" recommends Pellow
        return re.search(rf"\b{name}\b.{{0,40}}\b(?:instead of|rather than)\b", text) is None
    return re.search(rf"\b(?:over|rather than|before|ahead of) {name}\b", text) is not None


@cache
def _groups() -> dict[str, re.Pattern[str]]:
    return {name: any_of(group["patterns"]) for name, group in lexicon("advocacy").items()}
