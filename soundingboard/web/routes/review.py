"""Review: one queue of what moderators decide, an item with its evidence, and their word on it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from community.moderating import moderation, snoozing
from community.moderating.usual import usual_reason
from config.errors import RuleError
from soundingboard.access import audit
from soundingboard.web import forms
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.reader import Reader, brand_of, reader_of
from soundingboard.web.reviewing.asked import HOME, Asked, asked
from soundingboard.web.reviewing.detail import detail_view
from soundingboard.web.reviewing.listed import EXPORTED, all_rows, list_view, next_after
from soundingboard.web.reviewing.undoing import undo_path
from soundingboard.web.told import SEE_OTHER, done
from store import moderation as queue_queries
from store import tables

LARGEST = 2**31 - 1
"""No number of ours is larger, and no database takes a larger one."""
Number = Annotated[int, Path(ge=0, le=LARGEST)]
Version = Annotated[int | None, Form(ge=0, le=LARGEST)]
Note = Annotated[str, Form(max_length=2000)]
MORNING = 9
"""Hour, in the reader's zone, at which what was put off for days comes back."""

routes = APIRouter()
"""`/review` and what can be done with one item of it."""


@routes.api_route(HOME, methods=["GET", "HEAD"])
def queue(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        wanted = wanted_by(request, session)
        view = list_view(session, wanted, parts.clock.now())
    return show(request, parts, "review/review.html.j2", **view, detail=None)


@routes.api_route("/review/{item_id}", methods=["GET", "HEAD"])
def permalink(parts: House, request: Request, item_id: Number) -> Response:
    with parts.store.read() as session:
        item = moderation.one_item(session, item_id)
        state = "decided" if item.state == "decided" else "waiting"
        state = "snoozed" if snoozing.is_asleep(item, parts.clock.now()) else state
        wanted = asked({"state": state, "item": str(item_id)}, item.brand_id, "")
    return RedirectResponse(wanted.path(brand=item.brand_id), SEE_OTHER)


@routes.post("/review/{item_id}/open")
def look(parts: House, request: Request, item_id: Number) -> Response:
    """The whole page with the item open; that somebody looked is written down."""
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        item = moderation.one_item(session, item_id)
        wanted = wanted_by(request, session)
        view = list_view(session, wanted, now)
        detail = detail_view(session, item, reader.name, now)
        for number in (item.author_id, item.other_id):
            if number:
                audit.note(session, reader, "review_opened", f"author:{number}", now, item=item_id)
    return show(request, parts, "review/review.html.j2", **view, detail=detail, opened=item_id)


@routes.post("/review/export")
def export(parts: House, request: Request, kind: Annotated[str, Form(alias="as")]) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        rows = list(all_rows(session, wanted_by(request, session), now))
        audit.note(session, reader, "exported", "review", now, rows=len(rows), format=kind)
    return exported(rows, EXPORTED, "review", kind)


@routes.post("/review/next")
def claim_next(parts: House, request: Request) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        wanted = wanted_by(request, session)
        found = moderation.claim_next(session, reader.name, now, brand_id=wanted.filter.brand_id)
        if found is None:
            return done(parts, HOME, "Nothing waits that nobody else has", wrong=True)
        _note(session, reader, found, "review_claimed", now)
    return done(parts, Asked(wanted.filter).path(kind=None, held=None, state=None,
        item=found.id), f"No. {found.id} is yours for half an hour")  # fmt: skip


@routes.post("/review/{item_id}/claim")
def claim(parts: House, request: Request, item_id: Number, seen: Version = None) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        item = moderation.one_item(session, item_id)
        moderation.claim(session, item, reader.name, now, seen=seen)
        _note(session, reader, item, "review_claimed", now)
        to = wanted_by(request, session).path(item=item_id)
    return done(parts, to, f"No. {item_id} is yours for half an hour")


@routes.post("/review/{item_id}/release")
def release(parts: House, request: Request, item_id: Number) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        item = moderation.one_item(session, item_id)
        moderation.release(session, item, reader.name, now)
        _note(session, reader, item, "review_released", now)
        to = wanted_by(request, session).path(item=item_id)
    return done(parts, to, f"No. {item_id} is free again")


@routes.post("/review/{item_id}/decide")
def decide(
    parts: House,
    request: Request,
    item_id: Number,
    decision: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "",
    note: Note = "",
    seen: Version = None,
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        item = moderation.one_item(session, item_id)
        wanted, ahead = wanted_by(request, session), None
        ahead = next_after(session, wanted, item, now)
        step = moderation.decide(
            session, item, reader.name, decision, now,
            reason=reason or reason_for(session, item, decision), note=note, seen=seen,
        )  # fmt: skip
        _note(session, reader, item, "review_decided", now, decision=decision)
    words = f"No. {item_id}: {decision.replace('_', ' ')}"
    return done(
        parts, wanted.path(item=ahead), words, undo=undo_path(parts, [step.id or 0], reader.id)
    )


@routes.post("/review/{item_id}/snooze")
def snooze(
    parts: House,
    request: Request,
    item_id: Number,
    hours: Annotated[int, Form(ge=1, le=24 * 90)] = 24,
    until: Annotated[str, Form()] = "",
    note: Note = "",
    seen: Version = None,
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        item = moderation.one_item(session, item_id)
        wanted = wanted_by(request, session)
        ahead = next_after(session, wanted, item, now)
        moment = put_off(reader, now, hours, until)
        step = snoozing.snooze(session, item, reader.name, moment, now, note=note, seen=seen)
        _note(session, reader, item, "review_snoozed", now)
    words = f"No. {item_id} is put off until {moment.astimezone(reader.zone):%-d %b, %H:%M}"
    return done(
        parts, wanted.path(item=ahead), words, undo=undo_path(parts, [step.id or 0], reader.id)
    )


@routes.post("/review/{item_id}/wake")
def wake(parts: House, request: Request, item_id: Number, seen: Version = None) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        item = moderation.one_item(session, item_id)
        snoozing.wake(session, item, reader.name, now, seen=seen)
        _note(session, reader, item, "review_woken", now)
    return done(parts, f"/review/{item_id}", f"No. {item_id} waits again")


@routes.post("/review/{item_id}/undo")
def undo(
    parts: House, request: Request, item_id: Number, note: Note = "", seen: Version = None
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        item = moderation.one_item(session, item_id)
        step = moderation.undo(session, item, reader.name, now, note=note, seen=seen)
        _note(session, reader, item, "review_undone", now)
    return done(parts, f"/review/{item_id}", f"Taken back: No. {item_id}, {step.words}")


@routes.post("/review/{item_id}/told")
def told(
    parts: House, request: Request, item_id: Number, yes: Annotated[bool, Form()] = True
) -> Response:
    """Whoever reported it was told by a colleague, or was not after all."""
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        item = moderation.one_item(session, item_id)
        if item.state != "decided":
            raise RuleError("Nobody decided this yet, so there is nothing to tell.")
        for report in queue_queries.reports(session, item_id):
            queue_queries.set_report(session, report, told_at=now if yes else None)
        _note(session, reader, item, "reporters_told", now, told=yes)
    words = "counts as told" if yes else "counts as not told"
    return done(parts, f"/review/{item_id}", f"What became of No. {item_id} {words}")


def wanted_by(request: Request, session: Session) -> Asked:
    """The list that a request is about: of the brand its reader looks at."""
    reader = reader_of(request)
    brand = brand_of(request, session, reader)
    return asked(request.query_params, brand.id if brand else None, reader.name)


def reason_for(session: Session, item: tables.ReviewItem, decision: str) -> str:
    """The reason a decision usually has here. Raises RuleError where a person has to say it."""
    cues: dict[str, str] = dict(item.why.get("cues", {}))  # type: ignore[call-overload]
    reported = [one.reason for one in queue_queries.reports(session, item.id or 0)]
    found = usual_reason(item.kind, decision, cues, reported)
    if found is None:
        raise RuleError("This decision needs a reason.", mend="Choose one of the list.")
    return found


def put_off(reader: Reader, now: datetime, hours: int, until: str) -> datetime:
    """When an item comes back: on a day (in the morning), or after so many hours.

    From a day on, hours are told as mornings. Raises RuleError for what is no day.
    """
    if until.strip():
        return forms.day(reader, until, now) + timedelta(hours=MORNING)
    later = (now + timedelta(hours=hours)).astimezone(reader.zone)
    if hours < 24:
        return later
    return later.replace(hour=MORNING, minute=0, second=0, microsecond=0)


def _note(
    session: Session,
    reader: Reader,
    item: tables.ReviewItem,
    action: str,
    now: datetime,
    **details: object,
) -> None:
    audit.note(session, reader, action, f"review:{item.id}", now, **details)
