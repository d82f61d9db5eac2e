"""Taking a person's names and words out of what other people wrote."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlmodel import Session

from community.forgetting.covered import CALLED, SAID, TABLES
from community.forgetting.traces import Traces, normalised
from store import erasure, tables
from store.tombstones import Marker
from store.withholding import GONE

UNNAMED = "unnamed theme"
_WORD = re.compile(r"[^\W\d_](?:[\w’'-]*\w)?")

_WORDS = ("text", "title", "quoted", "link_title")
_WORLDWIDE_CHARS = 12  # a shorter key ("1") means something within its source only


@dataclass(frozen=True)
class Case:
    """The accounts to forget, what they posted, and how to know what speaks of them.

    coined : words that themes are called by and nobody else used (see `coined`)
    """

    accounts: Sequence[tables.Author]
    posts: Sequence[tables.Post]
    traces: Traces
    addresses: frozenset[str] = frozenset()
    coined: frozenset[str] = frozenset()

    @property
    def ids(self) -> list[int]:
        """The accounts that are here."""
        return [account.id for account in self.accounts if account.id is not None]

    def is_theirs(self, post: tables.Post, key: str | None) -> bool:
        """Whether what `post` calls `key` (a parent, a thread, an address) is a post of theirs."""
        return key is not None and ((post.source_id, key) in self._keys or key in self._places)

    @cached_property
    def _keys(self) -> frozenset[tuple[int, str]]:
        return frozenset((post.source_id, post.native_key) for post in self.posts)

    @cached_property
    def _places(self) -> frozenset[str]:
        told = (key for post in self.posts for key in (post.native_key, post.url) if key)
        return frozenset(key for key in told if len(key) >= _WORLDWIDE_CHARS)


def spoken(text: str) -> set[str]:
    """The words of a text as themes are called by them.

    >>> sorted(spoken("The lid’s off-white!"))
    ["lid's", 'off-white', 'the']
    """
    return {word.replace("’", "'").casefold() for word in _WORD.findall(text)}


def coined(
    case: Case, themes: Iterable[tables.Theme], by_others: Iterable[tables.Post]
) -> frozenset[str]:
    """Words that themes are called by and that would stand in nobody's posts once theirs are gone.

    Digests show the names of themes, so these words give away what they said.
    """
    words = spoken(" ".join(term for theme in themes for term in theme.terms))
    words &= spoken(" ".join(f"{post.title} {post.text}" for post in case.posts))
    for post in by_others:
        told = f"{post.title} {post.text}"
        if (shared := words & spoken(told)) and not is_copy(case, post):
            words -= shared & spoken(case.traces.redact(told))
    return frozenset(words)


def is_copy(case: Case, post: tables.Post) -> bool:
    """Whether somebody else's post only passes on what they said."""
    if case.traces.is_copy(post.text):
        return True
    if not post.is_repost:
        return False
    text = post.text.removeprefix("RT ").lstrip()
    start = text.split(maxsplit=1)[0] if text else ""
    return (
        case.is_theirs(post, post.parent_key)
        or case.is_theirs(post, post.url)
        or case.traces.repeats(post.text)
        or (start.startswith("@") and case.traces.names_them(start))
    )


def redact_post(case: Case, marker: Marker, post: tables.Post) -> bool:
    """Take their names and words out of somebody else's post; True if there were any.

    text_sha stays that of the post as its source tells it, so that meeting the same post again
    is no edit and does not bring the names back.
    """
    before = post.model_dump()
    answers_them = case.is_theirs(post, post.parent_key)
    if post.quoted and (answers_them or case.traces.repeats(post.quoted)):
        post.quoted = GONE
    for name in _WORDS:
        if words := getattr(post, name):
            setattr(post, name, case.traces.redact(words))
    if answers_them or (post.parent_key and case.traces.names_them(post.parent_key)):
        post.parent_key = marker.post("conversation", post.parent_key or "")
    thread = post.thread_key
    if thread and (case.is_theirs(post, thread) or case.traces.names_them(thread)):
        post.thread_key = marker.post("conversation", thread)
    if case.traces.names_them(post.native_key):
        post.native_key = marker.post("conversation", post.native_key)
    if post.url and case.traces.names_them(post.url):
        post.url = None
    return post.model_dump() != before


