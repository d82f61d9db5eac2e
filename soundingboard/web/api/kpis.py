"""KPIs: what each means, and what was measured."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from community.kpis import KPIS
from config.errors import NotFoundError
from soundingboard.web.api.brands import chosen
from soundingboard.web.api.etags import answered
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, number_after, numbered
from soundingboard.web.api.shapes import Moment, OfBrand, Told
from soundingboard.wiring import Parts
from store import pages, tables
from store.measurements import newest


class Measurement(Told):
    """One reading of one KPI; no value where n is too few. The interval is 95 %."""

    kpi: str
    unit: str
    since: Moment
    until: Moment
    value: float | None
    low: float | None
    high: float | None
    numerator: float
    denominator: float
    n: int
    note: str | None


class Kpi(Told):
    """What a KPI means, and its newest measurement."""

    name: str
    title: str
    family: str
    definition: str
    formula: str
    source: str
    unit: str
    kind: str
    direction: str
    newest: Measurement | None


class Kpis(Told):
    """Every KPI of one brand."""

    brand: int
    items: list[Kpi]


Name = Annotated[str, Path(max_length=80, description="Its name, as in love.")]


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["kpis"])

    @routes.get("/kpis", response_model=Kpis)
    def list_kpis(request: Request, brand: OfBrand = None) -> Response:
        """Every KPI with its newest measurement."""
        with parts.store.read() as session:
            row = chosen(session, brand)
            measured = {one.kpi: one for one in newest(session, row.id or 0)}
        told = [_kpi(name, measured.get(name)) for name in KPIS]
        return answered(request, Kpis(brand=row.id or 0, items=told))

    @routes.get("/kpis/{name}", response_model=Page[Measurement])
    def one_kpi(
        request: Request,
        name: Name,
        brand: OfBrand = None,
        limit: Limit = DEFAULT,
        cursor: Cursor = None,
    ) -> Response:
        """Every measurement of one KPI, the one measured last first."""
        if name not in KPIS:
            raise NotFoundError("There is no such KPI.", mend=f"There are: {', '.join(KPIS)}.")
        after = number_after(parts, "kpi", cursor)
        with parts.store.read() as session:
            rows = pages.page(
                session,
                tables.Measurement,
                limit + 1,
                after=after,
                brand_id=chosen(session, brand).id,
                kpi=name,
            )
        return numbered(request, parts, "kpi", rows, limit, lambda some: list(map(_read, some)))

    return routes


def _kpi(name: str, read: tables.Measurement | None) -> Kpi:
    kpi = KPIS[name]
    fields = ("title", "family", "definition", "formula", "source", "unit", "kind", "direction")
    told = {field: getattr(kpi, field) for field in fields}
    return Kpi(name=name, newest=_read(read) if read else None, **told)


def _read(row: tables.Measurement) -> Measurement:
    return Measurement(**row.model_dump(exclude={"id", "brand_id"}))
