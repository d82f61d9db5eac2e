"""The committee: made, chartered, closed, and its history with the way back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from community.committees import committee as rules
from community.committees import trail
from community.committees.charter_text import charter_text
from community.committees.committee import Terms
from config.errors import NotFoundError, RuleError
from soundingboard.access import audit
from soundingboard.web import forms
from soundingboard.web.community.place import Chosen, Number, place_of
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.reader import reader_of
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import committee as committees
from store import members, tables
from store import trail as steps

Text = Annotated[str, Form(max_length=4000)]
SEE_OTHER, UNPROCESSABLE = 303, 422
MOST_STEPS = 200
COLUMNS = ("number", "at", "by", "step", "of", "words")


routes = APIRouter()
"""`/committees`, one of them, its charter and its history."""


def _page(
    parts: Parts,
    request: Request,
    number: Number,
    *,
    typed: Mapping[str, str] | None = None,
    wrong: str = "",
    preview: str = "",
) -> Response:
    """The committee; `typed` is what somebody wrote into the charter's form."""
    with parts.store.read() as session:
        place = place_of(request, session, number)
        facts = _facts(session, place.needed())
    return show(
        request, parts, "committees/committee.html.j2", UNPROCESSABLE if wrong else 200,
        place=place, facts=facts, typed=typed or _typed(facts["charter"]), wrong=wrong,
        preview=preview, editing=bool(typed) or "charter" in request.query_params,
    )  # fmt: skip


