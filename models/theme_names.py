"""Names for themes: the words that set a theme's posts apart, as a person would say them."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain

from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS

TERMS = 3
LONGEST_TERM = 3
SAME_START = 5
READ_CHARS = 1_200
"""As much as the encoder reads of a post."""
PHRASE_BONUS = 0.5
"""A phrase says more than a word ("lost luggage"): its score grows by this per further word."""
_WORD = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?")
_CHATTER = """
im ive id ill youre youve dont doesnt didnt cant couldnt wont wouldnt isnt arent wasnt havent hasnt
aint thats theres whats lets gonna wanna gotta like just really very much lot get gets got getting
go goes going gone went come came make makes made let say says said tell told know think want need
needs use used using one two still even also back way thing things amp via rt lol omg please pls
thank thanks thx yes yeah ok okay oh hey hi hello wow ever never always day today tomorrow
yesterday week now time good great bad best worst guys people love hate
"""
_STOP = ENGLISH_STOP_WORDS | set(_CHATTER.split())


def theme_terms(
    texts: Sequence[str], authors: Sequence[int], theme_of: Sequence[int | None], n: int
) -> list[list[str]]:
    """Up to three telling terms of 1 to 3 words for each of the themes 0..n-1, best first.

    Class-based TF-IDF over people, not posts, or whoever repeats a sentence names the theme; with
    a term's lift as its idf: a word of the whole trade ("flight") says little, though half use it.

        score = a·ln(a/b)·(1 + .5·further words)
        a = share of the theme's authors with the term, b = the same over all themes

    A term that repeats a word of a better one is left out.
    """
    said: defaultdict[tuple[int | None, int], set[str]] = defaultdict(set)
    for text, author, theme in zip(texts, authors, theme_of, strict=True):
        said[theme, author].update(_terms(text))
    everywhere = Counter(chain.from_iterable(said.values()))
    inside: defaultdict[int | None, Counter[str]] = defaultdict(Counter)
    for (theme, _), terms in said.items():
        inside[theme].update(terms)
    voices = Counter(theme for theme, _ in said)
    return [_distinct(_ranked(inside[i], everywhere, voices[i], len(said))) for i in range(n)]


def _terms(text: str) -> Iterator[str]:
    """Every run of 1 to 3 words that neither starts nor ends with a stop word."""
    words = [word.replace("’", "'").casefold() for word in _WORD.findall(text[:READ_CHARS])]
    telling = [len(w) > 2 and w.replace("'", "") not in _STOP and w not in _STOP for w in words]
    for start in range(len(words)):
        for end in range(start, min(start + LONGEST_TERM, len(words))):
            if telling[start] and telling[end]:
                yield " ".join(words[start : end + 1])


def _ranked(inside: Counter[str], everywhere: Counter[str], size: int, total: int) -> list[str]:
    least = 2 if size >= 4 else 1  # one person's odd word names no theme
    scores = {
        term: n / size * math.log(n * total / (size * everywhere[term])) * _bonus(term)
        for term, n in inside.items()
        if n >= least
    }
    return sorted(scores, key=lambda term: (-scores[term], -inside[term], term))


def _bonus(term: str) -> float:
    return 1 + PHRASE_BONUS * term.count(" ")


def _distinct(ranked: Sequence[str]) -> list[str]:
    chosen: list[str] = []
    for term in ranked:
        if not any(_alike(a, b) for other in chosen for a in other.split() for b in term.split()):
            chosen.append(term)
        if len(chosen) == TERMS:
            break
    return chosen


def _alike(a: str, b: str) -> bool:
    """Whether two words of one name would sound the same: "bag", "baggage"; "delay", "delays"."""
    return a.startswith(b) or b.startswith(a) or a[:SAME_START] == b[:SAME_START]
