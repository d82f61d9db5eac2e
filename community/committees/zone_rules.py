"""The rules of a time zone as a calendar file carries them (VTIMEZONE, RFC 5545, 3.6.5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard

_STEP = timedelta(days=1)
_SECOND = timedelta(seconds=1)


def zone_rules(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """What clocks in the zone show between two moments (aware UTC).

    Every change stands by itself, at the time the clocks showed when it came, as the standard asks;
    `icalendar.Timezone.from_tzinfo` writes a change in spring an hour late (seen in 7.3.0).
    """
    rules = Timezone()
    rules.add("tzid", zone.key)
    rules.add_component(_rule(zone, first, first))
    for before, after in _changes(zone, first, last):
        rules.add_component(_rule(zone, before, after))
    return rules


def _rule(zone: ZoneInfo, before: datetime, after: datetime) -> TimezoneDaylight | TimezoneStandard:
    """What holds from `after` on, told on the clocks of `before`."""
    old, new = before.astimezone(zone), after.astimezone(zone)
    offset = old.utcoffset() or timedelta()
    rule = TimezoneDaylight() if new.dst() else TimezoneStandard()
    rule.add("dtstart", (after + offset).replace(tzinfo=None))
    rule.add("tzoffsetfrom", offset)
    rule.add("tzoffsetto", new.utcoffset() or timedelta())
    rule.add("tzname", new.tzname() or zone.key)
    return rule


def _changes(
    zone: ZoneInfo, first: datetime, last: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The last second before and the first second of every change, oldest first."""
    low = first
    while low < last:
        high = low + _STEP
        if _shown(zone, low) != _shown(zone, high):
            yield _narrowed(zone, low, high)
        low = high


def _narrowed(zone: ZoneInfo, low: datetime, high: datetime) -> tuple[datetime, datetime]:
    """Halve until the change lies between two neighbouring seconds."""
    old = _shown(zone, low)
    while high - low > _SECOND:
        middle = low + (high - low) // _SECOND // 2 * _SECOND
        low, high = (middle, high) if _shown(zone, middle) == old else (low, middle)
    return low, high


def _shown(zone: ZoneInfo, moment: datetime) -> tuple[object, ...]:
    there = moment.astimezone(zone)
    return there.utcoffset(), there.dst(), there.tzname()
