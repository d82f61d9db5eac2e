"""Goals: what a KPI shall reach, for both sides' good, and where it stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from community.kpis import KPIS
from community.steering import goals as rules
from config.errors import RuleError
from soundingboard.access import audit
from soundingboard.web import forms
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.kpi_view import shown
from soundingboard.web.reader import Reader, brand_of, reader_of
from soundingboard.web.routes.kpis import TABS
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import goals as goal_queries
from store import tables

Text = Annotated[str, Form(max_length=500)]
UNPROCESSABLE = 422

routes = APIRouter()
"""`/goals`, `/goals/new`, `/goals/{number}` and its changes."""


def _form(parts: Parts, request: Request, typed: Mapping[str, str], wrong: str = "") -> Response:
    status = UNPROCESSABLE if wrong else 200
    page = "goals/new.html.j2"
    return show(
        request,
        parts,
        page,
        status,
        typed=defaultdict(str, typed),
        wrong=wrong,
        kpis=KPIS,
        kpi_tabs=TABS,
    )


@routes.api_route("/goals", methods=["GET", "HEAD"])
def overview(parts: House, request: Request) -> Response:
    closed = "closed" in request.query_params
    with parts.store.read() as session:
        brand = brand_of(request, session, reader_of(request))
        found = goal_queries.goals(session, brand.id or 0, closed=closed) if brand else []
        told = [goal_view(session, goal, parts.clock.now()) for goal in found]
    kinds = {kpi.name: kpi.kind for kpi in KPIS.values()}
    warning = rules.one_sided([g for g in found if g.closed_at is None], kinds)
    return show(request, parts, "goals/goals.html.j2", goals=told, warning=warning, kpi_tabs=TABS)


@routes.api_route("/goals/new", methods=["GET", "HEAD"])
def new(parts: House, request: Request) -> Response:
    return _form(parts, request, dict(request.query_params))


@routes.post("/goals/new")
def make(
    parts: House,
    request: Request,
    title: Text = "",
    kpi: Text = "",
    level: Text = "strategic",
    direction: Text = "up",
    owner: Text = "",
    benefit_customer: Text = "",
    benefit_company: Text = "",
    target: Text = "",
    stretch: Text = "",
    starts: Text = "",
    ends: Text = "",
    status_every: Text = "month",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    typed = {name: value for name, value in locals().items() if isinstance(value, str)}
    try:
        with parts.store.write() as session:
            brand = brand_of(request, session, reader)
            if brand is None:
                raise RuleError("There is no brand yet.", mend="Begin at /start.")
            draft = _draft(reader, typed, now)
            goal = rules.set_goal(session, brand.id or 0, draft, reader.name, now)
            audit.note(session, reader, "goal_set", f"goal:{goal.id}", now)
    except RuleError as error:
        return _form(parts, request, typed, str(error))
    return done(parts, f"/goals/{goal.id}", f"Goal set: {goal.title}")


@routes.api_route("/goals/{number}", methods=["GET", "HEAD"])
def one(parts: House, request: Request, number: int) -> Response:
    with parts.store.read() as session:
        goal = goal_queries.get_goal(session, number)
        told = goal_view(session, goal, parts.clock.now())
        read = [m for m in rules.read_of(session, goal) if m.until >= goal.made_at]
        periods = rules.by_period(read, goal.status_every)
        changes = goal_queries.changes(session, number)
    kpi = KPIS.get(goal.kpi)
    rows = [[p, round(m.value, 4) if m.value is not None else None] for p, m in periods]
    return show(
        request, parts, "goals/goal.html.j2", one=told, kpi=kpi, rows=rows, changes=changes,
        kpi_tabs=TABS,
    )  # fmt: skip


@routes.post("/goals/{number}/revise")
def revise(
    parts: House,
    request: Request,
    number: int,
    reason: Text = "",
    target: Text = "",
    stretch: Text = "",
    owner: Text = "",
    ends: Text = "",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    changed: dict[str, Any] = {}
    if target:
        changed["target"] = forms.number(target, "Target")
    if stretch:
        changed["stretch"] = forms.number(stretch, "Stretch")
    if owner:
        changed["owner"] = owner
    if ends:
        changed["ends_at"] = forms.day(reader, ends, now)
    if not changed:
        raise RuleError("Nothing would change.", mend="Fill in what shall be different.")
    with parts.store.write() as session:
        goal = goal_queries.get_goal(session, number)
        rules.revise(session, goal, reader.name, reason, now, **changed)
        audit.note(session, reader, "goal_revised", f"goal:{number}", now)
    return done(parts, f"/goals/{number}", "The goal is changed", undo=f"/goals/{number}/undo")


@routes.post("/goals/{number}/close")
def close(parts: House, request: Request, number: int, reason: Text = "") -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        goal = goal_queries.get_goal(session, number)
        rules.close(session, goal, reader.name, reason, now)
        audit.note(session, reader, "goal_closed", f"goal:{number}", now)
    return done(parts, f"/goals/{number}", "The goal is closed", undo=f"/goals/{number}/undo")


@routes.post("/goals/{number}/undo")
def undo(parts: House, request: Request, number: int) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        goal = goal_queries.get_goal(session, number)
        rules.undo(session, goal, reader.name, now)
        audit.note(session, reader, "goal_undone", f"goal:{number}", now)
    return done(parts, f"/goals/{number}", "The last change is taken back")


def goal_view(session: Session, goal: tables.Goal, now: datetime) -> dict[str, Any]:
    """A goal with where it stands, in the numbers people read."""
    stands = rules.standing(goal, rules.read_of(session, goal), now)
    kpi = KPIS.get(goal.kpi)
    say = (lambda value: shown(kpi, value)) if kpi else str
    return {
        "goal": goal,
        "kpi": kpi,
        "stands": stands,
        "value": say(stands.value),
        "target": say(goal.target),
        "stretch": say(goal.stretch) if goal.stretch is not None else None,
        "baseline": say(float(str(goal.baseline["value"]))),
        "baseline_n": goal.baseline.get("n"),
        "words": stands.state if stands.sure else f"{stands.state}, not yet surely",
    }


def _draft(reader: Reader, typed: Mapping[str, str], now: datetime) -> rules.Draft:
    if typed["kpi"] not in KPIS:
        raise RuleError("Choose a KPI.", mend="The list names all of them.")
    return rules.Draft(
        title=typed["title"],
        kpi=typed["kpi"],
        level=_one_of(typed["level"], ("strategic", "tactical")),
        direction=_one_of(typed["direction"], ("up", "down")),
        owner=typed["owner"],
        benefit_customer=typed["benefit_customer"],
        benefit_company=typed["benefit_company"],
        target=forms.number(typed["target"], "Target"),
        stretch=forms.number(typed["stretch"], "Stretch") if typed["stretch"] else None,
        starts_at=forms.day(reader, typed["starts"], now),
        ends_at=forms.day(reader, typed["ends"], now),
        status_every=_one_of(typed["status_every"], ("day", "week", "month", "year")),
    )


def _one_of(word: str, known: tuple[str, ...]) -> str:
    if word not in known:
        raise RuleError(f"{word!r} is none of {', '.join(known)}.")
    return word
