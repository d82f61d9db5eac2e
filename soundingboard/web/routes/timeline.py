"""The timeline: what each day brought, what happened outside, and the days out of the ordinary."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from community.steering.context import KINDS, change_event, note_event
from config.errors import NotFoundError, RuleError
from soundingboard.access import audit
from soundingboard.alert_cards import alert_card
from soundingboard.web import forms
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.listening.days import ORDER, SPANS, stretches
from soundingboard.web.listening.filters import LARGEST
from soundingboard.web.reader import Reader, brand_of, reader_of
from soundingboard.web.routes.mentions import TABS
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import alerts as alert_queries
from store import tables
from store.goals import events_between, get_event

HERE = "/timeline"
UNPROCESSABLE = 422
MOST_SPIKES = 20
REMOVED = "event removed"
Number = Annotated[int, Path(ge=1, le=LARGEST)]
Words = Annotated[str, Form(max_length=200)]

routes = APIRouter()
"""`/timeline`, its events and its spikes."""


@routes.api_route(HERE, methods=["GET", "HEAD"])
def timeline(
    parts: House, request: Request, span: Annotated[str, Query(pattern="^(4w|3m|1y)$")] = "3m"
) -> Response:
    with parts.store.read() as session:
        view = _view(parts, request, session, span)
    return show(request, parts, "timeline/timeline.html.j2", **view)


@routes.post("/alerts/{number}/seen")
def seen(parts: House, request: Request, number: Number) -> Response:
    return _mark(parts, request, number, seen=True)


@routes.post("/alerts/{number}/unseen")
def unseen(parts: House, request: Request, number: Number) -> Response:
    return _mark(parts, request, number, seen=False)


@routes.post(f"{HERE}/events")
def add(
    parts: House,
    request: Request,
    kind: Annotated[str, Form()],
    title: Words = "",
    starts: Words = "",
    ends: Words = "",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    try:
        first, last = _days(reader, starts, ends, now)
        with parts.store.write() as session:
            brand = _brand(request, session)
            event = note_event(
                session, brand.id or 0, kind, title, first, reader.name, now, ends_at=last
            )
            audit.note(session, reader, "event_noted", f"event:{event.id}", now)
    except RuleError as error:
        typed = {"kind": kind, "title": title, "starts": starts, "ends": ends}
        return _again(parts, request, error, typed)
    return done(parts, HERE, f"Noted: {event.title}.", undo=f"{HERE}/events/{event.id}/remove")


@routes.post(f"{HERE}/events/{{number}}")
def change(
    parts: House,
    request: Request,
    number: Number,
    kind: Annotated[str, Form()],
    title: Words = "",
    starts: Words = "",
    ends: Words = "",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    first, last = _days(reader, starts, ends, now)
    with parts.store.write() as session:
        event = get_event(session, number)
        before = _sealed(parts, event)
        change_event(session, event, kind, title, first, reader.name, now, ends_at=last)
        audit.note(session, reader, "event_changed", f"event:{number}", now)
    return done(parts, HERE, f"Changed: {event.title}.", undo=f"{HERE}/restore?token={before}")


@routes.post(f"{HERE}/events/{{number}}/remove")
def remove(parts: House, request: Request, number: Number) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        event = get_event(session, number)
        before = _sealed(parts, event)
        session.delete(event)
        audit.note(session, reader, "event_removed", f"event:{number}", now)
    return done(parts, HERE, f"Taken off: {event.title}.", undo=f"{HERE}/restore?token={before}")


@routes.post(f"{HERE}/restore")
def restore(
    parts: House, request: Request, token: Annotated[str, Query(max_length=2000)]
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    number, brand_id, kind, title, first, last = parts.signer.read(REMOVED, token)
    begins = datetime.fromisoformat(str(first))
    ends = datetime.fromisoformat(str(last)) if last else None
    with parts.store.write() as session:
        event = session.get(tables.ContextEvent, number)
        told = (str(kind), str(title), begins, reader.name, now)
        if event is not None and event.brand_id == brand_id:
            change_event(session, event, *told, ends_at=ends)
        else:
            event = note_event(session, int(brand_id), *told, ends_at=ends)
        audit.note(session, reader, "event_restored", f"event:{event.id}", now)
    return done(parts, HERE, f"As it was: {event.title}.")


def _mark(parts: Parts, request: Request, number: int, *, seen: bool) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        alert = alert_queries.get_alert(session, number)
        alert.seen_by, alert.seen_at = (reader.name, now) if seen else (None, None)
        session.add(alert)
    undo = f"/alerts/{number}/unseen" if seen else ""
    return done(parts, HERE, "Marked as seen." if seen else "Not seen yet.", undo=undo)


def _again(parts: Parts, request: Request, error: RuleError, typed: dict[str, str]) -> Response:
    with parts.store.read() as session:
        view = _view(parts, request, session, "3m")
    view |= {"typed": typed, "wrong": str(error)}
    return show(request, parts, "timeline/timeline.html.j2", UNPROCESSABLE, **view)


def _view(parts: Parts, request: Request, session: Session, span: str) -> dict[str, Any]:
    now, brand = parts.clock.now(), brand_of(request, session, reader_of(request))
    number = brand.id or 0 if brand else 0
    days, step, words = SPANS[span]
    found = stretches(session, number, now, days, step)
    since = now - timedelta(days=days)
    alerts = alert_queries.alerts_since(session, number, since)[:MOST_SPIKES]
    spikes = sorted(alerts, key=lambda one: one.day, reverse=True)
    return {
        "span": span,
        "spans": [(name, told[2]) for name, told in SPANS.items()],
        "in_words": words,
        "stretches": found,
        "order": ORDER,
        "total": sum(one.total for one in found),
        "events": list(reversed(events_between(session, number, since, now + timedelta(days=366)))),
        "spikes": [_spike(session, parts, alert) for alert in spikes],
        "kinds": [(kind, kind) for kind in KINDS],
        "typed": {},
        "wrong": "",
        "listening_tabs": TABS,
    }


def _spike(session: Session, parts: Parts, alert: tables.Alert) -> dict[str, Any]:
    label = alert.series if alert.series in ORDER else None
    query = {"since": alert.day, "until": alert.day, "counted": "yes", "label": label}
    return alert_card(session, parts.marker, alert) | {
        "query": query,
        "chance": _chance(alert.p),
        "on": date.fromisoformat(alert.day),
    }


def _chance(p: float) -> str:
    """How rarely so much is said by accident, in words."""
    if p <= 0 or p < 1e-6:
        return "less often than once in a million days"
    return f"about once in {round(1 / p, -max(0, len(str(round(1 / p))) - 2)):,.0f} days"


def _days(
    reader: Reader, starts: str, ends: str, now: datetime
) -> tuple[datetime, datetime | None]:
    first = forms.day(reader, starts, now) if starts.strip() else now
    last = forms.day(reader, ends, now) if ends.strip() else None
    return first.astimezone(UTC), last.astimezone(UTC) if last else None


def _brand(request: Request, session: Session) -> tables.BrandRow:
    brand = brand_of(request, session, reader_of(request))
    if brand is None:
        raise NotFoundError("There is no brand yet.", mend="Begin at /start.")
    return brand


def _sealed(parts: Parts, event: tables.ContextEvent) -> str:
    """The event as it stands, in a form that only we can write."""
    last = event.ends_at.isoformat() if event.ends_at else ""
    return parts.signer.sign(
        REMOVED, event.id or 0, event.brand_id, event.kind, event.title,
        event.starts_at.isoformat(), last,
    )  # fmt: skip
