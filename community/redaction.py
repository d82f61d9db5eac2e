"""Taking a person's names and words out of what other people wrote."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from community.traces import GONE, Traces, normalised
from store import tables
from store.tombstones import Marker

UNNAMED = "unnamed theme"
Remark = tables.Flag | tables.Decision | tables.Theme

_WORDS = ("text", "title", "quoted", "link_title")
_WORLDWIDE_CHARS = 12  # a shorter key ("1") means something within its source only


@dataclass(frozen=True)
class Case:
    """The accounts to forget, what they posted, and how to know what speaks of them."""

    accounts: Sequence[tables.Author]
    posts: Sequence[tables.Post]
    traces: Traces

    @property
    def ids(self) -> list[int]:
        """The accounts that are here."""
        return [account.id for account in self.accounts if account.id is not None]

    def is_theirs(self, post: tables.Post, key: str | None) -> bool:
        """Whether what `post` calls `key` (a parent, a thread, an address) is a post of theirs."""
        return key is not None and ((post.source_id, key) in self._keys or key in self._addresses)

    @cached_property
    def _keys(self) -> frozenset[tuple[int, str]]:
        return frozenset((post.source_id, post.native_key) for post in self.posts)

    @cached_property
    def _addresses(self) -> frozenset[str]:
        told = (key for post in self.posts for key in (post.native_key, post.url) if key)
        return frozenset(key for key in told if len(key) >= _WORLDWIDE_CHARS)


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
    if post.url and case.traces.names_them(post.url):
        post.url = None
    return post.model_dump() != before


def redact_profile(case: Case, author: tables.Author) -> bool:
    if author.id in case.ids:
        return False
    before = (author.bio, author.display_name)
    if author.bio:
        author.bio = case.traces.redact(author.bio)
    if author.display_name:
        author.display_name = case.traces.redact(author.display_name)
    return (author.bio, author.display_name) != before


def redact_remarks(case: Case, rows: Iterable[Remark]) -> tuple[int, int]:
    """Rename themes called after them, and take their names out of evidence and notes."""
    themes = remarks = 0
    for row in rows:
        before = row.model_dump()
        if isinstance(row, tables.Theme):
            _rename(case, row)
        elif isinstance(row, tables.Flag):
            row.evidence = case.traces.redact(row.evidence)
            row.override_reason = row.override_reason and case.traces.redact(row.override_reason)
        else:
            row.note = row.note and case.traces.redact(row.note)
        if row.model_dump() != before:
            themes += isinstance(row, tables.Theme)
            remarks += not isinstance(row, tables.Theme)
    return themes, remarks


def _rename(case: Case, theme: tables.Theme) -> None:
    """Words of a theme are split and squeezed by whoever named it; compare them squeezed too."""
    names = {normalised(name) for name in case.traces.telling}

    def tells(words: str) -> bool:
        return case.traces.names_them(words) or any(n in normalised(words) for n in names)

    terms = [term for term in theme.terms if not tells(term)]
    if terms != theme.terms:
        theme.terms = terms
    if tells(theme.name):
        theme.name, theme.named_by = " · ".join(terms[:3]) or UNNAMED, None
