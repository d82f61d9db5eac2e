"""Meetings: called, answered, moved, held, written up, cancelled, and as a calendar file."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from community.committees import attendance
from community.committees import meetings as rules
from community.committees.calendar import NOBODY, Party, calendar_file
from config.errors import NotFoundError, RuleError
from soundingboard.access import audit
from soundingboard.web.community.clocks import on_clocks
from soundingboard.web.community.place import Number, place_of
from soundingboard.web.community.undoing import undo_path
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.masking import may_see_addresses
from soundingboard.web.reader import reader_of
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import board, members, tables, trail
from store import meetings as queries
from store.committee import newest_charter

Text = Annotated[str, Form(max_length=20_000)]
Person = Annotated[int | None, Query(ge=1, le=2**31 - 1)]
UNPROCESSABLE = 422
COLUMNS = ("number", "title", "kind", "starts", "ends", "timezone", "place", "state", "asked",
           "came")  # fmt: skip
FIELDS = ("title", "kind", "start", "minutes", "zone", "place", "agenda", "prompts", "facilitator")


routes = APIRouter()
"""`/meetings`, one of them, and its calendar file."""


def _form(
    parts: Parts,
    request: Request,
    typed: dict[str, str],
    wrong: str = "",
    asked: list[int] | None = None,
) -> Response:
    with parts.store.read() as session:
        place = place_of(request, session)
        sitting = members.members(session, place.committee_id, here=True)
        charter = newest_charter(session, place.committee_id)
    return show(
        request, parts, "meetings/new.html.j2", UNPROCESSABLE if wrong else 200, place=place,
        typed=typed, wrong=wrong, members=sitting, asked=asked, charter=charter,
    )  # fmt: skip


def _changed(
    parts: Parts,
    request: Request,
    number: Number,
    action: str,
    words: str,
    change: Callable[[Session, datetime], object],
) -> Response:
    """One change of a meeting, its audit row, and the way to take it back."""
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        held = queries.get_meeting(session, number).committee_id
        before = trail.newest(session, held)
        change(session, now)
        undo = undo_path(session, held, before)
        audit.note(session, reader, action, f"meeting:{number}", now)
    return done(parts, f"/meetings/{number}", words, undo=undo)


@routes.api_route("/meetings", methods=["GET", "HEAD"])
def everything(parts: House, request: Request) -> Response:
    now = parts.clock.now()
    with parts.store.read() as session:
        place = place_of(request, session)
        found = queries.meetings(session, place.committee_id)
        there = board.attendances_of(session, [one.id or 0 for one in found])
    coming = [one for one in found if _state(one) == "called"]
    past = [one for one in reversed(found) if _state(one) != "called"]
    return show(
        request, parts, "meetings/meetings.html.j2", place=place, coming=coming, past=past,
        there=there, state=_state, began=lambda one: one.starts_at <= now,
    )  # fmt: skip


@routes.post("/meetings/export")
def export(
    parts: House, request: Request, kind: Annotated[str, Form(alias="as")] = "csv"
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        place = place_of(request, session)
        found = queries.meetings(session, place.committee_id)
        there = board.attendances_of(session, [one.id or 0 for one in found])
        told = [_exported(one, there[one.id or 0]) for one in found]
        subject = f"committee:{place.committee_id}"
        audit.note(session, reader, "exported", subject, now, rows=len(told), what="meetings")
    return exported(told, COLUMNS, "meetings", kind)


@routes.api_route("/meetings/new", methods=["GET", "HEAD"])
def new(parts: House, request: Request) -> Response:
    zone = parts.settings.digest.timezone
    return _form(parts, request, {"minutes": "60", "zone": zone, "kind": "meeting"})


@routes.post("/meetings")
def call(
    parts: House,
    request: Request,
    title: Text = "",
    kind: Text = "meeting",
    start: Text = "",
    minutes: Text = "60",
    zone: Text = "",
    place: Text = "",
    agenda: Text = "",
    prompts: Text = "",
    facilitator: Text = "",
    member: Annotated[list[int] | None, Form()] = None,
) -> Response:
    given = (title, kind, start, minutes, zone, place, agenda, prompts, facilitator)
    typed = dict(zip(FIELDS, given, strict=True))
    reader, now = reader_of(request), parts.clock.now()
    try:
        plan = _plan(typed, tuple(member or ()))
        with parts.store.write() as session:
            committee = place_of(request, session).needed()
            made = rules.call(session, committee.id or 0, plan, actor=reader.name, now=now)
            number = made.id
            audit.note(session, reader, "meeting_called", f"meeting:{number}", now)
    except RuleError as error:
        return _form(parts, request, typed, str(error), member)
    return done(parts, f"/meetings/{number}", f"{title} is called")


@routes.api_route("/meetings/{number}", methods=["GET", "HEAD"])
def one(parts: House, request: Request, number: Number) -> Response:
    with parts.store.read() as session:
        row = queries.get_meeting(session, number)
        place = place_of(request, session, row.committee_id)
        people = queries.attendances(session, number)
        here = members.members(session, row.committee_id, here=True)
        told = trail.steps(session, row.committee_id, subject=f"meeting:{number}")
    asked = {person.member_id for person in people}
    return show(
        request, parts, "meetings/meeting.html.j2", place=place, meeting=row, people=people,
        state=_state(row), others=[one for one in here if one.id not in asked], steps=told,
        began=row.starts_at <= parts.clock.now(),
    )  # fmt: skip


@routes.api_route("/meetings/{number}/calendar.ics", methods=["GET", "HEAD"])
def calendar(parts: House, request: Request, number: Number, person: Person = None) -> Response:
    """The entry for everybody; for one receiver, with their address, where that is known."""
    reader = reader_of(request)
    with parts.store.read() as session:
        row = queries.get_meeting(session, number)
        place_of(request, session, row.committee_id)
        receiver = None
        if person is not None:
            if not may_see_addresses(reader.role):
                raise RuleError("A calendar file for one person holds their address.")
            receiver = _receiver(session, row, person)
        name, address = parseaddr(parts.settings.mail.sender)
        file = calendar_file(
            row, organizer=Party(name, address or NOBODY), receiver=receiver,
            now=parts.clock.now(),
        )  # fmt: skip
    kept = {
        "Content-Disposition": f'attachment; filename="meeting-{number}.ics"',
        "Cache-Control": "no-store",
    }
    return Response(file, media_type="text/calendar; charset=utf-8", headers=kept)


@routes.post("/meetings/{number}/reschedule")
def reschedule(
    parts: House,
    request: Request,
    number: Number,
    start: Text = "",
    place: Text = "",
    agenda: Text = "",
) -> Response:
    who = reader_of(request).name

    def change(session: Session, now: datetime) -> object:
        row = queries.get_meeting(session, number)
        return rules.reschedule(
            session, number, actor=who, now=now,
            starts_at=on_clocks(start, row.timezone) if start else None,
            place=place or None, agenda=agenda.splitlines() if agenda else None,
        )  # fmt: skip

    words = "The meeting is changed; send its calendar file again"
    return _changed(parts, request, number, "meeting_rescheduled", words, change)


@routes.post("/meetings/{number}/cancel")
def cancel(parts: House, request: Request, number: Number, reason: Text = "") -> Response:
    who = reader_of(request).name

    def change(session: Session, now: datetime) -> object:
        return rules.cancel(session, number, reason=reason, actor=who, now=now)

    words = "The meeting is cancelled; send its calendar file again"
    return _changed(parts, request, number, "meeting_cancelled", words, change)


@routes.post("/meetings/{number}/hold")
def hold(
    parts: House, request: Request, number: Number, came: Annotated[list[int] | None, Form()] = None
) -> Response:
    who = reader_of(request).name

    def change(session: Session, now: datetime) -> object:
        return rules.hold(session, number, actor=who, now=now, came=came or [])

    return _changed(parts, request, number, "meeting_held", "Held, and who came is kept", change)


@routes.post("/meetings/{number}/minutes")
def minutes(parts: House, request: Request, number: Number, text: Text = "") -> Response:
    who = reader_of(request).name

    def change(session: Session, now: datetime) -> object:
        return rules.write_minutes(session, number, text=text, actor=who, now=now)

    return _changed(parts, request, number, "minutes_written", "The minutes are kept", change)


@routes.post("/meetings/{number}/ask")
def ask(
    parts: House, request: Request, number: Number, member: Text = "", senior: Text = ""
) -> Response:
    who = reader_of(request).name

    def change(session: Session, now: datetime) -> object:
        chosen = int(member) if member.isdecimal() and len(member) < 10 else 0
        return attendance.ask_too(
            session, number, actor=who, now=now, senior=senior or None,
            member=session.get(tables.Member, chosen) if chosen else None,
        )  # fmt: skip

    return _changed(parts, request, number, "meeting_asked", "One more is asked", change)


@routes.post("/meetings/{number}/people/{person}/answer")
def answer(
    parts: House, request: Request, number: Number, person: Number, rsvp: Text = ""
) -> Response:
    who = reader_of(request).name

    def change(session: Session, now: datetime) -> object:
        _own(session, number, person)
        return attendance.answer(session, person, rsvp=rsvp, actor=who, now=now)

    return _changed(parts, request, number, "meeting_answered", f"Noted: {rsvp[:10]}", change)


@routes.post("/meetings/{number}/people/{person}/came")
def came(
    parts: House, request: Request, number: Number, person: Number, came: Text = "yes"
) -> Response:
    who = reader_of(request).name

    def change(session: Session, now: datetime) -> object:
        _own(session, number, person)
        return attendance.attended(session, person, came=came == "yes", actor=who, now=now)

    words = "Noted: they came" if came == "yes" else "Noted: they stayed away"
    return _changed(parts, request, number, "meeting_attended", words, change)


def _state(meeting: tables.Meeting) -> str:
    return "cancelled" if meeting.cancelled_at else "held" if meeting.held_at else "called"


def _plan(typed: dict[str, str], asked: tuple[int, ...]) -> rules.Plan:
    """What the form says. Raises RuleError for a time that is none."""
    length = typed["minutes"].strip()
    if not (length.isdecimal() and 0 < int(length[:5]) <= 24 * 60):
        raise RuleError(f"{length!r} is no length.", mend="Say how many minutes, as in 60.")
    starts = on_clocks(typed["start"], typed["zone"])
    return rules.Plan(
        title=typed["title"],
        starts_at=starts,
        ends_at=starts + timedelta(minutes=int(length)),
        timezone=typed["zone"],
        place=typed["place"],
        kind=typed["kind"],
        agenda=tuple(typed["agenda"].splitlines()),
        prompts=tuple(typed["prompts"].splitlines()),
        facilitator=typed["facilitator"] or None,
        member_ids=asked or None,
    )


def _own(session: Session, meeting_id: int, person: int) -> None:
    """Raises NotFoundError for somebody who was not asked to this very meeting."""
    found = session.get(tables.Attendance, person)
    if found is None or found.meeting_id != meeting_id:
        raise NotFoundError("Nobody like that was asked.", mend="Look at the meeting again.")


def _receiver(session: Session, row: tables.Meeting, person: int) -> Party:
    _own(session, row.id or 0, person)
    one = session.get_one(tables.Attendance, person)
    member = session.get(tables.Member, one.member_id) if one.member_id else None
    if member is None or not member.address:
        raise NotFoundError("No mail address of theirs is known.", mend="Note it on their page.")
    return Party(one.name, member.address, one.rsvp)


def _exported(one: tables.Meeting, people: list[tables.Attendance]) -> dict[str, Any]:
    return {
        "number": one.id,
        "title": one.title,
        "kind": one.kind,
        "starts": one.starts_at,
        "ends": one.ends_at,
        "timezone": one.timezone,
        "place": one.place,
        "state": _state(one),
        "asked": len(people),
        "came": sum(person.came is True for person in people),
    }
