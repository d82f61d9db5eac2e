"""Labelling: the week's blind sample, one post at a time, without what the model says."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from community.kpis.accuracy import accuracy_of
from community.moderating import labels
from config.errors import NotFoundError, RuleError
from soundingboard.access import audit
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.paths import with_query
from soundingboard.web.reader import brand_of, reader_of
from soundingboard.web.reviewing.asked import number
from soundingboard.web.routes.review import Number
from soundingboard.web.told import done
from store import labels as label_queries
from store import tables
from store.readings import newest_model

HOME = "/labelling"
PURPOSE = "label undo"
WEEK = timedelta(days=7)
EXPORTED = (
    "post", "brand", "text", "title", "language", "url", "label", "blind", "model", "model_label",
    "labelled_by", "labelled_at",
)  # fmt: skip

routes = APIRouter()
"""`/labelling` and what is said there."""


@routes.api_route(HOME, methods=["GET", "HEAD"])
def one(parts: House, request: Request) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.read() as session:
        brand = brand_of(request, session, reader)
        view = _view(session, request, brand, reader.name, now) if brand else {"drawn": 0}
    return show(request, parts, "labelling/labelling.html.j2", **view)


@routes.post("/labelling/export")
def export(parts: House, request: Request, kind: Annotated[str, Form(alias="as")]) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        rows = list(labels.rows_for_export(session, _brand(request, session)))
        audit.note(session, reader, "exported", "labels", now, rows=len(rows), format=kind)
    return exported(rows, EXPORTED, "labels", kind)


@routes.post("/labelling/undo")
def undo(parts: House, request: Request, of: str = "") -> Response:
    reader, now = reader_of(request), parts.clock.now()
    try:
        whose, brand_id, post_id, before = parts.signer.read(PURPOSE, of)
    except ValueError:
        whose, brand_id, post_id, before = 0, 0, 0, ""
    if whose != reader.id:
        raise RuleError("Only whoever labelled this has that link.")
    with parts.store.write() as session:
        labels.take_back_blind(
            session, int(brand_id), int(post_id), reader.name, now, before=str(before)
        )
        audit.note(session, reader, "label_undone", f"post:{post_id}", now)
        week = labels.week_of(labels.known_post(session, int(post_id)).at)
    return done(
        parts,
        with_query(HOME, {"week": week.date(), "post": post_id, "brand": brand_id}),
        "Taken back",
    )


@routes.post("/labelling/{post_id}")
def label(
    parts: House, request: Request, post_id: Number, label: Annotated[str, Form()]
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        brand = _brand(request, session)
        brand_id = brand.id or 0
        known = label_queries.labelled_by(session, brand_id, [post_id], reader.name)
        before = known[post_id].label if post_id in known else ""
        post = labels.label_blind(session, brand_id, post_id, label, reader.name, now)
        audit.note(session, reader, "labelled", f"post:{post_id}", now, label=label)
    token = parts.signer.sign(PURPOSE, reader.id, brand_id, post_id, before)
    query = {"week": labels.week_of(post.at).date(), "after": post_id}
    query |= {"brand": request.query_params.get("brand")}
    undo = with_query("/labelling/undo", {"of": token})
    return done(parts, with_query(HOME, query), f"Said: {label}", undo=undo)


def _view(
    session: Session, request: Request, brand: tables.BrandRow, by: str, now: datetime
) -> dict[str, Any]:
    """The post whose turn it is, and how far its reader came in that week."""
    brand_id = brand.id or 0
    monday = _week(request) or labels.week_of(
        label_queries.newest_post_at(session, brand_id, now) or now
    )
    drawn = labels.blind_sample(session, brand_id, monday)
    numbers = [post.id or 0 for post in drawn]
    known = label_queries.labelled_by(session, brand_id, numbers, by)
    current = {p.id: p.text_sha for p in drawn}
    said = {one for one, label in known.items() if label.text_sha == current[one]}
    turn = _turn(numbers, said, request)
    post = next((one for one in drawn if one.id == turn), None)
    view: dict[str, Any] = {
        "brand": brand,
        "post": post,
        "drawn": len(drawn),
        "said": len(said),
        "place": numbers.index(turn) + 1 if turn in numbers else 0,
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "earlier": (monday - WEEK).date(),
        "later": (monday + WEEK).date() if monday + WEEK <= now else None,
        "accuracy": None,
    }
    if post is None:
        model = newest_model(session, brand_id)
        judged = label_queries.judged_between(session, brand_id, model, None, None)
        view["accuracy"] = accuracy_of(judged)
    return view


def _turn(numbers: list[int], said: set[int], request: Request) -> int | None:
    """The post asked for; else the next one nobody here labelled yet, after the one just seen."""
    wanted = number(request.query_params.get("post"))
    if wanted in numbers:
        return wanted
    last = number(request.query_params.get("after"))
    start = numbers.index(last) + 1 if last in numbers else 0
    left = [one for one in (*numbers[start:], *numbers[:start]) if one not in said]
    return left[0] if left else None


def _week(request: Request) -> datetime | None:
    try:
        told = date.fromisoformat(request.query_params.get("week", ""))
    except ValueError:
        return None
    return labels.week_of(datetime.combine(told, time.min, UTC))


def _brand(request: Request, session: Session) -> tables.BrandRow:
    found = brand_of(request, session, reader_of(request))
    if found is None:
        raise NotFoundError("There is no brand yet.", mend="Begin at /start.")
    return found
