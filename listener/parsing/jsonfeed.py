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
from listener.parsing.languages import language_code
from listener.parsing.strict_json import read_json, text_of
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
    if "jsonfeed.org/version" not in text_of(document, "version"):
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
        title=read_line(text_of(document, "title")),
        signed=name,
        home=web_link(text_of(document, "home_page_url"), url),
        language=language_code(text_of(document, "language")),
    )


def _entry(number: int, item: Mapping[str, Any], url: str) -> Entry:
    name, page = _author(item, url)
    link = web_link(text_of(item, "url"), url) or web_link(text_of(item, "external_url"), url)
    return Entry(
        number=number,
        guid=_guid(item),
        link=link,
        title=read_line(text_of(item, "title")),
        prose=_prose(item),
        published=read_time(text_of(item, "date_published")),
        updated=read_time(text_of(item, "date_modified")),
        author=name,
        author_url=page,
        language=language_code(text_of(item, "language")),
    )


def _prose(item: Mapping[str, Any]) -> Prose:
    if plain := text_of(item, "content_text"):
        return split_quotes(plain)
    return read_html(text_of(item, "content_html") or text_of(item, "summary"))


def _author(record: Mapping[str, Any], url: str) -> tuple[str, str | None]:
    """Name and page of the first author: `authors` of version 1.1, `author` of version 1."""
    authors = record.get("authors")
    first = authors[0] if isinstance(authors, list) and authors else record.get("author")
    if not isinstance(first, dict):
        return "", None
    return read_line(text_of(first, "name")), web_link(text_of(first, "url"), url)


def _guid(item: Mapping[str, Any]) -> str | None:
    """The id; version 1 wanted text, but numbers are given and stand for themselves."""
    value = item.get("id")
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    return text_of(item, "id").strip() or None
