"""The calendar of a committee, at an address that is private and can be revoked."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from community.committees.calendar_feed import calendar_feed
from config.errors import SoundingBoardError
from soundingboard import grants
from soundingboard.web.api.etags import tagged
from soundingboard.web.api.problems import answer, refusal_of
from soundingboard.wiring import Parts
from store import tables
from store.meetings import meetings


def router(parts: Parts) -> APIRouter:
    routes = APIRouter()

    @routes.api_route("/calendar/{token}.ics", methods=["GET", "HEAD"])
    def feed(request: Request, token: str) -> Response:
        """All meetings of a committee, for whoever knows the address."""
        try:
            with parts.store.read() as session:
                grant = grants.calendar_grant(session, parts, token)
                row = session.get(tables.Committee, grants.opened(grant))
                found = meetings(session, grants.opened(grant)) if row else ()
        except SoundingBoardError as error:
            return answer(refusal_of(error), "/calendar")
        name = row.name if row else "A committee that is gone"
        return tagged(request, calendar_feed(name, found), "text/calendar; charset=utf-8")

    return routes
