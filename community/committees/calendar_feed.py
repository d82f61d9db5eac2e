"""All meetings of a committee as one calendar to subscribe to (RFC 5545), naming no member."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event

from community.committees.calendar import PRODUCT, local
from community.committees.zone_rules import zone_rules
from store import tables

REFRESH = timedelta(hours=6)
_AROUND = timedelta(days=400)


def calendar_feed(name: str, meetings: Sequence[tables.Meeting]) -> bytes:
    """Every meeting once, under the UID it keeps; cancelled ones stay and say so.

    Only title, place and times: agendas, minutes and reasons may name people, and whoever knows
    the address of a feed can read it. The same meetings always give the same bytes.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", REFRESH, {"value": "DURATION"})
    for zone, first, last in _zones(meetings):
        calendar.add_component(zone_rules(zone, first - _AROUND, last + _AROUND))
    for meeting in meetings:
        calendar.add_component(_event(meeting))
    return bytes(calendar.to_ical())


def _event(meeting: tables.Meeting) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", (meeting.cancelled_at or meeting.called_at).astimezone(UTC))
    event.add("dtstart", local(meeting.starts_at, meeting.timezone))
    event.add("dtend", local(meeting.ends_at, meeting.timezone))
    event.add("summary", meeting.title)
    event.add("location", meeting.place)
    event.add("status", "CONFIRMED" if meeting.cancelled_at is None else "CANCELLED")
    return event


def _zones(meetings: Iterable[tables.Meeting]) -> list[tuple[ZoneInfo, datetime, datetime]]:
    """The zones that the feed names, each with its first and last day, by name."""
    days: dict[str, list[datetime]] = {}
    for meeting in meetings:
        for moment in (meeting.starts_at, meeting.ends_at):
            zone = local(moment, meeting.timezone).tzinfo
            if isinstance(zone, ZoneInfo):
                day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
                days.setdefault(zone.key, []).append(day)
    return [(ZoneInfo(key), min(found), max(found)) for key, found in sorted(days.items())]
