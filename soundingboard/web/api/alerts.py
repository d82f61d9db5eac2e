"""Alerts: days on which far more was said than was to be expected."""

from __future__ import annotations

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from soundingboard.web.api.brands import chosen
from soundingboard.web.api.etags import answered
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, number_after, numbered
from soundingboard.web.api.shapes import Moment, Number, OfBrand, Told
from soundingboard.wiring import Parts
from store import pages, tables
from store.alerts import get_alert


class Alert(Told):
    """A day out of the ordinary; `posts` are some of those that make it so."""

    number: int
    brand: int
    day: str
    series: str
    count: int
    people: int
    expected: float
    p: float
    theme: str | None
    posts: list[int]
    raised_at: Moment
    seen_by: str | None


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["alerts"])

    @routes.get("/alerts", response_model=Page[Alert])
    def list_alerts(
        request: Request, brand: OfBrand = None, limit: Limit = DEFAULT, cursor: Cursor = None
    ) -> Response:
        """A brand's alerts, the newest first."""
        after = number_after(parts, "alerts", cursor)
        with parts.store.read() as session:
            of = chosen(session, brand).id
            rows = pages.page(session, tables.Alert, limit + 1, after=after, brand_id=of)
            told = _shown(session, rows[:limit])
        return numbered(request, parts, "alerts", rows, limit, lambda _some: told)

    @routes.get("/alerts/{number}", response_model=Alert)
    def one_alert(request: Request, number: Number) -> Response:
        """One alert."""
        with parts.store.read() as session:
            return answered(request, _shown(session, [get_alert(session, number)])[0])

    return routes


def _shown(session: Session, rows: Sequence[tables.Alert]) -> list[Alert]:
    themes = pages.by_number(session, tables.Theme, [row.theme_id for row in rows])
    kept = [name for name in Alert.model_fields if name in tables.Alert.model_fields]
    return [
        Alert(
            number=row.id or 0,
            brand=row.brand_id,
            theme=themes[row.theme_id].name if row.theme_id and row.theme_id in themes else None,
            **{name: getattr(row, name) for name in kept},
        )
        for row in rows
    ]
