"""The slate composer: who sits, what each swap costs, and people's word on single seats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from community.candidates import seats
from config.errors import NotFoundError
from soundingboard.access import audit
from soundingboard.pipeline.auditing import audit as audited
from soundingboard.pipeline.propose import propose
from soundingboard.pipeline.replacing import replace, seat
from soundingboard.pipeline.waves import plan_waves
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.reader import brand_of, reader_of
from soundingboard.web.slate_view import EXPORTED, rows, slate_view
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import tables
from store.candidates import newest_slate
from store.flags import candidacy

HERE = "/slate"
_SAID = {"lock": "has a seat now", "bar": "is kept off", "free": "is up to the slate again"}

routes = APIRouter()
"""`/slate` and what can be done on it."""


def _brand(parts: Parts, request: Request, session: Session) -> tables.BrandRow:
    found = brand_of(request, session, reader_of(request))
    if found is None:
        raise NotFoundError("There is no brand yet.", mend="Begin at /start.")
    return found


def _places(session: Session, row: tables.BrandRow) -> int | None:
    """As many seats as the slate on the page has: a word on one seat changes no other number."""
    kept = newest_slate(session, row.id or 0)
    return kept.seats if kept else None


@routes.api_route("/slate", methods=["GET", "HEAD"])
def composer(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        found = brand_of(request, session, reader_of(request))
        view = slate_view(session, found) if found else {"slate": None}
    return show(request, parts, "slate/slate.html.j2", **view)


@routes.post("/slate/propose")
def anew(parts: House, request: Request, seats: Annotated[int, Form(ge=1, le=200)] = 0) -> Response:
    with parts.store.read() as session:
        name = _brand(parts, request, session).name
    found = propose(parts, name, seats=seats or None)
    return done(parts, HERE, _changed(found["changes"]))


@routes.post("/slate/seats")
def choose(
    parts: House,
    request: Request,
    author: Annotated[int, Form()],
    choice: Annotated[str, Form(pattern="^(lock|bar|free)$")],
    reason: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        row = _brand(parts, request, session)
        candidate = candidacy(session, author, row.id or 0)
        if candidate is None:
            raise NotFoundError("This is no candidate of the brand.", mend="See /recruits.")
        why = reason or ("composing the slate" if choice != "free" else "")
        getattr(seats, choice)(session, candidate, reader.name, now, reason=why)
        account = session.get_one(tables.Author, author)
        audit.note(session, reader, f"seat_{choice}", f"author:{author}", now)
        places = _places(session, row)
    found = propose(parts, row.name, seats=places)
    undo = "" if choice == "free" else f"/slate/seats/{author}/free"
    words = f"{account.name} {_SAID[choice]}. {_changed(found['changes'])}"
    return done(parts, HERE, words, undo=undo)


@routes.post("/slate/seats/{author}/free")
def free(parts: House, request: Request, author: int) -> Response:
    return choose(parts, request, author, "free")


@routes.post("/slate/try")
def price(
    parts: House,
    request: Request,
    author: Annotated[int, Form()],
    how: Annotated[str, Form(pattern="^(seat|replace)$")],
) -> Response:
    with parts.store.read() as session:
        row = _brand(parts, request, session)
        places = _places(session, row)
    found = (seat if how == "seat" else replace)(parts, row.name, author, seats=places)
    return show(request, parts, "slate/price.html.j2", found=found, how=how)


@routes.api_route("/slate/waves", methods=["GET", "HEAD"])
def waves(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        row = _brand(parts, request, session)
        places = _places(session, row)
    found = plan_waves(parts, row.name, seats=places)
    return show(request, parts, "slate/waves.html.j2", found=found)


@routes.api_route("/slate/audit", methods=["GET", "HEAD"])
def fairness(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        row = _brand(parts, request, session)
        places = _places(session, row)
    found = audited(parts, row.name, seats=places)
    return show(request, parts, "slate/audit.html.j2", found=found)


@routes.post("/slate/export")
def export(parts: House, request: Request, kind: Annotated[str, Form(alias="as")]) -> Response:
    reader = reader_of(request)
    with parts.store.write() as session:
        row = _brand(parts, request, session)
        told = list(rows(slate_view(session, row)))
        now, subject = parts.clock.now(), f"brand:{row.id}"
        audit.note(session, reader, "slate_exported", subject, now, rows=len(told))
    return exported(told, EXPORTED, "slate", kind)


def _changed(changes: Mapping[str, Any] | None) -> str:
    """What a new proposal changed, in a line."""
    if changes is None:
        return "This is the first slate."
    told = [
        f"{verb}: {', '.join(str(one['author']) for one in changes[what])}."
        for verb, what in (("Enters", "entered"), ("Leaves", "left"))
        if changes[what]
    ]
    if not told:
        return "The other seats stay as they were."
    if changes["objective_change"] is not None:
        told.append(f"The slate is worth {changes['objective_change']:+.2f}.")
    return " ".join(told)
