"""What gives somebody away in other people's words: their names, and their own words repeated."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from functools import cached_property

from store import tables
from store.withholding import GONE, MIN_CHARS, RUN_WORDS, folded, runs_of, without, words_of

Run = tuple[str, ...]
MIN_COPY_CHARS = MIN_CHARS
_MIN_NAME_CHARS = 5
MANY = 3  # other people who use a name bare: then it is an ordinary word
_JSON_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_LINK = re.compile(r"https?://[^\s<>\"'\])}]+")
_WORD = re.compile(r"\w+")


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

    names  : of the accounts (see `names_of`), and mail addresses
    texts  : what they wrote
    plain  : names that are too ordinary to be replaced where no @ or u/ says they are a name
    links  : addresses of what they wrote and of their profiles
    common : eight words in a row of theirs that many others use as well (see `shared_runs`)
    """

    def __init__(
        self,
        names: Collection[str],
        texts: Iterable[str],
        plain: Collection[str],
        *,
        links: Iterable[str] = (),
        common: Collection[Run] = (),
    ) -> None:
        self.names = frozenset(names)
        self.telling = frozenset(n for n in names if _is_telling(n, plain))
        self._texts = {normalised(t): t for t in texts if len(normalised(t)) >= MIN_COPY_CHARS}
        self._links = frozenset(links)
        self._common = frozenset(common)

    @cached_property
    def pieces(self) -> set[Run]:
        """Pieces that cover all they wrote, to know it again when others bring it in."""
        return {run for text in self._texts.values() for run in runs_of(text)} - self._common

    def is_copy(self, text: str) -> bool:
        """Whether the text says exactly what they said."""
        return normalised(text) in self._texts

    def repeats(self, text: str) -> bool:
        """Whether all of one of their texts, or a long piece of one and nothing else, is in it."""
        plain = normalised(text)
        if len(plain) < MIN_COPY_CHARS:
            return False
        return any(own in plain or plain in own for own in self._texts)

    def is_piece(self, text: str) -> bool:
        """Whether the text is nothing but a piece of theirs, however it was cut."""
        plain = normalised(text)
        return len(plain) >= MIN_COPY_CHARS and any(plain in own for own in self._texts)

    def names_them(self, text: str) -> bool:
        """Whether one of their names is in the text."""
        return bool(self._called.search(text))

    def speaks_of(self, content: str) -> bool:
        """Whether a page or letter names them or shows what they wrote, as HTML or JSON too."""
        told = _readable(content)
        return self.names_them(told) or self._quotes(told)

    def redact(self, text: str) -> str:
        """The text without their names, links to them, and what it repeats of their words."""
        if self.is_piece(text):
            return GONE
        plain = normalised(text)
        for own, words in self._texts.items():
            if own in plain:
                text = _loosely(words).sub(GONE, text)
        text = without(text, spans) if (spans := list(self._repeated(text))) else text
        if self._links:
            text = _LINK.sub(self._unlinked, text)
        return self._called.sub(GONE, text)

    def in_file(self, content: str) -> bool:
        """Whether a file tells of them; a file is deleted sooner than left."""
        told = _readable(content)
        if self._loosely_called and self._loosely_called.search(told):
            return True
        return self._quotes(told)

    def _quotes(self, told: str) -> bool:
        plain = normalised(told)
        if any(own[: MIN_COPY_CHARS + 10] in plain for own in self._texts):
            return True
        linked = any(self._is_theirs(link[0]) for link in _LINK.finditer(told))
        return linked or any(self._repeated(told))

    def _repeated(self, text: str) -> Iterator[tuple[int, int]]:
        """Where eight of their words stand in a row."""
        if not self._runs:
            return
        found = list(_WORD.finditer(text))
        words = [folded(word[0]).strip("_") for word in found]
        for at, run in enumerate(_windows(words)):
            if run in self._runs:
                yield found[at].start(), found[at + RUN_WORDS - 1].end()

    def _unlinked(self, link: re.Match[str]) -> str:
        return GONE if self._is_theirs(link[0]) else link[0]

    def _is_theirs(self, link: str) -> bool:
        return link in self._links or link.rstrip(".,;:!?/") in self._links

    @cached_property
    def _runs(self) -> frozenset[Run]:
        own = {run for text in self._texts.values() for run in _windows(words_of(text))}
        return frozenset(own - self._common)

    @cached_property
    def _called(self) -> re.Pattern[str]:
        host = r"(?:@[\w-]+(?:\.[\w-]+)+)?"
        patterns = []
        if self.names:
            patterns.append(rf"(?<![\w@])(?:@|/?\bu/)(?:{_any(self.names)}){host}(?!\w)")
        mailed = {name for name in self.telling if "@" in name}
        if self.telling - mailed:
            patterns.append(rf"(?<!\w)(?:{_any(self.telling - mailed)}){host}(?!\w)")
        if mailed:  # "anna-mara@…" is somebody else's
            patterns.insert(0, rf"(?<![\w.+-])@?(?:{_any(mailed)})(?![\w-])")
        return re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)

    @cached_property
    def _loosely_called(self) -> re.Pattern[str] | None:
        long = {name for name in self.names if len(name) >= 3}
        return re.compile(rf"(?<!\w)(?:{_any(long)})(?!\w)", re.IGNORECASE) if long else None


def _readable(content: str) -> str:
    """HTML and JSON with what they escape."""
    return _JSON_ESCAPE.sub(lambda found: chr(int(found[1], 16)), html.unescape(content))


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
    many = {name for name, users in found.items() if len(users) >= MANY}
    return many | {brand.casefold() for brand in brands}


def shared_runs(texts: Iterable[str], others: Iterable[tuple[int | None, str]]) -> set[Run]:
    """Eight words in a row of these texts that three or more others use too: nobody's own.

    others : (author id, text) of posts that stay and do not pass on what these accounts said
    """
    users: dict[Run, set[int | None]] = {
        run: set()
        for text in texts
        if len(normalised(text)) >= MIN_COPY_CHARS
        for run in _windows(words_of(text))
    }
    if users:
        for author_id, text in others:
            for run in _windows(words_of(text)):
                if run in users:
                    users[run].add(author_id)
    return {run for run, some in users.items() if len(some) >= MANY}


def _windows(words: list[str]) -> Iterator[Run]:
    """Every eight words in a row."""
    return zip(*(words[shift:] for shift in range(RUN_WORDS)), strict=False)


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
