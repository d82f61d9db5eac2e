"""Today: what changed, what waits, what is overdue; the first page of the morning."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from soundingboard.web.console import show
from soundingboard.wiring import Parts


def router(parts: Parts) -> APIRouter:
    """`GET /`."""
    routes = APIRouter()

    @routes.api_route("/", methods=["GET", "HEAD"])
    def today(request: Request) -> Response:
        return show(request, parts, "today/today.html.j2")

    return routes
