"""Brands: what everything else is about."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from config.errors import NotFoundError
from soundingboard.web.api.etags import answered
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, number_after, numbered
from soundingboard.web.api.shapes import Moment, Number, Told
from soundingboard.wiring import Parts
from store import pages, tables
from store.brands import all_brands


class Brand(Told):
    """A brand we listen for."""

    number: int
    name: str
    known_since: Moment


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["brands"])

    @routes.get("/brands", response_model=Page[Brand])
    def list_brands(request: Request, limit: Limit = DEFAULT, cursor: Cursor = None) -> Response:
        """Every brand, in the order they were made."""
        after = number_after(parts, "brands", cursor)
        with parts.store.read() as session:
            rows = pages.page(session, tables.BrandRow, limit + 1, after=after, newest=False)
        return numbered(request, parts, "brands", rows, limit, lambda some: list(map(_shown, some)))

    @routes.get("/brands/{number}", response_model=Brand)
    def one_brand(request: Request, number: Number) -> Response:
        """One brand."""
        with parts.store.read() as session:
            return answered(request, _shown(chosen(session, number)))

    return routes


def chosen(session: Session, number: int | None) -> tables.BrandRow:
    """The brand of that number; without one, the only one there is. Raises NotFoundError."""
    brands = all_brands(session)
    for brand in brands:
        if number == brand.id or (number is None and len(brands) == 1):
            return brand
    known = ", ".join(f"{brand.id} ({brand.name})" for brand in brands) or "none yet"
    problem = "Say which brand." if number is None else f"There is no brand {number}."
    raise NotFoundError(problem, mend=f"Brands: {known}.")


def _shown(row: tables.BrandRow) -> Brand:
    return Brand(number=row.id or 0, name=row.name, known_since=row.created_at)
