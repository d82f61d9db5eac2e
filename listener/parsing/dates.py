"""Dates as people and servers write them: text in, aware UTC out, nothing rather than a guess."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta, timezone

from listener.record import TimeQuality

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
LONGEST_CHARS = 80

_ISO = re.compile(
    r"(?P<year>\d{4})(?:-?(?P<month>\d{2})(?:-?(?P<day>\d{2}))?)?"
    r"(?:[T ]\s*(?P<hour>\d{2}):?(?P<minute>\d{2})(?::?(?P<second>\d{2})(?:[.,]\d+)?)?)?"
    r"\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2}|[+-]\d{2})?",
    re.IGNORECASE,
)
_ISO_WEEK = re.compile(r"(\d{4})-?W(\d{2})(?:-?(\d))?", re.IGNORECASE)
_EPOCH = re.compile(r"(\d{9,10})(\d{3})?(?:\.0+)?")
_TIME = re.compile(
    r"(?<!\d)(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?(?!\w))?",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"(?P<sign>[+-])(?P<hours>\d{2}):?(?P<minutes>\d{2})?(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_NUMBER = re.compile(r"(?<!\d)\d{1,4}(?!\d)")

# The first letters that tell a month in the languages feeds are written in, accents folded away.
_MONTHS = {
    **dict.fromkeys(("jan", "ene", "gen"), 1),
    **dict.fromkeys(("feb", "fev"), 2),
    **dict.fromkeys(("mar", "maer", "mrz", "mrt"), 3),
    **dict.fromkeys(("apr", "avr", "abr"), 4),
    **dict.fromkeys(("may", "mai", "mag", "mei", "maj"), 5),
    **dict.fromkeys(("jun", "juin", "giu"), 6),
    **dict.fromkeys(("jul", "juil", "lug"), 7),
    **dict.fromkeys(("aug", "aou", "ago"), 8),
    **dict.fromkeys(("sep", "set"), 9),
    **dict.fromkeys(("oct", "okt", "ott", "out"), 10),
    "nov": 11,
    **dict.fromkeys(("dec", "dez", "dic"), 12),
}
_ACCENTS = str.maketrans("éèêûúôóäáàç", "eeeuuooaaac")

# Hours from UTC of zone names in common use; RFC 822 names the American ones.
_ZONES = {
    **dict.fromkeys(("z", "ut", "utc", "gmt", "wet"), 0.0),
    **dict.fromkeys(("bst", "west", "cet", "mez"), 1.0),
    **dict.fromkeys(("cest", "mesz", "eet"), 2.0),
    **dict.fromkeys(("eest", "msk"), 3.0),
    **{"est": -5.0, "edt": -4.0, "cst": -6.0, "cdt": -5.0},
    **{"mst": -7.0, "mdt": -6.0, "pst": -8.0, "pdt": -7.0},
    **{"akst": -9.0, "akdt": -8.0, "hst": -10.0, "ast": -4.0, "adt": -3.0, "brt": -3.0},
    **{"jst": 9.0, "kst": 9.0, "hkt": 8.0, "sgt": 8.0, "awst": 8.0},
    **{"acst": 9.5, "aest": 10.0, "aedt": 11.0, "nzst": 12.0, "nzdt": 13.0},
}


def read_time(text: str | None) -> datetime | None:
    """When `text` says it was, aware UTC, or None where it says nothing certain.

    Reads RFC 822/2822, ISO 8601 and W3CDTF (weeks and leap seconds too), seconds and milliseconds
    since 1970, asctime, and month names of ten languages. A text without a zone is taken as UTC.
    Impossible dates (31 February, 25:61) are None, never the nearest possible one.

    >>> read_time("Tue, 24 Nov 26 00:00:00 EST").isoformat()
    '2026-11-24T05:00:00+00:00'
    """
    if text is None:
        return None
    text = html.unescape(text).strip()
    if not text or len(text) > LONGEST_CHARS:
        return None
    try:
        return _numeric(text) or _named(text)
    except (ValueError, OverflowError):
        return None


def judge_time(when: datetime | None, now: datetime) -> tuple[datetime | None, TimeQuality]:
    """`when` as far as it can be believed at `now`.

    Up to a day ahead is a wrong clock or zone and is set to `now` ("clamped"); before 1990 or
    further ahead nothing is known ("missing").
    """
    if when is None or when < EARLIEST or when > now + AHEAD:
        return None, "missing"
    return (now, "clamped") if when > now else (when, "given")


def _numeric(text: str) -> datetime | None:
    if match := _EPOCH.fullmatch(text):
        return datetime.fromtimestamp(int(match[1]), UTC)
    if match := _ISO_WEEK.fullmatch(text):
        day = date.fromisocalendar(int(match[1]), int(match[2]), int(match[3] or 1))
        return datetime(day.year, day.month, day.day, tzinfo=UTC)
    if match := _ISO.fullmatch(text):
        day = date(int(match["year"]), int(match["month"] or 1), int(match["day"] or 1))
        return _at(day, match["hour"], match["minute"], match["second"], _zone(match["zone"] or ""))
    return None


def _named(text: str) -> datetime | None:
    """A date with a month in words, in whatever order the parts stand."""
    clock = _TIME.search(text)
    if clock is None:
        rest, zone_text = text, ""
    else:
        rest, zone_text = text[: clock.start()] + " " + text[clock.end() :], text[clock.end() :]
        if offset := _OFFSET.search(zone_text):  # its digits are no day and no year
            rest = rest.replace(offset[0], " ")
    month = _month(rest)
    numbers = _NUMBER.findall(rest)
    if month is None or len(numbers) != 2:
        return None
    day, year = (int(number) for number in sorted(numbers, key=_looks_like_year))
    if year < 100:  # RFC 2822 §4.3
        year += 2000 if year < 50 else 1900
    day_of_year = date(year, month, day)
    if clock is None:
        return _at(day_of_year, None, None, None, UTC)
    hour = _hour_of_day(clock["hour"], clock["half"])
    return _at(day_of_year, hour, clock["minute"], clock["second"], _zone(zone_text))


def _looks_like_year(number: str) -> bool:
    return len(number) >= 3 or int(number) > 31


def _month(text: str) -> int | None:
    """The last word that names a month: in "mar., 24 nov." the first is a Tuesday."""
    words = _WORD.findall(text.casefold().replace("ä", "ae").translate(_ACCENTS))
    months = (_MONTHS.get(word[:4]) or _MONTHS.get(word[:3]) for word in reversed(words))
    return next((month for month in months if month), None)


def _hour_of_day(hour: str, half: str | None) -> str:
    if half is None:
        return hour
    if not 1 <= int(hour) <= 12:
        raise ValueError("no such hour on a twelve-hour clock")
    return str(int(hour) % 12 + (12 if half[0] in "pP" else 0))


def _zone(text: str) -> timezone:
    if offset := _OFFSET.search(text):
        minutes = int(offset["hours"]) * 60 + int(offset["minutes"] or 0)
        return timezone(timedelta(minutes=-minutes if offset["sign"] == "-" else minutes))
    for word in _WORD.findall(text.casefold()):
        if word in _ZONES:
            return timezone(timedelta(hours=_ZONES[word]))
    return UTC


def _at(
    day: date, hour: str | None, minute: str | None, second: str | None, zone: timezone
) -> datetime:
    """The moment in UTC; 24:00 and the leap second :60 are the start of what follows."""
    hours, minutes, seconds = int(hour or 0), int(minute or 0), int(second or 0)
    if hours > 24 or (hours == 24 and minutes + seconds) or minutes > 59 or seconds > 60:
        raise ValueError("no such time of day")
    midnight = datetime(day.year, day.month, day.day, tzinfo=zone)
    return (midnight + timedelta(hours=hours, minutes=minutes, seconds=seconds)).astimezone(UTC)
