"""The brand a reader looks at, kept until they choose another."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from soundingboard.web.house import House
from soundingboard.web.paths import safe_path
from soundingboard.web.reader import reader_of
from store import users

SEE_OTHER = 303

routes = APIRouter()
"""`POST /brand`: another brand from here on."""


@routes.post("/brand")
def choose(
    parts: House,
    request: Request,
    brand: Annotated[int, Form()],
    back: Annotated[str, Form()] = "/",
) -> Response:
    with parts.store.write() as session:
        user = users.user(session, reader_of(request).id)
        if user is not None:
            user.prefs = {**user.prefs, "brand": brand}
    return RedirectResponse(safe_path(back).split("?")[0], SEE_OTHER)
