"""Keeping the names and words of an erased person out of what others bring in later.

Only keyed marks are left of them. A word of an arrival is looked up first as the beginning of a
name or a piece; only where one may begin, the longer pieces are looked up as well.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from sqlmodel import Session, SQLModel

from store import tables
from store.tombstones import Marker, buried

GONE = "[erased]"
MIN_CHARS = 30  # letters and digits; shorter texts are said by many
RUN_WORDS = 8  # so many words in a row are nobody's by chance
_SHORT_WORDS = range(4, RUN_WORDS)  # of a whole text with fewer words
_NAME_WORDS = 6  # "mara.winters@mail.example.org"
_WORD = re.compile(r"\w+")
_SIGN = re.compile(r"(?:(?<![\w@])@|(?<!\w)/?u/)$")
_HOST = re.compile(r"@[\w-]+(?:\.[\w-]+)+")
_SPACE = re.compile(r"\s+")

_WORDS = ("text", "title", "quoted", "link_title")
_KEYS = ("native_key", "parent_key", "thread_key")
_PROFILE = ("bio", "display_name")


def folded(text: str) -> str:
    """Text as it is compared: NFKC, without case, spaces made one."""
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def words_of(text: str) -> list[str]:
    """The words of a text, folded.

    >>> words_of("The LID leaks — again!")
    ['the', 'lid', 'leaks', 'again']
    """
    return [folded(word).strip("_") for word in _WORD.findall(text)]


def runs_of(text: str) -> list[tuple[str, ...]]:
    """Pieces that together cover a text: eight words in a row each, or all of a shorter one.

    A text too short to be anybody's own has none.
    """
    words = words_of(text)
    if sum(map(len, words)) < MIN_CHARS or len(words) < _SHORT_WORDS.start:
        return []
    if len(words) < RUN_WORDS:
        return [tuple(words)]
    starts = {*range(0, len(words) - RUN_WORDS, RUN_WORDS), len(words) - RUN_WORDS}
    return [tuple(words[start : start + RUN_WORDS]) for start in sorted(starts)]


def marks_of(
    marker: Marker,
    names: Collection[str],
    telling: Collection[str],
    runs: Iterable[Sequence[str]],
) -> set[str]:
    """The marks by which `withhold` knows a person's names and pieces of their texts.

    telling : those of the names that are theirs also without an @ before them
    """
    marks = {marker.word("some", "")}
    for name in names:
        words = list(_WORD.finditer(name))
        if words:
            whole = folded(name[words[0].start() : words[-1].end()])
            marks |= {marker.word("begins", folded(words[0][0])), marker.word("called", whole)}
            if name in telling:
                marks.add(marker.word("name", whole))
    for run in runs:
        begins = "begins" if len(run) < RUN_WORDS else "run begins"
        marks |= {marker.word(begins, run[0]), marker.word("run", " ".join(run))}
    return marks


def withhold(
    session: Session,
    marker: Marker,
    posts: Sequence[tables.Post],
    authors: Sequence[tables.Author],
) -> set[int]:
    """Replace erased names and words in rows on their way in.

    Returns the places in `posts` of those that only pass on what an erased person said. `text_sha`
    stays as it was told, so that meeting the same post again is no edit.
    """
    if not buried(session, {marker.word("some", "")}, "name"):
        return set()
    slots = [
        _Slot(row, name, value)
        for rows, names in ((posts, (*_WORDS, *_KEYS, "url")), (authors, _PROFILE))
        for row in rows
        for name in names
        if (value := getattr(row, name))
    ]
    changed = _Search(session, marker).replace_in(slots)
    return {
        place for place, post in enumerate(posts) if id(post) in changed and _is_only_theirs(post)
    }


def _is_only_theirs(post: tables.Post) -> bool:
    if post.is_repost and post.text.removeprefix("RT ").lstrip().startswith(GONE):
        return True
    said = f"{post.text} {post.title or ''}"
    return GONE in post.text and set(words_of(said.replace(GONE, " "))) <= {"rt"}


@dataclass(frozen=True)
class _Slot:
    """One text of one row."""

    row: SQLModel
    name: str
    value: str

    @cached_property
    def words(self) -> list[re.Match[str]]:
        return list(_WORD.finditer(self.value))


@dataclass(frozen=True, slots=True)
class _Piece:
    """A piece of a text that may be theirs, by its mark."""

    slot: _Slot
    start: int
    end: int
    mark: str


class _Search:
    """Looks the words of one batch up, each once."""

    def __init__(self, session: Session, marker: Marker) -> None:
        self._session, self._marker = session, marker
        self._folded: dict[str, str] = {}

    def replace_in(self, slots: Sequence[_Slot]) -> set[int]:
        """Replace every piece that is remembered; returns which row objects were changed."""
        begins, run_begins = self._beginnings(slots)
        pieces = [p for slot in slots for p in self._pieces(slot, begins, run_begins)]
        gone = buried(self._session, {piece.mark for piece in pieces}, "name")
        found: dict[int, list[_Piece]] = {}
        for piece in pieces:
            if piece.mark in gone:
                found.setdefault(id(piece.slot), []).append(piece)
        for some in found.values():
            _put(self._marker, some[0].slot, [(piece.start, piece.end) for piece in some])
        return {id(some[0].slot.row) for some in found.values()}

    def _beginnings(self, slots: Sequence[_Slot]) -> tuple[set[str], set[str]]:
        """The words of the batch at which a name or short text, and a long one, may begin."""
        called = {self._fold(word[0]) for slot in slots for word in slot.words}
        words = called | {word.strip("_") for word in called}
        marks = {
            self._marker.word(kind, word): (kind, word)
            for word in words
            for kind in ("begins", "run begins")
        }
        known = [marks[mark] for mark in buried(self._session, marks.keys(), "name")]
        return (
            {word for kind, word in known if kind == "begins"},
            {word for kind, word in known if kind == "run begins"},
        )

    def _pieces(self, slot: _Slot, begins: set[str], run_begins: set[str]) -> Iterator[_Piece]:
        called = [self._fold(word[0]) for word in slot.words]
        words = [word.strip("_") for word in called]
        for at, word in enumerate(words):
            if called[at] in begins:
                yield from self._names(slot, at)
            if word in begins:
                yield from self._runs(slot, words, at, _SHORT_WORDS)
            if word in run_begins:
                yield from self._runs(slot, words, at, (RUN_WORDS,))

    def _names(self, slot: _Slot, at: int) -> Iterator[_Piece]:
        text, start = slot.value, slot.words[at].start()
        sign = _SIGN.search(text, max(0, start - 8), start)
        for word in slot.words[at : at + _NAME_WORDS]:
            kind = "called" if sign else "name"
            mark = self._marker.word(kind, folded(text[start : word.end()]))
            host = _HOST.match(text, word.end())
            yield _Piece(
                slot, sign.start() if sign else start, host.end() if host else word.end(), mark
            )

    def _runs(
        self, slot: _Slot, words: Sequence[str], at: int, lengths: Iterable[int]
    ) -> Iterator[_Piece]:
        for length in lengths:
            if at + length <= len(words):
                mark = self._marker.word("run", " ".join(words[at : at + length]))
                yield _Piece(slot, slot.words[at].start(), slot.words[at + length - 1].end(), mark)

    def _fold(self, word: str) -> str:
        known = self._folded.get(word)
        if known is None:
            known = self._folded[word] = folded(word)
        return known


def _put(marker: Marker, slot: _Slot, spans: Sequence[tuple[int, int]]) -> None:
    """Write the slot anew: a key becomes its mark, a link goes, words are replaced."""
    if slot.name in _KEYS:
        setattr(slot.row, slot.name, marker.post("conversation", slot.value))
    elif slot.name == "url":
        setattr(slot.row, slot.name, None)
    else:
        setattr(slot.row, slot.name, without(slot.value, spans))


def without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """The text with these spans replaced; spans that touch but for spaces become one.

    >>> without("ask Mara Winters now", [(4, 8), (9, 16)])
    'ask [erased] now'
    """
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and not any(c.isalnum() for c in text[merged[-1][1] : start]):
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    edges = [(0, 0), *merged, (len(text), len(text))]
    return GONE.join(text[left[1] : right[0]] for left, right in pairwise(edges))
