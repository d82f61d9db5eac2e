"""How civil one post is towards people, 0..1; swearing at things costs nothing."""

from __future__ import annotations

import re
from functools import cache

from models.lexicon import any_of, lexicon, phrases
from models.text import HANDLE, bare

THREAT, ATTACK, INSULT = 0.95, 0.9, 0.6
_MAX_CHARACTERS = 4000
_NEAR = 40  # characters between a person and the insult
_SENTENCE = re.compile(r"[^.!?\n]+")
_ABOUT_ONESELF = re.compile(r"\b(?:i'm|i am|i feel|i felt|i was|me|myself|my own)\b[^,;]{0,20}$")


def civility(text: str) -> float:
    """1 - the gravest of: a threat .95, contempt for what people are .9, an insult .6 (each further
    insult adds .1, to .85).

    >>> civility("This damn app is garbage"), civility("You are all idiots")
    (1.0, 0.4)
    """
    cut = text[:_MAX_CHARACTERS]
    words = _without_slips(bare(cut).casefold().replace("’", "'"))
    if _threats().search(words):
        return round(1.0 - THREAT, 2)
    if _attack_words().search(words) or _attack_patterns().search(words):
        return round(1.0 - ATTACK, 2)
    spoken_to = HANDLE.search(cut) is not None
    count = sum(_insults(sentence, spoken_to) for sentence in _SENTENCE.findall(words))
    return round(1.0 - min(0.85, INSULT + 0.1 * (count - 1)), 2) if count else 1.0


def _insults(sentence: str, spoken_to: bool) -> int:
    """Insults of one sentence that are meant for somebody else than the speaker."""
    count = len(_described().findall(sentence))
    for found in _names().finditer(sentence):
        before = sentence[max(0, found.start() - _NEAR) : found.start()]
        after = sentence[found.end() : found.end() + _NEAR]
        if _ABOUT_ONESELF.search(before):
            continue
        hard = found.group() in _plain()
        beside = _people().search(before) or _people().search(after) or _pointing().search(before)
        count += bool(hard or beside or (spoken_to and not sentence[found.end() :].strip()))
    return count


def _without_slips(words: str) -> str:
    return _slips().sub(" ", words)


@cache
def _plain() -> frozenset[str]:
    return frozenset(lexicon("civility")["insults"]["plain"])


@cache
def _names() -> re.Pattern[str]:
    return phrases([*lexicon("civility")["insults"]["words"], *_plain()])


@cache
def _people() -> re.Pattern[str]:
    return phrases(lexicon("civility")["people"]["words"])


@cache
def _pointing() -> re.Pattern[str]:
    words = "|".join(map(re.escape, lexicon("civility")["people"]["pointing"]))
    return re.compile(rf"\b(?:{words})(?: \w+)? $|\bthe $")


@cache
def _described() -> re.Pattern[str]:
    """`you are (all so) stupid`, `your staff is useless`, `stupid people`."""
    adjectives = "|".join(map(re.escape, lexicon("civility")["insults"]["adjectives"]))
    return re.compile(
        r"\b(?:you|u|y'all|they|he|she|you guys|(?:your|their|the) (?:staff|crew|agents?|employees|"
        r"people|managers?|ceo|team|reps?|drivers?|pilots?|developers|devs))"
        r"(?: are|'re|r| is|'s| ur)?"
        rf" (?:all |so |just |such |really |fucking |a bunch of |the most )*(?:{adjectives})\b"
        rf"|\b(?:stupid|dumb|brain ?dead|ignorant|retarded|worthless) (?:ass |fucking )?(?:people|"
        r"staff|employees|agents?|women|woman|man|men|guys?|crew|managers?|lady|bunch)\b"
    )


@cache
def _threats() -> re.Pattern[str]:
    return any_of(lexicon("civility")["threats"]["patterns"])


@cache
def _attack_words() -> re.Pattern[str]:
    return phrases(lexicon("civility")["attacks"]["words"])


@cache
def _attack_patterns() -> re.Pattern[str]:
    return any_of(lexicon("civility")["attacks"]["patterns"])


@cache
def _slips() -> re.Pattern[str]:
    return phrases(lexicon("civility")["slips"]["phrases"])
