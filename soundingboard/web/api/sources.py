"""Sources: where people talk, and where we stand with each."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from config.errors import NotFoundError
from soundingboard.cards import source_card
from soundingboard.web.api.etags import answered
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, number_after, numbered
from soundingboard.web.api.shapes import Moment, Number, Told
from soundingboard.wiring import Parts
from store import pages, tables


class Source(Told):
    """A source, when it last answered, when it is asked next, and why then."""

    number: int
    name: str
    kind: str
    address: str
    last_ok: Moment | None
    last_check: Moment | None
    next_check: Moment | None
    why: str
    failures: int
    problem: str | None
    paused: str | None


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["sources"])

    @routes.get("/sources", response_model=Page[Source])
    def list_sources(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
        """Every source, oldest first."""
        after, now = number_after(parts, "sources", cursor), parts.clock.now()
        with parts.store.read() as session:
            rows = pages.page(session, tables.Source, limit + 1, after=after, newest=False)
        return numbered(
            request, parts, "sources", rows, limit, lambda some: [_shown(row, now) for row in some]
        )

    @routes.get("/sources/{number}", response_model=Source)
    def one_source(request: Request, number: Number) -> Response:
        """One source."""
        with parts.store.read() as session:
            row = session.get(tables.Source, number)
        if row is None:
            raise NotFoundError(f"There is no source {number}.", mend="See /api/v1/sources.")
        return answered(request, _shown(row, parts.clock.now()))

    return routes


def _shown(row: tables.Source, now: datetime) -> Source:
    card = source_card(row, now)
    return Source(number=card.pop("id"), **card)
