"""Feeds of every age read into posts: RSS 0.9x, 1.0 and 2.0, Atom 0.3 and 1.0, JSON Feed."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import feedparser

from config.errors import UnreadableError
from listener.identity import unwrapped, web_link
from listener.parsing.dates import read_time
from listener.parsing.entry import Entry, Feed, to_parsed
from listener.parsing.html import Prose, has_markup, read_html, read_line, split_quotes
from listener.parsing.jsonfeed import looks_like_json, parse_jsonfeed
from listener.parsing.languages import language_code
from listener.parsing.sniff import describe
from listener.parsing.thin import newest_entries
from listener.parsing.xml_guard import refuse_entities, repair
from listener.record import Parsed

DEFAULT_MAX_POSTS = 2000

# feedparser resolves ids like links: the same entry would get another id when its feed moves.
feedparser.mixin._FeedParserMixin.can_be_relative_uri.discard("id")

_TOMBSTONE_NAMESPACE = b"http://purl.org/atompub/tombstones/1.0"
_TOMBSTONE = re.compile(r"<[\w-]+:deleted-entry\s[^<>]*?\bref\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_PERIODS_S = {"hourly": 3600, "daily": 86_400, "weekly": 604_800, "monthly": 2_592_000}
_LONGEST_WAIT_S = 86_400.0
_READ_MORE = re.compile(
    r"(?:<p><small>[^<>]*</small></p>\s*)?<p><a href=\"([^\"<>]*)\">[^<>]*</a></p>\s*\Z"
)
# What WordPress puts below every post of its feeds.
_APPEARED_FIRST = re.compile(
    r"^The post .{1,300} (?:appeared first|first appeared) on .{1,200}\Z", re.MULTILINE
)
_RATINGS = ("im_rating", "r_rating", "review_rating", "rating")
_REPOST = re.compile(r"RT (?:by )?@\w+")


def parse_feed(
    body: bytes,
    headers: Mapping[str, str],
    url: str,
    *,
    now: datetime,
    max_posts: int = DEFAULT_MAX_POSTS,
) -> Parsed:
    """The newest `max_posts` posts of a feed; an empty feed gives none.

    Never opens a file or a connection, and lets nothing but UnreadableError out; memory and time
    are the worker's to bound (`listener.parsing.worker`).

    headers : names in lower case; content-type and content-language are believed as far as they go
    url     : where the answer came from, for relative links
    """
    if looks_like_json(body):
        return parse_jsonfeed(body, url, now=now, max_posts=max_posts)
    refuse_entities(body, url)
    thinned, left_out = newest_entries(body, max_posts)
    found = _parse(thinned, headers, url)
    entries = [_entry(number, raw, url) for number, raw in enumerate(found["entries"], 1)]
    parsed = to_parsed(
        _feed(found["feed"], found["version"], url),
        entries,
        now=now,
        max_posts=max_posts,
        gone=_gone(body),
    )
    return replace(parsed, truncated=parsed.truncated + left_out)


def _parse(body: bytes, headers: Mapping[str, str], url: str) -> Any:
    """What feedparser makes of it, on a second try of the mended document if need be."""
    found = _attempt(body, headers, url)
    if found is None or _is_broken(found):
        found = _attempt(repair(body), {**headers, "content-type": "application/xml"}, url) or found
    if found is None or _is_broken(found):
        raise UnreadableError(url, describe(body, headers))
    return found


def _attempt(body: bytes, headers: Mapping[str, str], url: str) -> Any | None:
    told = {name: headers[name] for name in ("content-type", "content-language") if name in headers}
    try:
        # Only ever a stream: feedparser opens bytes and texts that look like a path or an address.
        return feedparser.parse(
            io.BytesIO(body),
            response_headers={**told, "content-location": url},
            sanitize_html=False,  # we keep text only, and its sanitiser is no boundary anyway
            resolve_relative_uris=False,  # of the links inside the text, which we drop
        )
    except Exception:  # noqa: BLE001 - it raises whatever its inside raises; the body is at fault
        return None


def _is_broken(found: Any) -> bool:
    """No entry, and not even an empty feed."""
    if found["entries"]:
        return False
    declared = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
    fault = found["bozo"] and not isinstance(found.get("bozo_exception"), declared)
    return fault or not found.get("version")


def _feed(feed: Any, version: str, url: str) -> Feed:
    return Feed(
        title=read_line(_get(feed, "title")),
        signed=read_line(_get(feed, "author")) if version.startswith("atom") else "",
        home=web_link(_get(feed, "link"), url),
        language=language_code(_get(feed, "language")),
        min_wait_s=_min_wait(feed),
    )


def _entry(number: int, raw: Any, url: str) -> Entry:
    link = _link(raw, url)
    title = read_line(_get(raw, "title"))
    prose = _prose(raw, link)
    author = dict.get(raw, "author_detail") or {}
    reply = dict.get(raw, "thr_in-reply-to") or {}
    return Entry(
        number=number,
        guid=_get(raw, "id").strip() or None,
        link=unwrapped(link) if link else None,
        title=title,
        prose=prose,
        published=read_time(_get(raw, "published") or _get(raw, "created")),
        updated=read_time(_get(raw, "updated")),
        author=_name(raw),
        author_url=web_link(author.get("href"), url),
        outlet=read_line(_get(dict.get(raw, "source") or {}, "title")),
        language=_language(raw),
        rating=_rating(raw),
        parent=(reply.get("ref") or None) if isinstance(reply, dict) else None,
        discussion=web_link(_get(raw, "comments"), url),
        replies=_count(_get(raw, "slash_comments")),
        is_repost=_get(raw, "activity_verb").rstrip("/").endswith("/share")
        or _REPOST.match(title) is not None,
    )


def _name(raw: Any) -> str:
    """Whoever signs; with a mail address in it as written, for feedparser cuts those amiss."""
    detail = dict.get(raw, "author_detail") or {}
    name = "" if detail.get("email") else detail.get("name") or ""
    return read_line(name or _get(raw, "author"))


def _get(record: Any, name: str) -> str:
    """A field as text, without feedparser's habit of answering with another field."""
    value = dict.get(record, name)
    return value if isinstance(value, str) else ""


