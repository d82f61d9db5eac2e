"""What everybody may read: the programme of a brand, and the privacy notice."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response
from starlette.exceptions import HTTPException

from soundingboard.privacy_notice import notice, programme
from soundingboard.web.house import House
from soundingboard.web.pages import headers, page
from store.brands import all_brands

SEE_OTHER = 303

routes = APIRouter()
"""`/programme`, `/programme/{number}`, `/privacy`."""


@routes.api_route("/programme", methods=["GET", "HEAD"])
def first(parts: House) -> Response:
    with parts.store.read() as session:
        brands = all_brands(session)
    if not brands:
        raise HTTPException(404)
    return RedirectResponse(f"/programme/{brands[0].id}", SEE_OTHER, headers=headers())


@routes.api_route("/programme/{number}", methods=["GET", "HEAD"])
def one(parts: House, number: int) -> Response:
    with parts.store.read() as session:
        brand = next((b for b in all_brands(session) if b.id == number), None)
    if brand is None:
        raise HTTPException(404)
    title = f"How {brand.name} listens"
    return page("programme.html.j2", title=title, **programme(parts, brand))


@routes.api_route("/privacy", methods=["GET", "HEAD"])
def privacy(parts: House) -> Response:
    return page("privacy.html.j2", title="What we keep, and why", **notice(parts))
