"""What one cell of a table says: a moment, a rating, a count; or None rather than a guess."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Literal

from listener.parsing.dates import AHEAD, EARLIEST, read_time

DateOrder = Literal["dmy", "mdy"]

DAY_MONTH = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})(?!\d)(.*)", re.DOTALL)
_YEAR_FIRST = re.compile(r"(\d{4})[/.](\d{1,2})[/.](\d{1,2})(?!\d)(.*)", re.DOTALL)
_EXCEL = re.compile(r"\d{5}(?:[.,]\d+)?")
_EXCEL_DAY_ZERO = datetime(1899, 12, 30, tzinfo=UTC)  # Excel counts a 29 February 1900 that was not
_ISO_LIKE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")

_NUMBER = r"[+-]?\d+(?:[.,]\d+)?"
_RATING = re.compile(
    rf"({_NUMBER})\s*(?:(?:/|out of|of|von|sur|de)\s*({_NUMBER})|(%))?\s*"
    "(?:stars?|sterne?|étoiles?)?",
    re.IGNORECASE,
)
_STARS = re.compile(r"([★⭐🌟]\ufe0f?)+[☆✩]*")
_SCORE = re.compile(r"(\d{1,2})(?:[.,]0+)?(?:\s*(?:[-–—:(/]|=).*)?", re.DOTALL)
_COUNT = re.compile(r"\d{1,3}(?:[, .'\u00a0\u202f]\d{3})+|\d+(?:\.0+)?")
_LARGEST_COUNT = 2**31 - 1


def moment(cell: str, order: DateOrder | None, now: datetime) -> datetime | None:
    """When a cell says it was, aware UTC (no zone: taken as UTC), within 1990 and a day from now.

    Reads what `read_time` reads, Excel's days since 1900, and 24/12/2026 in the column's `order`.
    """
    try:
        when = _moment(cell, order)
    except (ValueError, OverflowError):
        return None
    return when if when and EARLIEST <= when <= now + AHEAD else None


def _moment(cell: str, order: DateOrder | None) -> datetime | None:
    if _ISO_LIKE.match(cell):  # by far the most common, so it gets the quickest way
        try:
            when = datetime.fromisoformat(cell.replace(" -", "-").replace(" +", "+"))
        except ValueError:
            return read_time(cell)
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    if _EXCEL.fullmatch(cell):
        days = float(cell.replace(",", "."))
        return _EXCEL_DAY_ZERO + timedelta(seconds=round(days * 86_400))
    if match := _YEAR_FIRST.match(cell):
        return read_time(f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}{_clock(match[4])}")
    if match := DAY_MONTH.match(cell):
        day, month = (match[1], match[3]) if order != "mdy" else (match[3], match[1])
        year = int(match[4]) + (0 if len(match[4]) == 4 else 1900 if int(match[4]) >= 90 else 2000)
        return read_time(f"{year}-{int(month):02}-{int(day):02}{_clock(match[5])}")
    return read_time(cell)


def _clock(text: str) -> str:
    """A time of day as ISO writes it: ` 1:05 pm +01:00` -> ` 13:05 +01:00`."""
    match = re.match(r"[,T]?\s*(\d{1,2})[:.](\d\d)(.*)", text, re.DOTALL)
    if not match:
        return text
    hour, rest = int(match[1]), match[3]
    if half := re.search(r"\s*([ap])\.?m\.?", rest, re.IGNORECASE):
        if not 1 <= hour <= 12:
            raise ValueError("no such hour on a twelve-hour clock")
        hour = hour % 12 + (12 if half[1] in "pP" else 0)
        rest = rest[: half.start()] + rest[half.end() :]
    return f" {hour:02}:{match[2]}{rest}"


def number_of(cell: str) -> tuple[float, float | None] | None:
    """A rating's number and, where the cell says it, its highest: `4/5`, `4,5`, `80 %`, `★★★☆☆`.

    >>> number_of("4 out of 5"), number_of("3,5"), number_of("★★★☆☆"), number_of("good")
    ((4.0, 5.0), (3.5, None), (3.0, 5.0), None)
    """
    if _STARS.fullmatch(cell):
        full = sum(cell.count(star) for star in "★⭐🌟")
        empty = sum(cell.count(star) for star in "☆✩")
        return float(full), float(max(5, full + empty))
    if not (match := _RATING.fullmatch(cell)):
        return None
    top = float(match[2].replace(",", ".")) if match[2] else 100.0 if match[3] else None
    return float(match[1].replace(",", ".")), top


def score_of(cell: str) -> int | None:
    """An answer from 0 to 10, also with its label: `10 - extremely likely`."""
    match = _SCORE.fullmatch(cell)
    return int(match[1]) if match and int(match[1]) <= 10 else None


def count_of(cell: str) -> int | None:
    """How many there were: `1,234`, `12.0`."""
    if not _COUNT.fullmatch(cell):
        return None
    digits = re.sub(r"\D", "", re.sub(r"\.0+$", "", cell) if cell.count(".") == 1 else cell)
    return min(int(digits[:12]), _LARGEST_COUNT)


def rating(cell: str, scale: tuple[float, float] | None) -> float | None:
    """A rating as a share of its scale, 0..1; None where it lies outside.

    >>> rating("4", (1.0, 5.0)), rating("9/10", None), rating("7", (1.0, 5.0))
    (0.75, 0.8888888888888888, None)
    """
    number = number_of(cell)
    if number is None:
        return None
    value, top = number
    if top is not None:
        low, high = (0.0 if top > 10 or value < 1 else 1.0), top
    elif scale is not None:
        low, high = scale
    else:
        return None
    return (value - low) / (high - low) if low <= value <= high and high > low else None
