"""Slates: proposed committees, as they were shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from config.errors import NotFoundError
from soundingboard.web.api.brands import chosen
from soundingboard.web.api.callers import Caller, caller_of
from soundingboard.web.api.etags import answered
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, number_after, numbered
from soundingboard.web.api.shapes import Moment, Number, OfBrand, Told
from soundingboard.wiring import Parts
from store import pages, tables


class Seated(Told):
    """Somebody on a slate; a viewer's token sees their name masked."""

    author: int
    name: str
    site: str
    side: str


class Seat(Seated):
    """A seat, why it is theirs, and what the slate would lose without them."""

    utility: float
    state: str
    locked: bool
    drawn: bool
    reasons: list[str]
    loss: float


class Quota(Told):
    """A rule of the slate and how it is met; `high` null = no upper end."""

    quota: str
    low: int
    high: int | None
    seated: int
    pool: int


class Slate(Told):
    """A proposed committee."""

    number: int
    brand: int
    seats: int
    made_at: Moment


class WholeSlate(Slate):
    """A proposed committee with everybody on it."""

    pool: int
    members: list[Seat]
    reserves: list[Seated]
    quotas: list[Quota]
    unmet: list[str]
    themes_covered: list[str]
    objective: float
    gap: float | None


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["slates"])

    @routes.get("/slates", response_model=Page[Slate])
    def list_slates(
        request: Request, brand: OfBrand = None, limit: Limit = DEFAULT, cursor: Cursor = None
    ) -> Response:
        """The slates of a brand, the newest first."""
        after = number_after(parts, "slates", cursor)
        with parts.store.read() as session:
            of = chosen(session, brand).id
            rows = pages.page(session, tables.Slate, limit + 1, after=after, brand_id=of)
        return numbered(request, parts, "slates", rows, limit, lambda some: list(map(_slate, some)))

    @routes.get("/slates/{number}", response_model=WholeSlate)
    def one_slate(request: Request, number: Number) -> Response:
        """One slate as it was shown."""
        with parts.store.read() as session:
            row = session.get(tables.Slate, number)
        if row is None:
            raise NotFoundError(f"There is no slate {number}.", mend="See /api/v1/slates.")
        return answered(request, _whole(row, caller_of(request)))

    return routes


def _slate(row: tables.Slate) -> Slate:
    return Slate(number=row.id or 0, brand=row.brand_id, seats=row.seats, made_at=row.made_at)


def _whole(row: tables.Slate, caller: Caller) -> WholeSlate:
    told: Mapping[str, Any] = row.result
    members: Sequence[Mapping[str, Any]] = told.get("members", ())
    return WholeSlate(
        **_slate(row).model_dump(),
        pool=told.get("pool", 0),
        members=[_seat(one, caller) for one in members],
        reserves=[_seated(one, caller) for one in told.get("reserves", ())],
        quotas=[Quota(**one) for one in told.get("quotas", ())],
        unmet=[one["words"] for one in told.get("unmet", ())],
        themes_covered=told.get("themes_covered", []),
        objective=told.get("objective", 0.0),
        gap=told.get("gap"),
    )


def _seated(one: Mapping[str, Any], caller: Caller) -> Seated:
    return Seated(
        author=one["author_id"],
        name=caller.masked(one["author"]),
        site=one["source"],
        side=one["side"],
    )


def _seat(one: Mapping[str, Any], caller: Caller) -> Seat:
    kept = ("utility", "state", "locked", "drawn", "reasons")
    return Seat(
        **_seated(one, caller).model_dump(),
        **{name: one[name] for name in kept},
        loss=one["without"]["loss"],
    )
