"""Tables for people to take along: CSV that no spreadsheet executes, and JSON lines."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TextIO

# What a spreadsheet takes for a formula (ASVS 5.0 §1.2.10), also in the full width that Japanese
# ones know; a `'` before it belongs to the pattern so that the guard can be taken off again.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\x00\uff1d\uff0b\uff0d\uff20]")
_NEGATIVE = re.compile(r"-\d+(?:[.,]\d+)?")


def guard_cell(text: str) -> str:
    """A text that a spreadsheet shows instead of executing; `unguard_cell` gives it back.

    A negative number is a number and stays one.

    >>> guard_cell("=1+1"), guard_cell("-3.5"), guard_cell("a=b")
    ("'=1+1", '-3.5', 'a=b')
    """
    if _FORMULA.match(text) and not _NEGATIVE.fullmatch(text):
        return f"'{text}"
    return text


def write_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], stream: TextIO) -> int:
    """Rows as RFC 4180 (commas, CRLF), texts guarded; returns how many were written.

    Open the file with newline="" and UTF-8. A missing key and None are empty cells, times are
    ISO 8601, lists and tables are JSON.
    """
    writer = csv.writer(stream)
    writer.writerow([guard_cell(column) for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_cell(row.get(column)) for column in columns])
        count += 1
    return count


def write_jsonl(rows: Iterable[Mapping[str, Any]], stream: TextIO) -> int:
    """One JSON object per line, UTF-8, unguarded: it is for machines; returns how many."""
    count = 0
    for row in rows:
        stream.write(json.dumps(row, ensure_ascii=False, allow_nan=False, default=_plain) + "\n")
        count += 1
    return count


def _cell(value: Any) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return value
    if isinstance(value, Mapping | list | tuple | set | frozenset):
        value = json.dumps(value, ensure_ascii=False, default=_plain)
    return guard_cell(str(_plain(value)))


def _plain(value: Any) -> Any:
    """What JSON has no word for."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    return value if isinstance(value, str) else str(value)
