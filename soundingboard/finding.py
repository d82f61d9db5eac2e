"""Finds what there is to listen to at an address, asks it once, and keeps it as a source."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from config.errors import CollectError, UnreadableError
from listener.fetch import Fetched
from listener.parsing.discover import discover
from listener.record import scrub
from listener.sources import SOURCES
from soundingboard.wiring import Parts
from store import sources as source_queries
from store import tables
from store.brands import make_brand

MAX_NAME_CHARS = 80
MOST_OFFERS = 3
"""How many of a page's feeds are tried before the page is taken for one without."""


@dataclass(frozen=True, slots=True)
class Found:
    """What is to be listened to.

    posts : how many could be read in its first answer; None = it was not asked
    """

    kind: str
    address: str
    title: str | None = None
    posts: int | None = None


def found_at(parts: Parts, address: str, kind: str | None, *, checked: bool = True) -> Found:
    """The source at an address; a web page leads to the best of what it offers to listen to.

    kind : what it is said to be; None = a feed, or whatever its page offers

    Raises ConfigError for an address that is none of this kind, CollectError if nothing there can
    be reached or read.
    """
    if "://" not in address:
        address = f"https://{address}"
    request = SOURCES[kind or "feed"].first(address, {})
    if not checked:
        return Found(kind or "feed", address)
    fetched = parts.fetcher.fetch(request)
    try:
        return _read(parts, kind or "feed", address, fetched)
    except UnreadableError as error:
        if kind not in (None, "feed"):
            raise
        return _offered_by(parts, fetched, kind, error)


def _offered_by(parts: Parts, page: Fetched, kind: str | None, error: UnreadableError) -> Found:
    """The first thing a web page offers that can be read; what the page itself is if none can."""
    links = [link for link in discover(page.body, page.url) if kind in (None, link.type)]
    for link in links[:MOST_OFFERS]:
        try:
            fetched = parts.fetcher.fetch(SOURCES[link.type].first(link.url, {}))
            found = _read(parts, link.type, link.url, fetched)
        except CollectError:
            continue
        return found if found.title else replace(found, title=link.title or None)
    raise error


def _read(parts: Parts, kind: str, address: str, fetched: Fetched) -> Found:
    source = SOURCES[kind]
    parse = partial(parts.worker.parse, kind) if source.in_worker else source.parse
    parsed = parse(fetched.body, fetched.headers, fetched.url)
    return Found(kind, address, parsed.title, len(parsed.posts))


def keep(parts: Parts, found: Found, *, name: str | None, about: str | None) -> tables.Source:
    """Listen to it from now on, under its own title where no name is given.

    about : a brand all its posts are about, made if need be
    Raises RuleError if its address or name is taken.
    """
    now = parts.clock.now()
    title = " ".join(scrub(name or found.title or "").split())[:MAX_NAME_CHARS]
    with parts.store.write() as session:
        return source_queries.add_source(
            session,
            tables.Source(
                kind=found.kind,
                address=found.address,
                name=title or urlsplit(found.address).hostname or found.address,
                about_id=make_brand(session, about, now).id if about else None,
                added_at=now,
            ),
        )
