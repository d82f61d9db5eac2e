"""Calendar files: the right moment in every zone, one receiver each, the same entry for ever."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from community.committees.calendar import Party, calendar_file
from store import tables

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
US = Party("Lumen", "voices@lumen.test")
ANN = Party("Ann", "ann@example.test")
ZONES = [
    "UTC",
    "Europe/Vienna",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
    "America/Sao_Paulo",
    "Asia/Tehran",
    "Pacific/Chatham",
    "Europe/Dublin",
]


def meeting(**changed: object) -> tables.Meeting:
    told: dict[str, object] = {
        "committee_id": 1,
        "uid": "c0ffee@soundingboard",
        "sequence": 0,
        "kind": "meeting",
        "title": "Spring meeting",
        "starts_at": datetime(2026, 3, 30, 8, tzinfo=UTC),
        "ends_at": datetime(2026, 3, 30, 10, tzinfo=UTC),
        "timezone": "Europe/Vienna",
        "place": "Room 4",
        "agenda": ["What we heard", "What we do"],
        "called_by": "Ana",
        "called_at": NOW,
    }
    return tables.Meeting(**{**told, **changed})


def read(file: bytes) -> tuple[Calendar, Event]:
    calendar = Calendar.from_ical(file)
    (event,) = calendar.walk("VEVENT")
    return calendar, event


def moment(calendar: Calendar, event: Event, name: str) -> datetime:
    """What the file means by its own rules alone: no zone this machine knows is looked up."""
    value = event[name]
    if "TZID" not in value.params:
        return value.dt.astimezone(UTC)
    (zone,) = [z for z in calendar.walk("VTIMEZONE") if z["TZID"] == value.params["TZID"]]
    wall = value.dt.replace(tzinfo=None, fold=0)
    return wall.replace(tzinfo=zone.to_tz(lookup_tzid=False)).astimezone(UTC)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    zone=st.sampled_from(ZONES),
    starts=st.integers(0, 16 * 366 * 24 * 60).map(lambda m: EPOCH + timedelta(minutes=m)),
    minutes=st.integers(1, 3 * 24 * 60),
)
@example(zone="Europe/Vienna", starts=datetime(2026, 10, 25, 0, 30, tzinfo=UTC), minutes=60)
@example(zone="Europe/Vienna", starts=datetime(2026, 10, 25, 1, 30, tzinfo=UTC), minutes=60)
@example(zone="Europe/Vienna", starts=datetime(2026, 3, 29, 0, 30, tzinfo=UTC), minutes=60)
@example(zone="Europe/Vienna", starts=datetime(2026, 3, 29, 1, 0, tzinfo=UTC), minutes=30)
@example(zone="America/New_York", starts=datetime(2027, 3, 14, 7, 5, tzinfo=UTC), minutes=40)
@example(zone="Africa/Casablanca", starts=datetime(2026, 3, 22, 2, 30, tzinfo=UTC), minutes=40)
@example(zone="Australia/Lord_Howe", starts=datetime(2026, 4, 4, 15, 10, tzinfo=UTC), minutes=30)
def test_the_file_means_the_very_moment_in_every_zone_and_season(
    zone: str, starts: datetime, minutes: int
) -> None:
    ends = starts + timedelta(minutes=minutes)
    row = meeting(timezone=zone, starts_at=starts, ends_at=ends)
    calendar, event = read(calendar_file(row, organizer=US, receiver=ANN, now=NOW))
    assert moment(calendar, event, "DTSTART") == starts
    assert moment(calendar, event, "DTEND") == ends


def test_each_change_of_the_clocks_is_told_as_the_clocks_showed_when_it_came() -> None:
    calendar, _ = read(calendar_file(meeting(), organizer=US, receiver=ANN, now=NOW))
    spring = [f"{rule['DTSTART'].dt:%Y-%m-%dT%H:%M}" for rule in calendar.walk("DAYLIGHT")]
    autumn = [f"{rule['DTSTART'].dt:%Y-%m-%dT%H:%M}" for rule in calendar.walk("STANDARD")]
    assert "2026-03-29T02:00" in spring
    assert "2026-10-25T03:00" in autumn


def test_a_meeting_in_vienna_names_its_zone_and_brings_its_rules() -> None:
    calendar, event = read(calendar_file(meeting(), organizer=US, receiver=ANN, now=NOW))
    assert event["DTSTART"].params["TZID"] == "Europe/Vienna"
    assert event["DTSTART"].dt.strftime("%H:%M") == "10:00"  # summer time began the day before
    assert [zone["TZID"] for zone in calendar.walk("VTIMEZONE")] == ["Europe/Vienna"]


def test_a_request_holds_its_receiver_and_nobody_else() -> None:
    file = calendar_file(meeting(), organizer=US, receiver=ANN, now=NOW)
    calendar, event = read(file)
    assert calendar["METHOD"] == "REQUEST"
    assert event["ATTENDEE"] == "mailto:ann@example.test"
    assert event["ATTENDEE"].params["PARTSTAT"] == "NEEDS-ACTION"
    assert event["ORGANIZER"] == "mailto:voices@lumen.test"
    assert file.count(b"mailto:") == 2


def test_later_files_replace_earlier_ones() -> None:
    _, first = read(calendar_file(meeting(), organizer=US, receiver=ANN, now=NOW))
    row = meeting(sequence=2, cancelled_at=NOW, cancelled_why="the hall is flooded")
    calendar, last = read(calendar_file(row, organizer=US, receiver=ANN, now=NOW))
    assert first["UID"] == last["UID"]
    assert (first["SEQUENCE"], last["SEQUENCE"]) == (0, 2)
    assert (calendar["METHOD"], last["STATUS"]) == ("CANCEL", "CANCELLED")
    assert "the hall is flooded" in last["DESCRIPTION"]


def test_without_a_receiver_it_is_published_to_nobody_in_particular() -> None:
    calendar, event = read(calendar_file(meeting(), organizer=US, receiver=None, now=NOW))
    assert calendar["METHOD"] == "PUBLISH"
    assert "ATTENDEE" not in event


@pytest.mark.parametrize(
    "name", ['Ann "the Cup" Lee', "Lee; Ann, PhD: x", "Ann\r\nATTENDEE:mailto:x"]
)
def test_no_name_breaks_out_of_its_line(name: str) -> None:
    receiver = Party(name, "ann@example.test", "maybe")
    row = meeting(title="Spring; and, more\nBEGIN:VALARM", prompts=["secret prompt"])
    file = calendar_file(row, organizer=US, receiver=receiver, now=NOW)
    calendar, event = read(file)
    assert [part.name for part in calendar.walk()].count("VALARM") == 0
    assert event["ATTENDEE"].params["PARTSTAT"] == "TENTATIVE"
    assert b"secret prompt" not in file
    assert all(len(line) <= 75 for line in file.split(b"\r\n"))
