"""The community's first page: the programme at a glance."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from soundingboard.web.community.overview import overview
from soundingboard.web.community.place import place_of
from soundingboard.web.console import show
from soundingboard.web.house import House

routes = APIRouter()
"""`/community`."""


@routes.api_route("/community", methods=["GET", "HEAD"])
def glance(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        place = place_of(request, session)
        facts = overview(parts, session, place) if place.brand else None
    return show(request, parts, "community/overview.html.j2", place=place, facts=facts)