def _link(raw: Any, url: str) -> str | None:
    guid, link = _get(raw, "id"), _get(raw, "link")
    if link == guid:  # feedparser's own guess, sound only where the id is an address
        link = web_link(link) or ""
    candidates = [_get(raw, "feedburner_origlink"), link]
    candidates += [
        link.get("href", "")
        for link in dict.get(raw, "links") or ()
        if link.get("rel") in ("alternate", "related", "via", None)
    ]
    return next((found for link in candidates if (found := web_link(link, url))), None)


def _prose(raw: Any, link: str | None) -> Prose:
    """The fullest of the texts an entry offers; plain text where it offers that among others."""
    contents = list(dict.get(raw, "content") or ())
    plain = [content for content in contents if content.get("type") == "text/plain"]
    if len(contents) > 1 and plain:
        contents = plain
    if summary := dict.get(raw, "summary_detail"):
        contents.append(summary)
    readings = [_read(content, link) for content in contents if content.get("value")]
    return max(
        readings, key=lambda prose: len(prose.own) + len(prose.quoted), default=Prose("", "")
    )


def _read(content: Any, link: str | None) -> Prose:
    value = content["value"]
    if content.get("type") == "text/plain":
        return split_quotes(value)
    if not has_markup(value):  # RSS says HTML of everything; then lines are people's own
        return split_quotes(html.unescape(value))
    end = _READ_MORE.search(value, max(0, len(value) - 2048))
    if end and link and html.unescape(end[1]) == link:
        value = value[: end.start()]
    prose = read_html(value)
    return Prose(_APPEARED_FIRST.sub("", prose.own).rstrip(), prose.quoted)


def _language(raw: Any) -> str | None:
    details = [*(dict.get(raw, "content") or ()), dict.get(raw, "summary_detail") or {}]
    declared = [_get(raw, "language"), *(str(detail.get("language") or "") for detail in details)]
    return next((code for code in map(language_code, declared) if code), None)


def _rating(raw: Any) -> float | None:
    """Stars from 1 to 5 as 0..1; anything that is not plainly that is no rating."""
    for name in _RATINGS:
        if re.fullmatch(r"[1-5](\.\d+)?", value := _get(raw, name).strip()) and float(value) <= 5:
            return (float(value) - 1) / 4
    return None


def _count(text: str) -> int | None:
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text.strip()) else None


def _min_wait(feed: Any) -> float | None:
    """The pause a feed asks for (`<ttl>` in minutes, `sy:updatePeriod`), seconds, a day at most."""
    waits = []
    if minutes := _count(_get(feed, "ttl")):
        waits.append(60.0 * minutes)
    if period := _PERIODS_S.get(_get(feed, "sy_updateperiod").strip().lower()):
        waits.append(period / (_count(_get(feed, "sy_updatefrequency")) or 1))
    return min(max(waits), _LONGEST_WAIT_S) if waits else None


def _gone(body: bytes) -> list[str]:
    if _TOMBSTONE_NAMESPACE not in body:
        return []
    text = body.decode("utf-8", "replace")
    return [html.unescape("".join(ref)) for ref in _TOMBSTONE.findall(text) if any(ref)]
