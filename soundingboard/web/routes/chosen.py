"""The brand a reader looks at, kept until they choose another."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from soundingboard.web.paths import safe_path
from soundingboard.web.reader import reader_of
from soundingboard.wiring import Parts
from store import users

SEE_OTHER = 303


def router(parts: Parts) -> APIRouter:
    """`POST /brand`: another brand from here on."""
    routes = APIRouter()

    @routes.post("/brand")
    def choose(
        request: Request, brand: Annotated[int, Form()], back: Annotated[str, Form()] = "/"
    ) -> Response:
        with parts.store.write() as session:
            user = users.user(session, reader_of(request).id)
            if user is not None:
                user.prefs = {**user.prefs, "brand": brand}
        return RedirectResponse(safe_path(back).split("?")[0], SEE_OTHER)

    return routes
