"""Who speaks in an entry of a feed: a person, or the outlet the feed belongs to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from listener.identity import canonical_url
from listener.record import RawAuthor

_FEDIVERSE = re.compile(r"https://([^/]+)/@([\w.-]+)/\d+/?")
_REDDIT = re.compile(r"/?u/([\w-]+)")
_GOOGLE_ALERT = re.compile(r"google\s.{0,40}(?:alert|アラート)", re.IGNORECASE)
_MAIL = re.compile(r"([^\s@<>()]+)@[^\s@<>()]+")
_NOBODY = frozenset(("", "[deleted]", "/u/[deleted]", "deleted", "unknown", "anonymous", "n/a"))


@dataclass(frozen=True, slots=True)
class Outlet:
    """Where an entry appeared: its `<source>`, and the feed.

    signed : who wrote the entries that name nobody, where the format says so (Atom, JSON Feed);
             an RSS channel names its editor, which is an office
    """

    source: str
    feed_title: str
    signed: str


def byline(name: str, url: str | None, link: str | None, outlet: Outlet) -> RawAuthor | None:
    """The author of an entry, or None where the feed names nobody at all.

    An outlet speaks (`is_media`) where no person is named, and where the name is the outlet's own:
    a news site's unsigned items, a Google Alert, a channel that signs its own feed. A named person
    in such a feed stays a person. A Mastodon feed names nobody, but its addresses do.
    """
    if account := _FEDIVERSE.fullmatch(link or ""):
        host, user = account.groups()
        return RawAuthor(f"{user}@{host}", f"{user}@{host}", url=f"https://{host}/@{user}")
    if account := _REDDIT.fullmatch(name):
        return RawAuthor(account[1], account[1], url=url)
    if name.casefold() in ("[deleted]", "/u/[deleted]"):
        return None
    if name.casefold() not in _NOBODY:
        person = _shown(name)
        media = _folded(person) in (_folded(outlet.feed_title), _folded(outlet.source))
        return RawAuthor(_key(person, url), person, url=url, is_media=media)
    return _outlet(link, outlet)


def _outlet(link: str | None, outlet: Outlet) -> RawAuthor | None:
    if outlet.source:
        return RawAuthor(outlet.source, outlet.source, is_media=True)
    if _GOOGLE_ALERT.search(outlet.feed_title) and link:
        host = (canonical_url(link) or "").removeprefix("https://").partition("/")[0]
        return RawAuthor(host, host, is_media=True) if host else None
    signed = _shown(outlet.signed)
    if signed and _folded(signed) != _folded(outlet.feed_title):
        return RawAuthor(signed, signed)
    if outlet.feed_title:
        return RawAuthor(outlet.feed_title, outlet.feed_title, is_media=True)
    return None


def _key(person: str, url: str | None) -> str:
    """The page of the person, unless it is a whole site: many people sign with the same one."""
    page = canonical_url(url) if url else None
    whole_site = page is None or re.fullmatch(r"https://[^/]+/", page) is not None
    return person if page is None or whole_site else page


def _shown(name: str) -> str:
    """A name without the mail address it came with; of a bare address only what is before the @."""
    if address := _MAIL.fullmatch(name.strip()):
        return address[1]
    return " ".join(_MAIL.sub(" ", name).replace("()", " ").replace("<>", " ").split()).strip("()")


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
