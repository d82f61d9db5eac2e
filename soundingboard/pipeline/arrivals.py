"""Turns what a source told into rows: which account, which brands, what of it would be an edit."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from listener.query import BrandQuery
from listener.record import RawAuthor, RawPost
from store import tables
from store.posts import Arrival

_LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Intake:
    """Makes arrivals of one source.

    about_id : every post is about this brand, named or not
    """

    source: tables.Source
    queries: Mapping[int, BrandQuery]
    now: datetime

    def arrival(self, raw: RawPost) -> Arrival | None:
        """The post as rows; None if it is about none of our brands (then it is not kept)."""
        mentions = self._mentions(raw)
        if not mentions and self.queries and not raw.deleted:
            return None
        return Arrival(self._post(raw), self._author(raw.author), mentions, raw.deleted)

    def _mentions(self, raw: RawPost) -> tuple[tuple[int, str, int], ...]:
        return mentions_of(raw.text, raw.title, raw.url, self.queries, given=self.source.about_id)

    def _post(self, raw: RawPost) -> tables.Post:
        return tables.Post(
            native_key=raw.native_key,
            key_level=raw.key_level,
            kind=raw.kind,
            url=raw.url,
            title=raw.title,
            text=raw.text,
            text_sha=_content_sha(raw, dated=self.source.kind == "file"),
            language=raw.language,
            at=raw.created_at or self.now,
            created_at=raw.created_at,
            time_quality=raw.time_quality if raw.created_at else "missing",
            edited_at=raw.edited_at,
            thread_key=raw.thread_key,
            parent_key=raw.parent_key,
            rating=_within(raw.rating, 0.0, 1.0),
            nps=None if raw.nps is None or not 0 <= raw.nps <= 10 else raw.nps,
            is_repost=raw.is_repost,
            link_title=raw.link_title,
            quoted=raw.quoted,
            likes=_whole(raw.likes),
            reposts=_count(raw.reposts),
            replies=_count(raw.replies),
            first_seen=self.now,
        )

    def _author(self, raw: RawAuthor | None) -> tables.Author | None:
        if raw is None or not raw.key:
            return None
        return tables.Author(
            site=site_of(self.source, raw),
            key=raw.key,
            name=raw.name or raw.key,
            display_name=raw.display_name,
            url=raw.url,
            bio=raw.bio,
            followers=_count(raw.followers),
            is_bot=raw.is_bot,
            is_staff=raw.is_staff,
            is_media=raw.is_media,
            opted_out=raw.opted_out,
            first_seen=self.now,
        )


def mentions_of(
    text: str,
    title: str | None,
    url: str | None,
    queries: Mapping[int, BrandQuery],
    *,
    given: int | None = None,
) -> tuple[tuple[int, str, int], ...]:
    """(brand id, how, how many other known brands it names) for each brand the post is about."""
    urls: Sequence[str] = (url,) if url else ()
    named = {i for i, query in queries.items() if query.match(text, title, urls)}
    rivals = {rival.casefold() for query in queries.values() for rival in query.others(text)}
    about = named | ({given} if given is not None else set())
    return tuple(
        (i, "given" if i == given else "named", len(named - {i}) + len(rivals))
        for i in sorted(about)
    )


def site_of(source: tables.Source, author: RawAuthor) -> str:
    """Where the account lives.

    Mastodon accounts carry their host, a feed's author may be an address: those are one person
    whatever source told of them. All else is known only within its own source.
    """
    if source.kind == "mastodon":
        return "mastodon"
    if source.kind == "discourse":
        return urlsplit(source.address).hostname or source.name
    if source.kind == "feed" and author.key.startswith(("http://", "https://")):
        return urlsplit(author.key).hostname or source.name
    return source.name


def _content_sha(raw: RawPost, *, dated: bool) -> str:
    """Fingerprint of what an edit can change; a feed's clock is not one of these, a file's is."""
    parts: list[object] = [raw.title, raw.text, raw.language, raw.rating, raw.nps]
    parts += [raw.is_repost, raw.quoted, raw.author.key if raw.author else None]
    if dated:
        parts.append(raw.created_at)
    return hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()


def _within(value: float | None, low: float, high: float) -> float | None:
    fits = value is not None and math.isfinite(value) and low <= value <= high
    return value if fits else None


def _whole(value: int | None) -> int | None:
    return None if value is None else max(-_LARGEST, min(_LARGEST, int(value)))


def _count(value: int | None) -> int | None:
    return None if value is None else max(0, min(_LARGEST, int(value)))
