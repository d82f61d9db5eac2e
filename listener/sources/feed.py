"""Any feed: RSS, Atom, RDF or JSON Feed; the source that reaches most places."""

from __future__ import annotations

from collections.abc import Mapping

from config.clock import Clock, SystemClock
from config.errors import ConfigError
from listener.identity import web_link
from listener.parsing.feed import DEFAULT_MAX_POSTS, parse_feed
from listener.record import Parsed
from listener.sources.base import Cursor, Request

_ACCEPT = (
    "application/atom+xml, application/rss+xml, application/feed+json, application/rdf+xml, "
    "application/xml;q=0.9, text/xml;q=0.9, application/json;q=0.8, */*;q=0.1"
)


class FeedSource:
    """One address, one document, read whole at every visit.

    Feeds are parsed in the killable worker; `parse` here is the same work without its walls.
    """

    kind = "feed"
    in_worker = True

    def __init__(self, clock: Clock | None = None, max_posts: int = DEFAULT_MAX_POSTS) -> None:
        self._clock, self._max_posts = clock or SystemClock(), max_posts

    def first(self, address: str, cursor: Cursor) -> Request:
        url = web_link(address)
        if url is None:
            raise ConfigError(
                f"{address!r} is no address of a feed.", mend="It must begin with https://."
            )
        return Request(url, {"Accept": _ACCEPT})

    def parse(self, body: bytes, headers: Mapping[str, str], url: str) -> Parsed:
        return parse_feed(body, headers, url, now=self._clock.now(), max_posts=self._max_posts)

    def following(
        self, parsed: Parsed, address: str, cursor: Cursor
    ) -> tuple[Cursor, Request | None]:
        """A feed has no further pages; what has scrolled off it is gone."""
        return cursor, None
