"""Finds what was looked for in a post's own words, as pieces that a template escapes and marks."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

from soundingboard.delivery.rendering import shortened
from store.search import Term, parse

LEAD = 80
"""Characters shown before the first word found, where a post is too long to be shown whole."""
FOLDED = 8_000
"""Characters of a post in which words are looked for."""


class Piece(NamedTuple):
    """A part of a text; `hit` is what was looked for."""

    text: str
    hit: bool


def pieces(text: str, words: str, length: int | None = None) -> list[Piece]:
    """The text in parts, those that `words` looks for told apart; put together they are the text.

    length : most characters; a longer text is put on one line and cut, around the first hit

    Compared as `store.search` does it: whole words, case and accents left aside.
    """
    sought = _pattern(words)
    if length is None:
        return list(_parted(text, sought))
    line = shortened(text, FOLDED)
    if len(line) <= length:
        return list(_parted(line, sought))
    first = next((start for start, _ in _spans(line, sought)), 0)
    start = max(0, first - LEAD) if first > length - LEAD else 0
    start = line.rfind(" ", 0, start) + 1 if start else 0
    cut = shortened(line[start:], length)
    return list(_parted(f"…{cut}" if start else cut, sought))


def _parted(text: str, sought: re.Pattern[str] | None) -> Iterator[Piece]:
    done = 0
    for start, end in _spans(text, sought):
        if start > done:
            yield Piece(text[done:start], False)
        yield Piece(text[start:end], True)
        done = end
    if done < len(text):
        yield Piece(text[done:], False)


def _spans(text: str, sought: re.Pattern[str] | None) -> Iterator[tuple[int, int]]:
    """Where it is found, as places in the text as it is written."""
    if sought is None:
        return
    folded, places = _folded(text[:FOLDED])
    done = 0
    for found in sought.finditer(folded):
        start, end = places[found.start()], places[found.end() - 1] + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        if start >= done:
            yield start, end
            done = end


def _folded(text: str) -> tuple[str, Sequence[int]]:
    """The text without case and accents, and for each of its characters the place it came from."""
    if text.isascii():
        return text.lower(), range(len(text))
    told: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        plain = _plain(character)
        told.append(plain)
        places.extend([place] * len(plain))
    return "".join(told), places


@cache
def _plain(character: str) -> str:
    apart = unicodedata.normalize("NFKD", character).casefold()
    return "".join(c for c in apart if not unicodedata.combining(c))


def _pattern(words: str) -> re.Pattern[str] | None:
    found = [_sought(term) for term in parse(words) if not term.excluded]
    known = [pattern for pattern in found if pattern]
    return re.compile("|".join(known)) if known else None


def _sought(term: Term) -> str:
    folded, _ = _folded(term.text)
    if term.how != "word":
        return re.escape(folded)
    row = r"[\W_]+".join(re.escape(part) for part in re.split(r"[\W_]+", folded) if part)
    end = "" if term.prefix else r"(?![^\W_])"
    return rf"(?<![^\W_]){row}{end}" if row else ""
