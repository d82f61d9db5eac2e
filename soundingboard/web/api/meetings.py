"""Meetings of committees, and who was asked to them."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response

from config.errors import NotFoundError
from soundingboard.web.api.callers import Caller, caller_of
from soundingboard.web.api.committees import committee
from soundingboard.web.api.etags import answered
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, number_after, numbered
from soundingboard.web.api.shapes import Moment, Number, Told
from soundingboard.wiring import Parts
from store import pages, tables
from store.meetings import attendances


class Meeting(Told):
    """A meeting or a focus group; `uid` and `sequence` are those of its calendar entry."""

    number: int
    committee: int
    uid: str
    sequence: int
    kind: str
    title: str
    starts_at: Moment
    ends_at: Moment
    timezone: str
    place: str
    agenda: list[str]
    state: Literal["called", "held", "cancelled"]
    called_at: Moment
    held_at: Moment | None
    cancelled_at: Moment | None
    cancelled_why: str | None


class Attendance(Told):
    """Somebody asked to a meeting; a member's name is null unless a marketer or admin asks."""

    member: int | None
    name: str | None
    role: str
    promised: bool
    rsvp: str | None
    came: bool | None


class WholeMeeting(Meeting):
    """A meeting with its minutes and everybody who was asked."""

    minutes: str | None
    people: list[Attendance]


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["meetings"])

    @routes.get("/committees/{number}/meetings", response_model=Page[Meeting])
    def list_meetings(
        request: Request, number: Number, limit: Limit = DEFAULT, cursor: Cursor = None
    ) -> Response:
        """A committee's meetings, the one called last first."""
        after = number_after(parts, "meetings", cursor)
        with parts.store.read() as session:
            committee(session, number)
            rows = pages.page(session, tables.Meeting, limit + 1, after=after, committee_id=number)
        return numbered(
            request, parts, "meetings", rows, limit, lambda some: list(map(_shown, some))
        )

    @routes.get("/meetings/{number}", response_model=WholeMeeting)
    def one_meeting(request: Request, number: Number) -> Response:
        """One meeting."""
        with parts.store.read() as session:
            row = session.get(tables.Meeting, number)
            if row is None:
                raise NotFoundError(f"There is no meeting {number}.")
            asked = attendances(session, number)
        caller = caller_of(request)
        people = [_attendance(one, caller) for one in asked]
        told = _shown(row).model_dump()
        return answered(request, WholeMeeting(**told, minutes=row.minutes, people=people))

    return routes


def _shown(row: tables.Meeting) -> Meeting:
    kept = [name for name in Meeting.model_fields if name in tables.Meeting.model_fields]
    state = "cancelled" if row.cancelled_at else "held" if row.held_at else "called"
    told = {name: getattr(row, name) for name in kept}
    return Meeting(number=row.id or 0, committee=row.committee_id, state=state, **told)


def _attendance(row: tables.Attendance, caller: Caller) -> Attendance:
    shown = row.role != "member" or caller.sees_people
    return Attendance(
        member=row.member_id,
        name=row.name if shown else None,
        role=row.role,
        promised=row.promised,
        rsvp=row.rsvp,
        came=row.came,
    )
