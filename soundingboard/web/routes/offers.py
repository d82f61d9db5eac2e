"""Offers: who asked whom, for what and when, so that nobody is asked twice."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from soundingboard.access import audit
from soundingboard.web.community.place import place_of
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.reader import reader_of
from soundingboard.wiring import Parts
from store import asked
from store.asked import Offered
from store.suppression import objecting

A_PAGE, MOST_EXPORTED = 50, 20_000
STATES = ("open", "accepted", "declined", "withdrawn", "lapsed")
COLUMNS = (
    "number", "handle", "source", "campaign", "contact", "asked_by", "asked", "state", "closed",
    "reached", "consent", "do_not_contact",
)  # fmt: skip


routes = APIRouter()
"""`/offers`."""


def _listed(
    parts: Parts, session: Session, request: Request, brand_id: int, limit: int
) -> list[Offered]:
    query = request.query_params
    state, after = query.get("state"), query.get("after", "")
    paged = limit == A_PAGE + 1 and after.isdecimal() and len(after) < 10
    return asked.offers(
        session,
        brand_id,
        state=state if state in STATES else None,
        before=int(after) if paged else None,
        limit=limit,
    )


@routes.api_route("/offers", methods=["GET", "HEAD"])
def registry(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        place = place_of(request, session)
        found = _listed(parts, session, request, place.brand_id, A_PAGE + 1)
        counts = asked.offer_counts(session, place.brand_id)
    rows = found[:A_PAGE]
    return show(
        request, parts, "offers/offers.html.j2", place=place, rows=rows, counts=counts,
        states=STATES, after=rows[-1].offer.id if len(found) > A_PAGE else None,
        again_days=parts.settings.recruiting.ask_again_days,
    )  # fmt: skip


@routes.post("/offers/export")
def export(
    parts: House, request: Request, kind: Annotated[str, Form(alias="as")] = "csv"
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        place = place_of(request, session)
        rows = _listed(parts, session, request, place.brand_id, MOST_EXPORTED)
        silent = objecting(session, parts.marker, [one.author for one in rows])
        told = [
            {
                "number": one.offer.id,
                "handle": one.author.name.lstrip("@"),
                "source": one.author.site,
                "campaign": one.offer.campaign,
                "contact": one.offer.contact,
                "asked_by": one.offer.made_by,
                "asked": one.offer.made_at,
                "state": one.offer.state,
                "closed": one.offer.closed_at,
                "reached": one.invitation.sent_at if one.invitation else None,
                "consent": one.invitation.answer if one.invitation else None,
                "do_not_contact": one.author.id in silent,
            }
            for one in rows
        ]
        subject = f"brand:{place.brand_id}"
        audit.note(session, reader, "exported", subject, now, rows=len(told), what="offers")
    return exported(told, COLUMNS, "offers", kind)