@routes.api_route("/committees", methods=["GET", "HEAD"])
def first(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        place = place_of(request, session)
    if place.committee is not None and "new" not in request.query_params:
        return RedirectResponse(f"/committees/{place.committee_id}", SEE_OTHER)
    return show(request, parts, "committees/new.html.j2", place=place, name="", wrong="")


@routes.post("/committees")
def make(parts: House, request: Request, name: Text = "") -> Response:
    reader, now = reader_of(request), parts.clock.now()
    try:
        with parts.store.write() as session:
            place = place_of(request, session)
            if place.brand is None:
                raise RuleError("There is no brand yet.", mend="Begin at /start.")
            row = rules.make(
                session, brand_id=place.brand_id, name=name, actor=reader.name, now=now
            )
            number = row.id
            audit.note(session, reader, "committee_made", f"committee:{number}", now)
    except RuleError as error:
        with parts.store.read() as session:
            place = place_of(request, session)
        return show(
            request, parts, "committees/new.html.j2", UNPROCESSABLE, place=place, name=name,
            wrong=str(error),
        )  # fmt: skip
    return done(parts, f"/committees/{number}?charter=1", f"{name} is made; now its charter")


@routes.api_route("/committees/{number}", methods=["GET", "HEAD"])
def one(parts: House, request: Request, number: Number) -> Response:
    return _page(parts, request, number)


@routes.post("/committees/{number}/charter")
def charter(
    parts: House,
    request: Request,
    number: Number,
    purpose: Text = "",
    hours_a_year: Text = "",
    meetings_a_year: Text = "",
    cadence: Text = "",
    compensation: Text = "",
    seniors: Text = "",
    answer_days: Text = "",
    then: Text = "preview",
) -> Response:
    """Shown as its members will read it; published only by the second button."""
    typed = {
        "purpose": purpose,
        "hours_a_year": hours_a_year,
        "meetings_a_year": meetings_a_year,
        "cadence": cadence,
        "compensation": compensation,
        "seniors": seniors,
        "answer_days": answer_days,
    }
    reader, now = reader_of(request), parts.clock.now()
    try:
        terms = _terms(typed)
        with parts.store.write() as session:
            place = place_of(request, session, number)
            tried = rules.drafted(session, number, terms, actor=reader.name, now=now)
            text = charter_text(place.needed(), tried)
        if then != "publish":
            return _page(parts, request, number, typed=typed, preview=text)
        with parts.store.write() as session:
            made = rules.publish(session, number, terms, actor=reader.name, now=now)
            audit.note(
                session, reader, "charter_published", f"committee:{number}", now,
                version=made.version,
            )  # fmt: skip
            version = made.version
    except RuleError as error:
        return _page(parts, request, number, typed=typed, wrong=str(error))
    return done(parts, f"/committees/{number}", f"Version {version} is published")


@routes.post("/committees/{number}/acknowledge")
def acknowledge(parts: House, request: Request, number: Number, member: Chosen) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        who = session.get(tables.Member, member)
        if who is None or who.committee_id != number:
            raise NotFoundError("There is no such member here.", mend="Look at the list.")
        held = rules.charter_of(session, number)
        rules.acknowledge(session, who, held, actor=reader.name, now=now)
        audit.note(session, reader, "charter_acknowledged", f"author:{who.author_id}", now)
        said = f"{who.name} acknowledged version {held.version}"
    return done(parts, f"/committees/{number}", said)


@routes.post("/committees/{number}/close")
def close(parts: House, request: Request, number: Number, reason: Text = "") -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        step = rules.close(session, number, reason=reason, actor=reader.name, now=now)
        audit.note(session, reader, "committee_closed", f"committee:{number}", now)
        undo = f"/committees/{number}/steps/{step.id}/undo"
    return done(parts, f"/committees/{number}", "The committee is closed", undo=undo)


@routes.api_route("/committees/{number}/history", methods=["GET", "HEAD"])
def history(parts: House, request: Request, number: Number) -> Response:
    with parts.store.read() as session:
        place = place_of(request, session, number)
        told = _history(session, number)
    page = "committees/history.html.j2"
    return show(request, parts, page, place=place, steps=told, most=MOST_STEPS)


@routes.post("/committees/{number}/history/export")
def export(
    parts: House, request: Request, number: Number, kind: Annotated[str, Form(alias="as")] = "csv"
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        place_of(request, session, number)
        told = [
            {
                "number": one.id, "at": one.at, "by": one.actor, "step": one.step,
                "of": one.subject, "words": one.words,
            }
            for one in steps.steps(session, number)
        ]  # fmt: skip
        subject = f"committee:{number}"
        audit.note(session, reader, "exported", subject, now, rows=len(told), what="history")
    return exported(told, COLUMNS, "committee-history", kind)


@routes.post("/committees/{number}/steps/{step}/undo")
def take_back(
    parts: House, request: Request, number: Number, step: Number, back: Text = ""
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        undone = trail.get_step(session, number, step)
        made = trail.take_back(session, undone, reader.name, now)
        audit.note(session, reader, "step_taken_back", f"committee:{number}", now, step=undone.step)
        redo = f"/committees/{number}/steps/{made.id}/undo"
        said, to = f"Taken back: {undone.step.replace('_', ' ')}", _where(undone, number)
    return done(parts, back or to, said, undo=redo)


def _where(step: tables.CommitteeStep, committee_id: int) -> str:
    """The page of what a step was about."""
    kind, _, number = step.subject.partition(":")
    if kind == "meeting":
        return f"/meetings/{number}"
    if kind == "pay":
        return "/pay"
    if step.member_id is not None and kind in ("member", "badge"):
        return f"/members/{step.member_id}"
    return f"/committees/{committee_id}"


def _facts(session: Session, committee: tables.Committee) -> dict[str, Any]:
    """The charter that holds, the earlier ones, and who agreed to which."""
    number = committee.id or 0
    every = committees.charters(session, number)
    held = every[-1] if every else None
    said = committees.acknowledged_at(session, held.id or 0) if held else {}
    sitting = members.members(session, number, door="committee", here=True)
    return {
        "charter": held,
        "text": charter_text(committee, held) if held else "",
        "earlier": [(one, charter_text(committee, one)) for one in every[-2::-1]],
        "agreed": [(one, said[one.id or 0]) for one in sitting if one.id in said],
        "not_agreed": [one for one in sitting if one.id not in said],
        "steps": _history(session, number)[:8],
    }


def _history(session: Session, committee_id: int) -> list[dict[str, Any]]:
    """What happened, newest first, and which of it may still be taken back."""
    found = steps.steps(session, committee_id)
    undone = {one.undoes_id for one in found if one.undoes_id is not None}
    newest: dict[str, int] = {}
    for one in found:
        if one.before or one.after:
            newest[one.subject] = one.id or 0
    names = {one.id: one.name for one in members.members(session, committee_id)}
    return [
        {
            "step": one,
            "member": names.get(one.member_id),
            "undoable": bool(one.before)
            and one.id not in undone
            and newest.get(one.subject) == one.id,
            "undone": one.id in undone,
        }
        for one in reversed(found[-MOST_STEPS:])
    ]


def _typed(charter: tables.Charter | None) -> dict[str, str]:
    """The charter as its form holds it."""
    if charter is None:
        return {"answer_days": "30", "meetings_a_year": "4", "hours_a_year": "12"}
    told = asdict(Terms.of(charter))
    return {
        name: "\n".join(value) if name == "seniors" else f"{value:g}"
        if isinstance(value, float) else str(value)
        for name, value in told.items()
    }  # fmt: skip


def _terms(typed: Mapping[str, str]) -> Terms:
    """What the form says. Raises RuleError for numbers that are none."""
    return Terms(
        purpose=typed["purpose"],
        hours_a_year=forms.number(typed["hours_a_year"], "Hours a year"),
        meetings_a_year=_whole(typed["meetings_a_year"], "Meetings a year"),
        cadence=typed["cadence"],
        compensation=typed["compensation"],
        seniors=tuple(line.strip() for line in typed["seniors"].splitlines() if line.strip()),
        answer_days=_whole(typed["answer_days"], "Days to answer in"),
    )


def _whole(text: str, what: str) -> int:
    value = forms.number(text, what)
    if value != int(value):
        raise RuleError(f"{what}: {text!r} is no whole number.", mend="Write it as 30.")
    return int(value)
