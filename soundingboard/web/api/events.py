"""Context events: what happened outside that may have moved the numbers."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import Session

from community.steering.context import note_event
from soundingboard.access import audit
from soundingboard.web.api.brands import chosen
from soundingboard.web.api.callers import caller_of
from soundingboard.web.api.etags import IF_MATCH, answered, refuse_overtaken
from soundingboard.web.api.idempotency import KEY, once
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, number_after, numbered
from soundingboard.web.api.shapes import LARGEST, Asked, Code, Moment, Number, OfBrand, Told, Words
from soundingboard.wiring import Parts
from store import pages, tables
from store.goals import get_event


class NewEvent(Asked):
    """Something that happened; without a start it happened now."""

    brand: int | None = Field(default=None, ge=1, le=LARGEST)
    kind: Literal["launch", "outage", "price", "press", "campaign", "other"]
    title: Words = Field(min_length=1, max_length=200)
    starts_at: Moment | None = None
    ends_at: Moment | None = None


class Event(Told):
    """Something that happened outside."""

    number: int
    brand: int
    kind: Code
    title: str
    starts_at: Moment
    ends_at: Moment | None
    noted_by: str
    noted_at: Moment


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["events"])

    @routes.get("/events", response_model=Page[Event])
    def list_events(
        request: Request, brand: OfBrand = None, limit: Limit = DEFAULT, cursor: Cursor = None
    ) -> Response:
        """What was noted, the newest note first."""
        after = number_after(parts, "events", cursor)
        with parts.store.read() as session:
            of = chosen(session, brand).id
            rows = pages.page(session, tables.ContextEvent, limit + 1, after=after, brand_id=of)
        return numbered(request, parts, "events", rows, limit, lambda some: list(map(_shown, some)))

    @routes.get("/events/{number}", response_model=Event)
    def one_event(request: Request, number: Number) -> Response:
        """One event."""
        with parts.store.read() as session:
            return answered(request, _shown(get_event(session, number)))

    @routes.post("/events", response_model=Event, status_code=201, dependencies=[KEY])
    def note(request: Request, told: NewEvent) -> Response:
        """Note an event on the timeline."""
        caller, now = caller_of(request), parts.clock.now()

        def change(session: Session) -> Event:
            of = chosen(session, told.brand).id or 0
            starts = told.starts_at or now
            event = note_event(
                session, of, told.kind, told.title, starts, caller.name, now, ends_at=told.ends_at
            )
            audit.note(session, caller, "event_noted", f"event:{event.id}", now, brand=of)
            return _shown(event)

        return once(parts, request, told, change)

    @routes.delete("/events/{number}", status_code=204, dependencies=[IF_MATCH])
    def take_off(request: Request, number: Number) -> Response:
        """Take an event off the timeline."""
        caller, now = caller_of(request), parts.clock.now()
        with parts.store.write() as session:
            event = get_event(session, number)
            refuse_overtaken(request, _shown(event), 0, None)
            session.delete(event)
            audit.note(session, caller, "event_removed", f"event:{number}", now)
        return Response(status_code=204)

    return routes


def _shown(row: tables.ContextEvent) -> Event:
    kept = row.model_dump(exclude={"id", "brand_id"})
    return Event(number=row.id or 0, brand=row.brand_id, **kept)
