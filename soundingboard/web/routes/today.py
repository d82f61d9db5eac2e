"""Today: what changed, what waits, what is overdue; the first page of the morning."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.reader import brand_of, reader_of
from soundingboard.web.today_view import today_view

routes = APIRouter()
"""`GET /`."""


@routes.api_route("/", methods=["GET", "HEAD"])
def today(parts: House, request: Request) -> Response:
    reader = reader_of(request)
    with parts.store.read() as session:
        brand = brand_of(request, session, reader)
    facts = today_view(parts, brand, reader) if brand else None
    return show(request, parts, "today/today.html.j2", facts=facts)
