"""JSON Feed 1 and 1.1 (jsonfeed.org), which feedparser 6 does not read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from config.errors import UnreadableError
from listener.identity import web_link
from listener.parsing.dates import read_time
from listener.parsing.entry import Entry, Feed, to_parsed
from listener.parsing.html import Prose, read_html, read_line, split_quotes
from listener.parsing.strict_json import read_json
from listener.record import Parsed, Reject

_BEGINNING = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*[{\[]")


def looks_like_json(body: bytes) -> bool:
    """Whether a body begins as a JSON object or list does; no XML does."""
    return _BEGINNING.match(body[:1024]) is not None


def parse_jsonfeed(body: bytes, url: str, *, now: datetime, max_posts: int) -> Parsed:
    """The newest `max_posts` posts of a JSON Feed. Raises UnreadableError if it is none."""
    document = read_json(body, url)
    if not isinstance(document, dict) or not isinstance(document.get("items"), list):
        raise UnreadableError(url, "JSON, but no JSON Feed: it has no list of items")
    if "jsonfeed.org/version" not in _text(document, "version"):
        raise UnreadableError(url, "JSON, but no JSON Feed: it names no version of jsonfeed.org")
    entries, rejected = [], []
    for number, item in enumerate(document["items"], 1):
        if isinstance(item, dict):
            entries.append(_entry(number, item, url))
        else:
            rejected.append(Reject(number, "an item that is no object"))
    parsed = to_parsed(_feed(document, url), entries, now=now, max_posts=max_posts)
    return Parsed(
        posts=parsed.posts,
        rejected=(*rejected, *parsed.rejected),
        title=parsed.title,
        truncated=parsed.truncated,
    )


def _feed(document: Mapping[str, Any], url: str) -> Feed:
    name, _ = _author(document, url)
    return Feed(
        title=read_line(_text(document, "title")),
        author=name,
        home=web_link(_text(document, "home_page_url"), url),
        language=_language(document),
    )


def _entry(number: int, item: Mapping[str, Any], url: str) -> Entry:
    name, page = _author(item, url)
    link = web_link(_text(item, "url"), url) or web_link(_text(item, "external_url"), url)
    return Entry(
        number=number,
        guid=_text(item, "id").strip() or None,
        link=link,
        title=read_line(_text(item, "title")),
        prose=_prose(item),
        published=read_time(_text(item, "date_published")),
        updated=read_time(_text(item, "date_modified")),
        author=name,
        author_url=page,
        language=_language(item),
    )


def _prose(item: Mapping[str, Any]) -> Prose:
    if plain := _text(item, "content_text"):
        return split_quotes(plain)
    return read_html(_text(item, "content_html") or _text(item, "summary"))


def _author(record: Mapping[str, Any], url: str) -> tuple[str, str | None]:
    """Name and page of the first author: `authors` of version 1.1, `author` of version 1."""
    authors = record.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else record.get("author")
    if not isinstance(first, dict):
        return "", None
    return read_line(_text(first, "name")), web_link(_text(first, "url"), url)


def _language(record: Mapping[str, Any]) -> str | None:
    match = re.match(r"([a-zA-Z]{2})(?![a-zA-Z])", _text(record, "language"))
    return match[1].lower() if match else None


def _text(record: Mapping[str, Any], name: str) -> str:
    """A field as text; numbers are taken for ids as they stand."""
    value = record.get(name)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return value if isinstance(value, str) else ""
