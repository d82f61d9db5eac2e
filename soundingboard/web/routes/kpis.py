"""KPIs: every measurement with its interval and n, its history, and what it means."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from community.kpis import KPIS
from soundingboard.access import audit
from soundingboard.pipeline.measure import measure
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.kpi_view import FAMILIES, history, kpi_card, kpi_cards, rows
from soundingboard.web.reader import brand_of, reader_of
from soundingboard.web.told import done
from store import goals as goal_queries
from store import measurements

COLUMNS = (
    "kpi", "title", "family", "value", "low", "high", "n", "unit", "since", "until", "note",
)  # fmt: skip
TABS = (
    ("/kpis", "KPIs"),
    ("/goals", "Goals"),
    ("/resets", "Resets"),
    ("/ledger", "Ledger"),
    ("/business-case", "Business case"),
)

routes = APIRouter()
"""`/kpis`, `/kpis/{name}`."""


@routes.api_route("/kpis", methods=["GET", "HEAD"])
def overview(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        brand = brand_of(request, session, reader_of(request))
        cards = kpi_cards(session, brand.id or 0, parts.clock.now()) if brand else {}
    return show(request, parts, "kpis/kpis.html.j2", cards=cards, families=FAMILIES, kpi_tabs=TABS)


@routes.post("/kpis/export")
def export(parts: House, request: Request, kind: Annotated[str, Form(alias="as")]) -> Response:
    with parts.store.write() as session:
        reader, now = reader_of(request), parts.clock.now()
        brand = brand_of(request, session, reader)
        told = rows(kpi_cards(session, brand.id or 0, now)) if brand else []
        audit.note(session, reader, "kpis_exported", f"brand:{brand.id if brand else 0}", now)
    return exported(told, COLUMNS, "kpis", kind)


@routes.post("/kpis/measure")
def anew(parts: House, request: Request) -> Response:
    report = measure(parts)
    if report.failed:
        return done(parts, "/kpis", "; ".join(report.failed.values()), wrong=True)
    return done(parts, "/kpis", "Everything was measured anew.")


@routes.api_route("/kpis/{name}", methods=["GET", "HEAD"])
def one(parts: House, request: Request, name: str) -> Response:
    kpi = KPIS.get(name)
    if kpi is None:
        raise HTTPException(404)
    with parts.store.read() as session:
        brand = brand_of(request, session, reader_of(request))
        read = measurements.series(session, brand.id or 0, name) if brand else []
        goals = goal_queries.goals(session, brand.id or 0) if brand else []
        events = (
            goal_queries.events_between(session, brand.id or 0, read[0].until, read[-1].until)
            if brand and read
            else []
        )
    goal = next((goal for goal in goals if goal.kpi == name), None)
    card = kpi_card(kpi, read, goal, parts.clock.now())
    return show(
        request,
        parts,
        "kpis/kpi.html.j2",
        card=card,
        rows=history(kpi, read),
        events=events,
        kpi_tabs=TABS,
    )
