"""What members are owed for their time: entered, settled, cancelled, and seen when overdue."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from community.committees import pay as rules
from config.errors import NotFoundError
from soundingboard.access import audit
from soundingboard.committee_cards import pay_card
from soundingboard.web import forms
from soundingboard.web.community.place import Chosen, Number, Place, place_of
from soundingboard.web.community.undoing import undo_path
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.reader import reader_of
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import members, pay, tables, trail

Text = Annotated[str, Form(max_length=500)]
STATES = ("overdue", "owed", "settled", "cancelled")
COLUMNS = ("number", "member", "what", "amount", "currency", "due", "state", "by")


routes = APIRouter()
"""`/pay`: the ledger of a committee, and its entries."""


def _entries(
    parts: Parts, session: Session, request: Request, place: Place
) -> list[tuple[tables.Compensation, tables.Member, dict[str, Any]]]:
    wanted, now = request.query_params.get("state"), parts.clock.now()
    found = [
        (entry, member, pay_card(entry, member, now))
        for entry, member in pay.entries(session, place.committee_id)
    ]
    return [one for one in found if wanted not in STATES or one[2]["state"] == wanted]


def _changed(
    parts: Parts,
    request: Request,
    session: Session,
    member_id: int,
    action: str,
    change: Callable[[datetime], tables.Compensation],
) -> tuple[tables.Compensation, str]:
    """Change the ledger and write it down; the entry, and the path that takes it back."""
    member = session.get(tables.Member, member_id)
    if member is None:
        raise NotFoundError("There is no such member.", mend="Choose one of the list.")
    before = trail.newest(session, member.committee_id)
    reader, now = reader_of(request), parts.clock.now()
    made = change(now)
    undo = undo_path(session, member.committee_id, before)
    audit.note(session, reader, action, f"author:{member.author_id}", now, entry=made.id)
    return made, undo


@routes.api_route("/pay", methods=["GET", "HEAD"])
def ledger(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        place = place_of(request, session)
        found = _entries(parts, session, request, place)
        sums = pay.sums(session, place.committee_id)
        here = members.members(session, place.committee_id)
    names = {one.id: one.name for one in here}
    return show(
        request, parts, "committees/pay.html.j2", place=place, entries=found, sums=sums,
        names=names, members=here, money=rules.money,
        state_options=[(one, one) for one in STATES],
        days=parts.settings.promises.settle_days,
    )  # fmt: skip


@routes.post("/pay/export")
def export(
    parts: House, request: Request, kind: Annotated[str, Form(alias="as")] = "csv"
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        place = place_of(request, session)
        told = [card for _, _, card in _entries(parts, session, request, place)]
        subject = f"committee:{place.committee_id}"
        audit.note(session, reader, "exported", subject, now, rows=len(told), what="pay")
    return exported(told, COLUMNS, "compensation", kind)


@routes.post("/pay")
def enter(
    parts: House,
    request: Request,
    member: Chosen,
    what: Text = "",
    amount: Text = "",
    currency: Text = "EUR",
    due: Text = "",
    back: Text = "",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    due_at = forms.day(reader, due, now) if due else None
    with parts.store.write() as session:
        made, _ = _changed(
        parts,
            request, session, member, "pay_entered",
            lambda at: rules.enter(
                session, member, what=what, amount=amount, currency=currency, due_at=due_at,
                settle_days=parts.settings.promises.settle_days, actor=reader.name, now=at,
            ),
        )  # fmt: skip
    said = f"Owed: {rules.money(made.amount_cents)} {made.currency}, for {made.what}"
    return done(parts, back or "/pay", said)


@routes.post("/pay/{entry}/settle")
def settle(parts: House, request: Request, entry: Number, back: Text = "") -> Response:
    who = reader_of(request).name
    with parts.store.write() as session:
        _, undo = _changed(
        parts,
            request, session, _whose(session, entry), "pay_settled",
            lambda at: rules.settle(session, entry, actor=who, now=at),
        )  # fmt: skip
    return done(parts, back or "/pay", "Settled", undo=undo)


@routes.post("/pay/{entry}/cancel")
def cancel(
    parts: House, request: Request, entry: Number, reason: Text = "", back: Text = ""
) -> Response:
    who = reader_of(request).name
    with parts.store.write() as session:
        _, undo = _changed(
        parts,
            request, session, _whose(session, entry), "pay_cancelled",
            lambda at: rules.cancel(session, entry, reason=reason, actor=who, now=at),
        )  # fmt: skip
    return done(parts, back or "/pay", "Cancelled", undo=undo)


def _whose(session: Session, entry: int) -> int:
    """Whose entry it is. Raises NotFoundError."""
    found = session.get(tables.Compensation, entry)
    if found is None:
        raise NotFoundError("There is no such entry.", mend="Look at the ledger again.")
    return found.member_id
