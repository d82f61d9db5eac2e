"""Rows of a delimited text; no bad row takes others along."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from listener.parsing.opening import MAX_LINE_CHARS, Line
from listener.record import Reject

Quoting = Literal["doubled", "backslash", "none"]

# The module's own limit is 128 KiB a cell and counts for the whole process; ours is the line's.
csv.field_size_limit(MAX_LINE_CHARS)

_HEADERS_ASKED = 200
_FIRST_CREDIT_CHARS = 2**18
_GUARDED = re.compile("'+[=+\\-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20]")
_WELL_QUOTED = re.compile(r'"(?:[^"]|"")*"')


class Row(NamedTuple):
    """One record: the line it begins on (1-based) and its cells."""

    line: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True)
class Dialect:
    """How cells are kept apart; `doubled` quotes are RFC 4180's."""

    delimiter: str
    quoting: Quoting

    def reader(self, lines: Iterable[str]) -> Iterator[list[str]]:
        """The csv module's reader, strict: it stops at the first misplaced quote."""
        how: dict[str, Any] = {"delimiter": self.delimiter, "strict": True}
        if self.quoting == "backslash":
            how |= {"escapechar": "\\", "doublequote": False}
        return csv.reader(lines, **how)


def unguard_cell(text: str) -> str:
    """A cell without the `'` that our own export sets before what a spreadsheet would execute.

    >>> unguard_cell("'=1+1"), unguard_cell("''tis"), unguard_cell("'tis")
    ('=1+1', "''tis", "'tis")
    """
    return text[1:] if text[:1] == "'" and _GUARDED.match(text) else text


def read_rows(lines: Iterator[Line], dialect: Dialect) -> Iterator[Row | Reject]:
    """Every record that is not blank, as it comes; what cannot be read is a Reject with its line.

    A quote that is never closed costs its own line only: the lines after it are read anew.
    """
    feed = _Feed(lines)
    reader = dialect.reader(feed)
    while (line := feed.next_line()) is not None:
        if line.text is None:
            yield Reject(line.number, f"longer than {MAX_LINE_CHARS >> 20} MiB")
        elif not (bare := line.text.rstrip("\r\n")).strip():
            continue
        elif dialect.quoting == "none" or '"' not in bare:
            yield Row(line.number, bare.split(dialect.delimiter))
        else:
            feed.see_again(line)
            yield _quoted(feed, reader, dialect, line)


def _quoted(feed: _Feed, reader: Iterator[list[str]], dialect: Dialect, line: Line) -> Row | Reject:
    """The record that begins on `line`, which holds a quote."""
    feed.begin()
    try:
        row = Row(line.number, next(reader))
    except (csv.Error, StopIteration, _RunawayError):
        first, *others = feed.taken
        feed.hand_back(others)
    else:
        feed.earn()
        return row
    if not others and (cells := _salvaged(first.text or "", dialect)):
        return Row(line.number, cells)
    return Reject(line.number, "a quote opens here that is not closed as it should be")


def _salvaged(text: str, dialect: Dialect) -> list[str] | None:
    """A line whose quotes are misplaced (`"say "hi" now",5`), cut at `",` and `,"` alone."""
    mark = re.escape(dialect.delimiter)
    cell = rf'(?:"(.*?)"|([^"{mark}][^{mark}]*|))(?={mark}|$)'
    cells, at, text = [], 0, text.rstrip("\r\n")
    while match := re.compile(cell).match(text, at):
        cells.append(match[1] if match[1] is not None else match[2])
        at = match.end() + 1
        if at > len(text):
            return cells
    return None


class _RunawayError(Exception):
    """A record took more text than it may."""


class _Feed:
    """Hands lines to the csv reader, remembers those of the present record, takes them back.

    Text that was handed back costs its length, text that became a record earns it; in debt a
    record gets one line only. So hostile quotes take linear time, and honest ones never notice.
    """

    def __init__(self, lines: Iterator[Line]) -> None:
        self._lines = lines
        self._back: deque[Line] = deque()
        self._credit = _FIRST_CREDIT_CHARS
        self._size = 0
        self.taken: list[Line] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.next_line()
        if line is None:
            raise StopIteration
        self.taken.append(line)
        self._size += len(line.text or "")
        allowed = MAX_LINE_CHARS if self._credit > 0 else 0
        if line.text is None or (self._size > allowed and len(self.taken) > 1):
            raise _RunawayError
        return line.text

    def next_line(self) -> Line | None:
        return self._back.popleft() if self._back else next(self._lines, None)

    def see_again(self, line: Line) -> None:
        self._back.appendleft(line)

    def begin(self) -> None:
        self.taken, self._size = [], 0

    def earn(self) -> None:
        self._credit += self._size

    def hand_back(self, lines: Iterable[Line]) -> None:
        for line in reversed(list(lines)):
            self._back.appendleft(line)
            self._credit -= len(line.text or "")


def tell_dialect(lines: Sequence[Line], is_known: Callable[[str], bool]) -> Dialect:
    """The dialect in which a sample of lines makes the most sense.

    is_known : whether a header is one that means something; more of them beat even columns
    """
    candidates = [
        Dialect(delimiter, quoting)
        for delimiter in (",", "\t", ";", "|")
        for quoting in _quotings(lines, delimiter)
    ]
    return max(candidates, key=lambda dialect: _sense(lines, dialect, is_known))


def _quotings(lines: Sequence[Line], delimiter: str) -> Iterator[Quoting]:
    if delimiter == "\t" and not _quotes_by_rule(lines):
        yield "none"
    yield "doubled"
    if any('\\"' in (line.text or "") for line in lines):
        yield "backslash"
    if delimiter == "\t":
        yield "none"


def _quotes_by_rule(lines: Sequence[Line]) -> bool:
    """Whether tab-separated cells that begin with a quote are quoted, rather than quotations."""
    cells = [cell for line in lines for cell in (line.text or "").rstrip("\r\n").split("\t")]
    quoted = [cell for cell in cells if cell.startswith('"')]
    well = sum(_WELL_QUOTED.fullmatch(cell) is not None for cell in quoted)
    return well > len(quoted) - well


def _sense(
    lines: Sequence[Line], dialect: Dialect, is_known: Callable[[str], bool]
) -> tuple[float, ...]:
    rows = list(read_rows(iter(lines), dialect))
    header = rows[0].cells if rows and isinstance(rows[0], Row) else []
    even = sum(isinstance(row, Row) and len(row.cells) == len(header) for row in rows)
    return (
        sum(map(is_known, header[:_HEADERS_ASKED])),
        round(even / max(1, len(rows)), 2),
        min(len(header), 2),
    )
