"""Saved searches: a list with its filter under a name, one's own or everybody's."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from config.errors import RuleError
from soundingboard.access import audit
from soundingboard.web.house import House
from soundingboard.web.paths import safe_path, with_query
from soundingboard.web.reader import reader_of
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import searches

PAGES = {"recruits": "/recruits", "mentions": "/mentions", "review": "/review"}
"""Lists whose filter may be kept, and where each is."""
NOT_KEPT = frozenset({"after", "before", "open", "brand"})
"""What an address says of the moment, not of the search."""

routes = APIRouter()
"""`POST /searches`: keep one; `POST /searches/{search_id}/remove`: forget it."""


@routes.post("/searches")
def save(
    parts: House,
    request: Request,
    name: Annotated[str, Form()] = "",
    page: Annotated[str, Form()] = "recruits",
    query: Annotated[str, Form()] = "",
    shared: Annotated[str, Form()] = "",
) -> Response:
    return _save(parts, request, name, page, query, bool(shared))


@routes.post("/searches/restore")
def restore(
    parts: House, request: Request, name: str, page: str, query: str, shared: str = ""
) -> Response:
    return _save(parts, request, name, page, query, bool(shared))


@routes.post("/searches/{search_id}/remove")
def remove(
    parts: House, request: Request, search_id: int, back: Annotated[str, Form()] = "/recruits"
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        row = searches.remove(session, reader.id, search_id)
        kept = {"name": row.name, "page": row.page, "query": row.query}
        audit.note(session, reader, "search_removed", f"search:{search_id}", now)
    undo = with_query("/searches/restore", kept, shared="yes" if row.shared else "")
    return done(parts, safe_path(back), f"Removed the search “{row.name}”", undo=undo)


def _save(
    parts: Parts, request: Request, name: str, page: str, query: str, shared: bool
) -> Response:
    if page not in PAGES:
        raise RuleError("That list keeps no searches.", mend="Save one from a list's own page.")
    reader, now = reader_of(request), parts.clock.now()
    said = urlencode([one for one in parse_qsl(query)[:30] if one[0] not in NOT_KEPT])
    with parts.store.write() as session:
        row = searches.save(session, reader.id, page, name, said, now, shared=shared)
        audit.note(session, reader, "search_saved", f"search:{row.id}", now, shared=shared)
        told, number = row.name, row.id
    to = f"{PAGES[page]}?{said}" if said else PAGES[page]
    return done(parts, to, f"Saved the search “{told}”", undo=f"/searches/{number}/remove")
