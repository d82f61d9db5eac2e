"""Which post is which: one address for a page however it was linked, one key for a post."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from datetime import datetime
from typing import Literal
from urllib.parse import parse_qsl, unquote, urlencode

import ada_url

KeyLevel = Literal["guid", "link", "content"]

_TRACKING = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|mkt_tok|_hs\w+|vero_\w+|at_\w+"
    r"|ref|ref_src|ref_url|referrer|cmpid|ocid|ncid|smid|sr_share|spm|share_id|amp|outputtype"
)
_FRONT_HOSTS = ("www.", "m.", "mobile.", "amp.")
_AMP_END = re.compile(r"/amp/?$|\.amp(?=\.html$|$)")
_AMP_CACHE = re.compile(r"^/(?:[acv]/)?(?:s/)?(?=[\w-]+(?:\.[\w-]+)+(?:/|$))")
_GOOGLE_HOSTS = re.compile(r"(?:www\.)?google(?:\.\w{2,3}){1,2}")


def web_link(link: str | None, base: str = "") -> str | None:
    """`link` as an absolute http(s) address, resolved against `base`; None where it is not one.

    >>> web_link(" ../b?x=1", "https://a.test/c/d")
    'https://a.test/b?x=1'
    >>> web_link("javascript:alert(1)") is None
    True
    """
    if not link or not link.strip():
        return None
    link = link.strip()
    try:
        parsed = ada_url.URL(link, base=base) if base else ada_url.URL(link)
    except ValueError:
        if not base:
            return None
        return web_link(link)
    return parsed.href if parsed.protocol in ("http:", "https:") and parsed.hostname else None


def unwrapped(link: str) -> str:
    """The page behind a link of a service that only counts clicks; any other link as it is.

    >>> unwrapped("https://www.google.com/url?rct=j&url=https://news.test/a%3Fb&ct=ga")
    'https://news.test/a?b'
    """
    parsed = ada_url.URL(link)
    if _GOOGLE_HOSTS.fullmatch(parsed.hostname) and parsed.pathname == "/url":
        asked = dict(parse_qsl(parsed.search[1:]))
        return web_link(asked.get("url") or asked.get("q")) or link
    return link


def canonical_url(link: str) -> str | None:
    """The address under which a page is one page, for comparing; not an address to ask for.

    Host in lower case without www, mobile and AMP fronts; https; no default port, fragment, user
    or tracking parameters; parameters sorted; AMP caches taken off. None if it is no web address.

    >>> canonical_url("http://M.Example.test:80/a/amp/?utm_source=x&b=2&a=1#top")
    'https://example.test/a?a=1&b=2'
    """
    absolute = web_link(link)
    if absolute is None:
        return None
    parsed = ada_url.URL(_without_cache(absolute))
    host = parsed.host.removesuffix(":80").removesuffix(":443")
    for front in _FRONT_HOSTS:
        if host.startswith(front) and "." in host.removeprefix(front):
            host = host.removeprefix(front)
            break
    path = _AMP_END.sub("", parsed.pathname) or "/"
    asked = parse_qsl(parsed.search[1:], keep_blank_values=True)
    kept = sorted(pair for pair in asked if not _TRACKING.fullmatch(pair[0].lower()))
    return f"https://{host}{path}" + (f"?{urlencode(kept)}" if kept else "")


def _without_cache(absolute: str) -> str:
    """The page an AMP cache shows a copy of."""
    parsed = ada_url.URL(absolute)
    path = parsed.pathname
    if parsed.hostname.endswith(".cdn.ampproject.org"):
        inner = _AMP_CACHE.sub("", path)
    elif _GOOGLE_HOSTS.fullmatch(parsed.hostname) and path.startswith("/amp/"):
        inner = _AMP_CACHE.sub("", path.removeprefix("/amp"))
    else:
        return absolute
    return web_link("https://" + unquote(inner) + parsed.search) or absolute


def native_key(
    guid: str | None, link: str | None, content: str, *, repeated: frozenset[str] = frozenset()
) -> tuple[str, KeyLevel]:
    """What identifies a post for ever: its guid, else the address of its page, else its content.

    A rung that `repeated` says several posts of the same answer stand on names none of them.

    content : from `content_key`
    """
    if guid and guid not in repeated:
        return guid, "guid"
    address = canonical_url(link) if link else None
    if address and address not in repeated:
        return address, "link"
    return content, "content"


def content_key(title: str | None, text: str, when: datetime | None) -> str:
    """sha256 of title, text and day, blind to case, spacing and Unicode spelling.

    >>> content_key("Hi", "So  good", None) == content_key("hi", "so good", None)
    True
    """
    day = "" if when is None else when.date().isoformat()
    parts = "\x1f".join((_folded(title or ""), _folded(text), day))
    return "sha256:" + hashlib.sha256(parts.encode("utf-8", "replace")).hexdigest()


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