def redact_profile(case: Case, author: tables.Author) -> bool:
    """Take their names and words out of what another account says of itself."""
    if author.id in case.ids:
        return False
    before = (author.bio, author.display_name)
    if author.bio:
        author.bio = case.traces.redact(author.bio)
    if author.display_name:
        author.display_name = case.traces.redact(author.display_name)
    return (author.bio, author.display_name) != before


def redact_themes(session: Session, case: Case) -> int:
    """Rename themes called after them; returns how many were."""
    renamed = 0
    for theme in erasure.all_rows(session, tables.Theme):
        before = (theme.name, theme.named_by, theme.terms)
        _rename(case, theme)
        renamed += (theme.name, theme.named_by, theme.terms) != before
    session.flush()
    return renamed


def redact_words(session: Session, case: Case) -> int:
    """Take them out of every other word that people or programs wrote; returns how many rows."""
    changed = 0
    for name, table in TABLES.items():
        said, called = SAID.get(name, ()), CALLED.get(name, ())
        if not (said or called):
            continue
        for key, words in erasure.words_in(session, table, (*said, *called)):
            new = {column: redacted(case.traces, words[column]) for column in said}
            new |= {column: _renamed(case, words[column], key) for column in called}
            if different := {column: told for column, told in new.items() if told != words[column]}:
                erasure.rewrite(session, table, key, different)
                changed += 1
    return changed


def redacted(traces: Traces, value: Any) -> Any:
    """A text, or all texts of a JSON value, without them.

    A name in a JSON key is taken out as well; numbers, times and the like stay.
    """
    if isinstance(value, str):
        return traces.redact(value)
    if isinstance(value, Mapping):
        return {traces.redact(key): redacted(traces, each) for key, each in value.items()}
    if isinstance(value, list):
        return [redacted(traces, each) for each in value]
    return value


def redact_suggestions(session: Session, case: Case, post_ids: Sequence[int]) -> int:
    """Empty what they suggested and let go of them; when it was raised and decided stays."""
    found = erasure.suggestions_of(session, case.ids, post_ids)
    for suggestion in found:
        suggestion.title = suggestion.words = GONE
        suggestion.member_id = suggestion.author_id = suggestion.post_id = None
    for step in erasure.steps_of(session, [s.id for s in found if s.id is not None]):
        step.before = {
            name: GONE if name in ("title", "words") else value
            for name, value in step.before.items()
            if name not in ("member_id", "author_id", "post_id")
        }
        if step.step == "raise":
            step.words = step.words and GONE
    session.flush()
    return len(found)


def _renamed(case: Case, value: str | None, key: Sequence[Any]) -> str | None:
    """What tells a row apart; where it names them, the row's own number in its place."""
    if value is None:
        return None
    theirs = value.strip().casefold() in case.addresses or case.traces.redact(value) != value
    return f"{GONE} {'/'.join(map(str, key))}" if theirs else value


def _rename(case: Case, theme: tables.Theme) -> None:
    """Words of a theme are split and squeezed by whoever named it; compare them squeezed too."""
    names = {normalised(name) for name in case.traces.telling}

    def tells(words: str) -> bool:
        return case.traces.names_them(words) or any(n in normalised(words) for n in names)

    def is_theirs(words: str) -> bool:
        return tells(words) or not case.coined.isdisjoint(spoken(words))

    if theme.named_by and tells(theme.named_by):
        theme.named_by = GONE
    terms = [term for term in theme.terms if not is_theirs(term)]
    if terms != theme.terms:
        theme.terms = terms
    if is_theirs(theme.name):
        theme.name, theme.named_by = " · ".join(terms[:3]) or UNNAMED, None
