"""The feeds of a page somebody gives us instead of a feed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from listener.identity import web_link
from listener.parsing.html import read_line
from listener.parsing.markup import Tag, cut

_TYPES = {
    "application/rss+xml": "feed",
    "application/atom+xml": "feed",
    "application/rdf+xml": "feed",
    "application/feed+json": "feed",
    "application/xml": "feed",
    "text/xml": "feed",
}
_PAGE_BYTES = 2**20
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w-]{2,30})", re.IGNORECASE)
_COMMENTS = re.compile(r"comment|kommentar|comentario|commentaire|commenti", re.IGNORECASE)
_CHANNEL = re.compile(r"/channel/(UC[\w-]{22})")
_PLAYLIST = re.compile(r"(?:^|&)list=(PL[\w-]{10,40}|UU[\w-]{22})")
_SUBREDDIT = re.compile(r"/r/([\w+]{2,200})(?:/(?:new|hot|top|best|rising))?/?")
_MASTODON_TAG = re.compile(r"/tags/([^/?#]+?)/?")
_DISCOURSE = re.compile(r"<meta name=[\"']generator[\"'] content=[\"']Discourse ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FeedLink:
    """Something a page offers to listen to; `type` is the kind of source that reads it."""

    url: str
    title: str
    type: str


def discover(body: bytes, url: str) -> list[FeedLink]:
    """What can be listened to at `url`, best first; feeds of comments last; [] if nothing is.

    Addresses whose feed is certain by their form come first (YouTube channels and playlists,
    subreddits), then what the page itself names; of a Discourse forum, its posts.
    """
    page = _decoded(body[:_PAGE_BYTES])
    named = _named(page, url)
    known = [*filter(None, (_known(url), _forum(page, url)))]
    named.sort(key=lambda link: _COMMENTS.search(f"{link.title} {link.url}") is not None)
    return list({link.url: link for link in reversed([*known, *named])}.values())[::-1]


def _named(page: str, url: str) -> list[FeedLink]:
    base, found = url, []
    for piece in cut(page, silent=frozenset(("script", "style", "noscript", "template"))):
        if not isinstance(piece, Tag) or piece.closing or piece.name not in ("link", "base"):
            continue
        attributes = piece.attributes
        if piece.name == "base":
            base = web_link(attributes.get("href"), url) or base
        elif link := _alternate(attributes, base):
            found.append(link)
    return found


def _alternate(attributes: dict[str, str], base: str) -> FeedLink | None:
    relations = attributes.get("rel", "").lower().split()
    kind = _TYPES.get(attributes.get("type", "").split(";")[0].strip().lower())
    address = web_link(attributes.get("href"), base)
    if kind is None or address is None or not {"alternate", "feed"} & set(relations):
        return None
    return FeedLink(address, read_line(attributes.get("title", "")), kind)


def _known(url: str) -> FeedLink | None:
    """The feed of an address whose form is known; nothing is guessed."""
    parts = urlsplit(url)
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.")
    if host == "youtube.com":
        if channel := _CHANNEL.match(parts.path):
            return _youtube(f"channel_id={channel[1]}")
        if playlist := _PLAYLIST.search(parts.query):
            return _youtube(f"playlist_id={playlist[1]}")
    subreddit = _SUBREDDIT.fullmatch(parts.path)
    if subreddit and host in ("reddit.com", "old.reddit.com", "new.reddit.com"):
        name = subreddit[1]
        return FeedLink(f"https://www.reddit.com/r/{name}/new/.rss", f"r/{name}", "feed")
    return None


def _youtube(query: str) -> FeedLink:
    return FeedLink(f"https://www.youtube.com/feeds/videos.xml?{query}", "YouTube", "feed")


def _forum(page: str, url: str) -> FeedLink | None:
    """A Discourse forum by its generator, a Mastodon tag by its address and its page's marks."""
    parts = urlsplit(url)
    if _DISCOURSE.search(page):
        return FeedLink(f"{parts.scheme}://{parts.netloc}/posts.json", "Forum", "discourse")
    if (tag := _MASTODON_TAG.fullmatch(parts.path)) and "mastodon" in page[:200_000].lower():
        return FeedLink(f"{parts.scheme}://{parts.netloc}/tags/{tag[1]}", f"#{tag[1]}", "mastodon")
    return None


def _decoded(body: bytes) -> str:
    named = _CHARSET.search(body[:4096])
    for encoding in ("utf-8-sig", named[1].decode() if named else "cp1252"):
        try:
            return body.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
    return body.decode("utf-8", "replace")
