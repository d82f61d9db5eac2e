"""The ledger and the business case: what the programme cost, what it brought, and what follows."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from community.steering import ledger as rules
from community.steering.ledger import Money
from config.errors import RuleError
from soundingboard.access import audit
from soundingboard.business_case import case
from soundingboard.delivery.rendering import render_text
from soundingboard.web import forms
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.reader import brand_of, reader_of
from soundingboard.web.routes.kpis import TABS
from soundingboard.web.told import done
from store import ledger as queries
from store import tables

Text = Annotated[str, Form(max_length=500)]
COLUMNS = ("at", "kind", "what", "low", "amount", "high", "currency", "confidence", "by")

routes = APIRouter()
"""`/ledger`, `/business-case`."""


@routes.api_route("/ledger", methods=["GET", "HEAD"])
def overview(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        brand = brand_of(request, session, reader_of(request))
        found = queries.entries(session, brand.id or 0, cancelled=True) if brand else []
    return show(request, parts, "ledger/ledger.html.j2", entries=found, kpi_tabs=TABS)


@routes.post("/ledger")
def enter(
    parts: House,
    request: Request,
    kind: Annotated[str, Form(pattern="^(cost|benefit)$")],
    what: Text = "",
    low: Text = "",
    amount: Text = "",
    high: Text = "",
    currency: Text = "EUR",
    confidence: Text = "1",
    at: Text = "",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    day = forms.day(reader, at, now) if at else now
    likely = Money.of(amount, currency)
    worth = (Money.of(low or amount, currency), likely, Money.of(high or amount, currency))
    with parts.store.write() as session:
        brand = brand_of(request, session, reader)
        if brand is None:
            raise RuleError("There is no brand yet.", mend="Begin at /start.")
        if kind == "cost":
            entry = rules.enter_cost(session, brand.id or 0, what, likely, day, reader.name, now)
        else:
            sure = forms.number(confidence, "Confidence")
            entry = rules.enter_benefit(
                session, brand.id or 0, what, worth, sure, day, reader.name, now
            )
        audit.note(session, reader, f"{kind}_entered", f"ledger:{entry.id}", now)
    undo = f"/ledger/{entry.id}/cancel"
    return done(parts, "/ledger", f"Entered: {what}, {likely.shown()}", undo=undo)


@routes.post("/ledger/{number}/cancel")
def cancel(
    parts: House, request: Request, number: int, reason: Text = "entered by mistake"
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        rules.cancel(session, queries.get_entry(session, number), reader.name, reason, now)
        audit.note(session, reader, "ledger_cancelled", f"ledger:{number}", now)
    undo = f"/ledger/{number}/restore"
    return done(parts, "/ledger", "The entry counts no more", undo=undo)


@routes.post("/ledger/{number}/restore")
def restore(parts: House, request: Request, number: int) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        rules.restore(session, queries.get_entry(session, number))
        audit.note(session, reader, "ledger_restored", f"ledger:{number}", now)
    return done(parts, "/ledger", "The entry counts again")


@routes.post("/ledger/export")
def export(parts: House, request: Request, kind: Annotated[str, Form(alias="as")]) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        brand = brand_of(request, session, reader)
        found = queries.entries(session, brand.id or 0) if brand else []
        audit.note(session, reader, "ledger_exported", "ledger", now, rows=len(found))
    return exported([_row(entry) for entry in found], COLUMNS, "ledger", kind)


@routes.api_route("/business-case", methods=["GET", "HEAD"])
def business_case(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        brand = brand_of(request, session, reader_of(request))
    view = case(parts, brand) if brand else None
    return show(request, parts, "ledger/case.html.j2", case=view, kpi_tabs=TABS)


@routes.post("/business-case/export")
def case_file(parts: House, request: Request) -> Response:
    reader = reader_of(request)
    with parts.store.read() as session:
        brand = brand_of(request, session, reader)
    if brand is None:
        raise RuleError("There is no brand yet.", mend="Begin at /start.")
    zone = ZoneInfo(parts.settings.digest.timezone)
    text = render_text("business_case.md.j2", case(parts, brand), zone)
    headers = {"Content-Disposition": 'attachment; filename="business-case.md"'}
    return Response(text, media_type="text/markdown; charset=utf-8", headers=headers)


def _row(entry: tables.LedgerEntry) -> dict[str, object]:
    return {
        "at": entry.at,
        "kind": entry.kind,
        "what": entry.what,
        "low": entry.low_cents / 100,
        "amount": entry.amount_cents / 100,
        "high": entry.high_cents / 100,
        "currency": entry.currency,
        "confidence": entry.confidence,
        "by": entry.entered_by,
    }
