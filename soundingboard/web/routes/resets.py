"""Resets: the dated review of the programme, phase by phase, ending in decisions and a new date."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from community.kpis import KPIS
from community.steering import resets as rules
from config.errors import RuleError
from soundingboard.access import audit
from soundingboard.web import forms
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.reader import Reader, brand_of, reader_of
from soundingboard.web.routes.kpis import TABS
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import resets as queries
from store import tables

Text = Annotated[str, Form(max_length=4000)]

routes = APIRouter()
"""`/resets`, `/resets/{number}` and the steps of one."""


def _step(
    parts: Parts,
    request: Request,
    number: int,
    what: str,
    words: str,
    act: Callable[[Session, tables.Reset, Reader], Any],
    undo: str = "",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        act(session, queries.get_reset(session, number), reader)
        audit.note(session, reader, what, f"reset:{number}", now)
    return done(parts, f"/resets/{number}", words, undo=undo)


@routes.api_route("/resets", methods=["GET", "HEAD"])
def overview(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        brand = brand_of(request, session, reader_of(request))
        found = queries.resets(session, brand.id or 0) if brand else []
    return show(request, parts, "resets/resets.html.j2", resets=found, kpi_tabs=TABS)


@routes.post("/resets/plan")
def plan(
    parts: House,
    request: Request,
    due: Text = "",
    owner: Text = "",
    escalate_to: Text = "",
    every_months: Annotated[int, Form(ge=1, le=60)] = 6,
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        brand = brand_of(request, session, reader)
        if brand is None:
            raise RuleError("There is no brand yet.", mend="Begin at /start.")
        day = forms.day(reader, due, now)
        made = rules.plan(
            session, brand.id or 0, owner, day, every_months, now, escalate_to=escalate_to
        )
        audit.note(session, reader, "reset_planned", f"reset:{made.id}", now)
    return done(parts, f"/resets/{made.id}", "The reset is planned")


@routes.api_route("/resets/{number}", methods=["GET", "HEAD"])
def one(parts: House, request: Request, number: int) -> Response:
    with parts.store.read() as session:
        reset = queries.get_reset(session, number)
    return show(
        request, parts, "resets/reset.html.j2", reset=reset, phases=rules.PHASES,
        questions=rules.QUESTIONS, kpis=KPIS, kpi_tabs=TABS,
    )  # fmt: skip


@routes.post("/resets/{number}/move")
def move(parts: House, request: Request, number: int, due: Text = "") -> Response:
    now = parts.clock.now()
    return _step(parts,
        request, number, "reset_moved", "The reset has another day",
        lambda s, reset, reader: rules.move(s, reset, forms.day(reader, due, now), now),
    )  # fmt: skip


@routes.post("/resets/{number}/begin")
def begin(parts: House, request: Request, number: int) -> Response:
    families = {kpi.name: kpi.family for kpi in KPIS.values()}
    return _step(parts,
        request, number, "reset_begun", "What was measured stands beside each question now",
        lambda s, reset, _: rules.begin(s, reset, families, parts.clock.now()),
    )  # fmt: skip


@routes.post("/resets/{number}/conclude")
def conclude(parts: House, request: Request, number: int, words: Text = "") -> Response:
    return _step(parts,
        request, number, "reset_concluded", "The phase is concluded",
        lambda s, r, reader: rules.conclude(s, r, words, reader.name, parts.clock.now()),
        f"/resets/{number}/reconsider",
    )  # fmt: skip


@routes.post("/resets/{number}/reconsider")
def reconsider(parts: House, request: Request, number: int) -> Response:
    return _step(parts,
        request, number, "reset_reconsidered", "The last conclusion is open again",
        lambda s, reset, _: rules.reconsider(s, reset),
    )  # fmt: skip


@routes.post("/resets/{number}/decide")
def decide(
    parts: House,
    request: Request,
    number: int,
    words: Text = "",
    owner: Text = "",
    stop: Annotated[bool, Form()] = False,
) -> Response:
    return _step(parts,
        request, number, "reset_decided", "The decision is recorded",
        lambda s, reset, reader: rules.decide(
            s, reset, words, owner, reader.name, parts.clock.now(), stop=stop
        ),
        f"/resets/{number}/undecide",
    )  # fmt: skip


@routes.post("/resets/{number}/undecide")
def undecide(parts: House, request: Request, number: int) -> Response:
    return _step(parts,
        request, number, "reset_undecided", "The last decision is taken back",
        lambda s, reset, _: rules.take_back(s, reset),
    )  # fmt: skip


@routes.post("/resets/{number}/finish")
def finish(parts: House, request: Request, number: int) -> Response:
    return _step(parts,
        request, number, "reset_closed", "The reset is closed and the next one planned",
        lambda s, reset, reader: rules.finish(s, reset, reader.name, parts.clock.now()),
    )  # fmt: skip
