"""HTML cut into tags and text in one pass, in time that grows with its length and nothing else.

A real HTML parser builds a tree, and building one from `<div>` a hundred thousand times over takes
minutes. Nobody needs the tree to know what somebody wrote.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/<>]*)((?:[^\"'>=]++|=\s*\"[^\"]*\"|=\s*'[^']*'|[\"'=])*+)>")
_ATTRIBUTE = re.compile(
    r"(?<![^\s\"'/])([^\s\"'>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?"
)
_MAX_ATTRIBUTE_CHARS = 4_096

# Elements whose content is not prose: code, forms of input, players, pictures, the page's head.
_SILENT = frozenset(
    (
        *("script", "style", "template", "noscript", "iframe", "object", "svg", "math", "head"),
        *("title", "textarea", "select", "button", "audio", "video", "canvas"),
    )
)


@dataclass(frozen=True, slots=True)
class Tag:
    """One tag; `name` in lower case, `closing` for `</p>`."""

    name: str
    closing: bool
    source: str

    @property
    def attributes(self) -> dict[str, str]:
        """Names in lower case, values with their entities read; the first of a name wins."""
        found: dict[str, str] = {}
        for name, *values in _ATTRIBUTE.findall(self.source[:_MAX_ATTRIBUTE_CHARS]):
            found.setdefault(name.lower(), html.unescape("".join(values)).strip())
        return found

    @property
    def classes(self) -> list[str]:
        return self.attributes.get("class", "").split() if "class" in self.source else []


def cut(markup: str, *, silent: frozenset[str] = _SILENT) -> Iterator[Tag | str]:
    """Tags and texts in order, entities read; comments and `silent` elements are left out.

    What never closes (a comment, a script, a tag without ">") swallows the rest, as in browsers;
    a "<" that opens nothing ("I <3 it") is text.
    """
    unclosed: set[str] = set()
    position = 0
    while position < len(markup):
        start = markup.find("<", position)
        if start < 0:
            yield html.unescape(markup[position:])
            return
        if start > position:
            yield html.unescape(markup[position:start])
        after = markup[start + 1 : start + 3]
        if after.startswith(("!", "?")):
            position = _past(markup, "-->" if after == "!-" else ">", start + 2)
        elif not after.lstrip("/")[:1].isalpha() or not after.isascii():
            yield "<"
            position = start + 1
        else:
            tag, position = _tag_at(markup, start)
            if tag is None:
                continue
            if tag.name in silent and not tag.closing and tag.name not in unclosed:
                beyond = _past_element(markup, tag.name, position)
                if beyond is None:
                    unclosed.add(tag.name)
                else:
                    position = beyond
                    continue
            yield tag


def _past(markup: str, end: str, start: int) -> int:
    found = markup.find(end, start)
    return len(markup) if found < 0 else found + len(end)


def _tag_at(markup: str, start: int) -> tuple[Tag | None, int]:
    if match := _TAG.match(markup, start):
        return Tag(match[2].lower(), bool(match[1]), match[3]), match.end()
    # A quote inside the tag never closes: the first ">" ends it after all.
    return None, _past(markup, ">", start)


def _past_element(markup: str, name: str, start: int) -> int | None:
    """Behind the end tag of `name`; None where there is none, so that nobody looks twice."""
    closing = re.compile(f"</{name}[^<>]*>", re.IGNORECASE).search(markup, start)
    if closing is not None:
        return closing.end()
    return len(markup) if name in ("script", "style") else None
