"""What gives somebody away in other people's words: their names, and their own words repeated."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterable
from functools import cached_property

from store import tables

GONE = "[erased]"
MIN_COPY_CHARS = 30  # letters and digits; shorter texts are said by many
_MIN_NAME_CHARS = 5
_MANY = 3  # other people who use a name bare: then it is an ordinary word
_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")


def normalised(text: str) -> str:
    """Letters and digits alone, NFKC and without case: equal for copies of a text.

    >>> normalised("The LID leaks — again!")
    'thelidleaksagain'
    """
    return "".join(c for c in unicodedata.normalize("NFKC", text).casefold() if c.isalnum())


def names_of(authors: Iterable[tables.Author]) -> set[str]:
    """How these accounts may be called, without @; "user@host" also as "user"."""
    told: set[str] = set()
    for author in authors:
        for name in (author.name, author.key):
            bare = re.sub(r"^(?:/?u/|@)", "", name.strip())
            told |= {bare, bare.split("@")[0]}
        if author.display_name and " " in author.display_name.strip():
            told.add(author.display_name.strip())
    return {name for name in told if name and not name.isdigit()}


class Traces:
    """Finds and removes every trace of some accounts in text that stays.

    names : of the accounts (see `names_of`)
    texts : what they wrote
    plain : names that are too ordinary to be replaced where no @ or u/ says they are a name
    """

    def __init__(
        self, names: Collection[str], texts: Iterable[str], plain: Collection[str]
    ) -> None:
        self.names = frozenset(names)
        self.telling = frozenset(n for n in names if _is_telling(n, plain))
        self._texts = {normalised(t): t for t in texts if len(normalised(t)) >= MIN_COPY_CHARS}

    def is_copy(self, text: str) -> bool:
        """Whether the text says exactly what they said."""
        return normalised(text) in self._texts

    def repeats(self, text: str) -> bool:
        """Whether all of one of their texts, or a long piece of one and nothing else, is in it."""
        plain = normalised(text)
        if len(plain) < MIN_COPY_CHARS:
            return False
        return any(own in plain or plain in own for own in self._texts)

    def names_them(self, text: str) -> bool:
        """Whether one of their names is in the text."""
        return bool(self._called.search(text))

    def redact(self, text: str) -> str:
        """The text with their names, and any of their texts it repeats, replaced."""
        plain = normalised(text)
        for own, words in self._texts.items():
            if own in plain:
                text = _loosely(words).sub(GONE, text)
        return self._called.sub(GONE, text)

    def in_file(self, content: str) -> bool:
        """Whether a file tells of them; a file is deleted sooner than left."""
        told = _JSON_ESCAPE.sub(lambda found: chr(int(found[1], 16)), html.unescape(content))
        if self._loosely_called and self._loosely_called.search(told):
            return True
        plain = normalised(told)
        return any(own[: MIN_COPY_CHARS + 10] in plain for own in self._texts)

    @cached_property
    def _called(self) -> re.Pattern[str]:
        host = r"(?:@[\w-]+(?:\.[\w-]+)+)?"
        patterns = []
        if self.names:
            patterns.append(rf"(?<![\w@])(?:@|/?\bu/)(?:{_any(self.names)}){host}(?!\w)")
        if self.telling:
            patterns.append(rf"(?<!\w)(?:{_any(self.telling)}){host}(?!\w)")
        return re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)

    @cached_property
    def _loosely_called(self) -> re.Pattern[str] | None:
        long = {name for name in self.names if len(name) >= 3}
        return re.compile(rf"(?<!\w)(?:{_any(long)})(?!\w)", re.IGNORECASE) if long else None


def ordinary(
    names: Collection[str], others: Iterable[tuple[int | None, str]], brands: Collection[str]
) -> set[str]:
    """The names that are words to other people: a brand's, or used bare by three or more.

    others : (author id, text) of every post that stays
    """
    found: dict[str, set[int | None]] = {name.casefold(): set() for name in names}
    if not found:
        return set()
    shape = re.compile(rf"(?<![\w@/])(?:{_any(found)})(?!\w)", re.IGNORECASE)
    for author_id, text in others:
        for hit in shape.findall(text):
            found[hit.casefold()].add(author_id)
    many = {name for name, users in found.items() if len(users) >= _MANY}
    return many | {brand.casefold() for brand in brands}


def _is_telling(name: str, plain: Collection[str]) -> bool:
    if len(name) < _MIN_NAME_CHARS or (name.casefold() in plain and not _is_made_up(name)):
        return False
    return any(c.isalpha() for c in name)


def _is_made_up(name: str) -> bool:
    """No ordinary word has digits and an underscore or a dot inside it."""
    return bool(re.search(r"\d|_|\w\.\w", name)) and " " not in name


def _any(names: Collection[str]) -> str:
    return "|".join(re.escape(name) for name in sorted(names, key=lambda n: (-len(n), n)))


def _loosely(words: str) -> re.Pattern[str]:
    """Matches a text however it is spaced and punctuated."""
    return re.compile(r"\W+".join(map(re.escape, re.findall(r"\w+", words))), re.IGNORECASE)
