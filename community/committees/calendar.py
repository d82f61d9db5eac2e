"""A meeting as a calendar file for one receiver (iCalendar, RFC 5545; invitations, RFC 5546)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

from community.committees.zone_rules import zone_rules
from community.history import clean
from store import tables

PRODUCT = "-//Sounding Board//Committee//EN"
NOBODY = "meetings@soundingboard.invalid"
"""Who calls where no mail address is set; answers then come by other ways."""

_PARTSTAT = {"yes": "ACCEPTED", "no": "DECLINED", "maybe": "TENTATIVE", None: "NEEDS-ACTION"}
_AROUND = timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody as a calendar names them; `rsvp` is what they answered so far."""

    name: str
    address: str
    rsvp: str | None = None


def calendar_file(
    meeting: tables.Meeting, *, organizer: Party, receiver: Party | None, now: datetime
) -> bytes:
    """The meeting as one receiver's calendar takes it, and nobody else's address in it.

    METHOD is CANCEL once it was cancelled, REQUEST for a receiver, and PUBLISH for nobody in
    particular (a request without an attendee is none). The UID stays, SEQUENCE counts changes, so
    that a later file replaces an earlier one. `now` becomes DTSTAMP.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    cancelled = meeting.cancelled_at is not None
    asking = "REQUEST" if receiver else "PUBLISH"
    calendar.add("method", "CANCEL" if cancelled else asking)
    event = _event(meeting, now)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    event["organizer"] = _address(organizer)
    if receiver is not None:
        event.add("attendee", _attendee(receiver), encode=False)
    if (zone := _zone_of(meeting)) is not None:
        rules = zone_rules(zone, _day(meeting.starts_at) - _AROUND, _day(meeting.ends_at) + _AROUND)
        calendar.add_component(rules)
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _event(meeting: tables.Meeting, now: datetime) -> Event:
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", local(meeting.starts_at, meeting.timezone))
    event.add("dtend", local(meeting.ends_at, meeting.timezone))
    event.add("summary", meeting.title)
    event.add("location", meeting.place)
    if told := _description(meeting):
        event.add("description", told)
    return event


def local(moment: datetime, timezone: str) -> datetime:
    """The moment as a calendar can say it: on the clock of its zone, or else in UTC.

    An hour that clocks show twice in autumn means the first of the two (RFC 5545, 3.3.5), so a
    moment in the second one is told in UTC; so is one whose offset is no whole minute.
    """
    there = moment.astimezone(ZoneInfo(timezone))
    offset = there.utcoffset() or timedelta()
    if timezone == "UTC" or there.fold or offset % timedelta(minutes=1):
        return moment.astimezone(UTC)
    return there


def _zone_of(meeting: tables.Meeting) -> ZoneInfo | None:
    """The zone whose rules the file must carry, if it names one."""
    for moment in (meeting.starts_at, meeting.ends_at):
        zone = local(moment, meeting.timezone).tzinfo
        if isinstance(zone, ZoneInfo):
            return zone
    return None


def _day(moment: datetime) -> datetime:
    """Midnight UTC before it."""
    return moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def _description(meeting: tables.Meeting) -> str:
    """The agenda, or why it was cancelled; a focus group's prompts are its facilitator's alone."""
    if meeting.cancelled_at is not None:
        return f"Cancelled: {meeting.cancelled_why}"
    return "\n".join(f"{place}. {line}" for place, line in enumerate(meeting.agenda, start=1))


def _attendee(party: Party) -> vCalAddress:
    address = _address(party)
    address.params["cutype"] = vText("INDIVIDUAL")
    address.params["role"] = vText("REQ-PARTICIPANT")
    address.params["partstat"] = vText(_PARTSTAT[party.rsvp])
    address.params["rsvp"] = vText("TRUE")
    return address


def _address(party: Party) -> vCalAddress:
    """A mail address with its name; a quotation mark cannot stand in a parameter (RFC 5545)."""
    address = vCalAddress(f"mailto:{party.address}")
    name = " ".join(clean(party.name).replace('"', "'").split())
    if name:
        address.params["cn"] = vText(name)
    return address
