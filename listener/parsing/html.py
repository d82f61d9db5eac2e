"""HTML as people post it, read into plain text: what they wrote, and what they only quoted."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass

from listener.parsing.markup import Tag, cut
from listener.record import MAX_TEXT_CHARS

# Sixteen times the text that is kept: markup is rarely more, and a page is never read whole.
MAX_HTML_CHARS = 16 * MAX_TEXT_CHARS

_PARAGRAPHS = "p blockquote pre ul ol dl table h1 h2 h3 h4 h5 h6 hr figure"
_LINES = "br div li tr dt dd section article header footer figcaption aside main nav details"
_BREAKS = {
    **dict.fromkeys(_PARAGRAPHS.split(), "\n\n"),
    **dict.fromkeys(_LINES.split(), "\n"),
    **dict.fromkeys(("td", "th"), " "),
}
_HOLDERS = frozenset(("blockquote", "aside", "div"))
_EMOJI = frozenset(("emoji", "emojione", "wp-smiley", "smiley"))
_QUOTED_LINE = re.compile(r"^\s*>+(?=\s|[\"'“‘«]|[^\W\d_])[\s>]*")
_SPACE = re.compile(r"\s+")
_SPACES = re.compile(r"[^\S\n]+")
_GAPS = re.compile(r"\n{3,}")
_MARKUP = re.compile(r"</?[a-zA-Z][^<>]*>|<!--")
# What Reddit puts below every post of its feeds.
_SUBMITTED = re.compile(r"submitted by\s+/?u/\S+(\s+to\s+/?r/\S+)?(\s+\[\w+\]){0,2}\s*\Z")


@dataclass(frozen=True, slots=True)
class Prose:
    """What somebody wrote, and apart from it the words of others they answered; both plain."""

    own: str
    quoted: str


def read_html(markup: str) -> Prose:
    """The text of an HTML fragment with its line breaks, quotes kept apart.

    A quote is a `<blockquote>`, a forum's `<aside class=quote>` or a line that starts with ">".
    Link previews, scripts and boilerplate of the site are left out; pictures that stand for an
    emoji give their sign.

    >>> read_html("<p>Broken <b>again</b>.</p><blockquote>It works!</blockquote>")
    Prose(own='Broken again.', quoted='It works!')
    """
    if "<!-- SC_ON -->" in markup:  # Reddit: the post stands before the mark
        markup = markup.partition("<!-- SC_ON -->")[0]
    reading = _Reading()
    for piece in cut(markup[:MAX_HTML_CHARS]):
        reading.take(piece)
    prose = split_quotes(_SUBMITTED.sub("", "".join(reading.own)))
    quoted = tidy("".join(reading.quoted))
    return Prose(prose.own, "\n\n".join(filter(None, (quoted, prose.quoted))))


def split_quotes(text: str) -> Prose:
    """The same for plain text: lines that start with ">" are somebody else's.

    >>> split_quotes("> it is fine\\nIt is not. >:(")
    Prose(own='It is not. >:(', quoted='it is fine')
    """
    own, quoted = [], []
    for line in text.split("\n"):
        mark = _QUOTED_LINE.match(line)
        (quoted.append(line[mark.end() :]) if mark else own.append(line))
    return Prose(tidy("\n".join(own)), tidy("\n".join(quoted)))


def read_line(text: str) -> str:
    """One line of plain text from a title or a name that may hold markup, even encoded twice."""
    for _ in range(2):
        if has_markup(text):
            text = read_html(text).own
        text = html.unescape(text)
    return " ".join(text.split())


def has_markup(text: str) -> bool:
    """Whether there is a tag or a comment in it; a lone "<" or an entity is neither."""
    return _MARKUP.search(text) is not None


def titled(title: str, own: str) -> str:
    """A text under its title, or the text alone where it begins with its title anyway."""
    begin = title.rstrip("….").casefold().strip()
    if not begin or " ".join(own[: 2 * len(title) + 40].split()).casefold().startswith(begin):
        return own
    return f"{title}\n\n{own}".strip()


def tidy(text: str) -> str:
    """Single spaces, no spaces at the ends of lines, at most one empty line in a row."""
    lines = (line.strip() for line in _SPACES.sub(" ", text).split("\n"))
    return _GAPS.sub("\n\n", "\n".join(lines)).strip()


class _Reading:
    """What is read so far, and which quotes and previews are still open."""

    def __init__(self) -> None:
        self.own: list[str] = []
        self.quoted: list[str] = []
        self._open: list[tuple[str, str]] = []  # (tag, role) of what may be a quote or a preview
        self._roles: Counter[str] = Counter()
        self._tags: Counter[str] = Counter()
        self._preformatted = 0

    def take(self, piece: Tag | str) -> None:
        if isinstance(piece, str):
            self._say(piece if self._preformatted else _SPACE.sub(" ", piece))
            return
        if piece.closing:
            self._close(piece.name)
        self._say(_BREAKS.get(piece.name, ""))
        if not piece.closing:
            self._start(piece)

    def _start(self, tag: Tag) -> None:
        if tag.name == "img":
            self._say(_emoji(tag))
        elif tag.name == "pre":
            self._preformatted += 1
        elif tag.name in _HOLDERS:
            role = self._role(tag)
            self._open.append((tag.name, role))
            self._tags[tag.name] += 1
            self._roles[role] += 1

    def _close(self, name: str) -> None:
        if name == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        while self._tags[name]:
            tag, role = self._open.pop()
            self._tags[tag] -= 1
            self._roles[role] -= 1
            if tag == name:
                return

    def _role(self, tag: Tag) -> str:
        classes = tag.classes
        if tag.name == "blockquote" or (tag.name == "aside" and "quote" in classes):
            return "quote"
        if tag.name == "aside" and "onebox" in classes:
            return "preview"
        # The name above a forum's quote is nobody's words.
        named = tag.name == "div" and "title" in classes and self._open[-1:] != []
        return "preview" if named and self._open[-1][1] == "quote" else "plain"

    def _say(self, text: str) -> None:
        if text and not self._roles["preview"]:
            (self.quoted if self._roles["quote"] else self.own).append(text)


def _emoji(tag: Tag) -> str:
    """The sign a small picture stands for; other pictures say nothing in words."""
    return tag.attributes.get("alt", "") if _EMOJI.intersection(tag.classes) else ""
