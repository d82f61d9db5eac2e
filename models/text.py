"""How a post is made ready to be read: one way, in training and in use."""

from __future__ import annotations

import html
import re

LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)
HANDLE = re.compile(r"(?<![\w@/.])@(\w[\w.\-]*\w|\w)(?:@[\w.\-]+\w)?")
_SPACE = re.compile(r"\s+")
_NOT_ALPHANUMERIC = re.compile(r"[\W_]+")
_UNICODE_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_UNSAFE = re.compile(r"[\x00\ud800-\udfff]")
_SENTENCE_END = re.compile(r"[.!?\n]\s+")


def prepare(text: str, brand: str | None = None) -> str:
    """The text as the sentiment model knows it: links are `http`, handles `@user`, one space each.

    A handle that holds the brand's name becomes that name, so that the target stays in the text.
    """
    text = LINK.sub("http", _decoded_text(text))
    wanted = squeezed(brand) if brand else ""

    def named(match: re.Match[str]) -> str:
        return brand if brand and wanted and wanted in squeezed(match[1]) else "@user"

    return _SPACE.sub(" ", HANDLE.sub(named, text)).strip()


def window(text: str, brand: str | None, limit: int) -> str:
    """At most `limit` characters of a text: around the brand's first mention, else its beginning.

    The piece starts at a sentence where one starts in reach, so that the cost of a post is capped
    before any tokenising.
    """
    if len(text) <= limit:
        return text
    at = text.casefold().find(brand.casefold()) if brand else -1
    start = max(0, min(at - limit // 2, len(text) - limit))
    if start and (found := _SENTENCE_END.search(text, start, max(start, at))):
        start = found.end()
    return text[start : start + limit]


def bare(text: str) -> str:
    """The words alone, for themes and languages: no links, no handles, one space each."""
    return _SPACE.sub(" ", HANDLE.sub(" ", LINK.sub(" ", _decoded_text(text)))).strip()


def squeezed(text: str) -> str:
    """Letters and digits only, case folded: `US Airways` and `@USAirways` meet in `usairways`."""
    return _NOT_ALPHANUMERIC.sub("", text).casefold()


def _decoded_text(text: str) -> str:
    """Entities and \\u escapes decoded; what UTF-8 cannot hold becomes a space."""
    text = html.unescape(_UNICODE_ESCAPE.sub(_decoded, text))
    return _UNSAFE.sub(" ", text)


def _decoded(match: re.Match[str]) -> str:
    code = int(match[1], 16)
    return " " if 0xD800 <= code <= 0xDFFF else chr(code)
