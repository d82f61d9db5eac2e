"""Addresses that open one thing: import hooks and calendar feeds, each until it is revoked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from config.errors import RuleError
from soundingboard import grants
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.reader import reader_of
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import grants as rows
from store import tables
from store.brands import all_brands
from store.committee import all_committees

HERE = "/settings/grants"
KIND_WORDS = {grants.IMPORT_HOOK: "takes posts in", grants.CALENDAR: "shows meetings"}

routes = APIRouter()
"""`/settings/grants`: a secret is shown once, on the answer to the form that made it."""


@routes.api_route(HERE, methods=["GET", "HEAD"])
def overview(parts: House, request: Request) -> Response:
    return _page(parts, request)


@routes.post(HERE)
def make(
    parts: House,
    request: Request,
    opens: Annotated[str, Form(max_length=60)] = "",
    name: Annotated[str, Form(max_length=200)] = "",
) -> Response:
    kind, _, number = opens.partition(":")
    try:
        if not number.isdecimal():
            raise RuleError("Choose what it opens.")
        with parts.store.write() as session:
            reader, now = reader_of(request), parts.clock.now()
            grant = grants.make(session, kind, int(number), name, by=reader, now=now)
    except RuleError as error:
        return _page(parts, request, wrong=str(error))
    return _page(parts, request, fresh=grant)


@routes.post(f"{HERE}/{{number}}/revoke")
def revoke(parts: House, request: Request, number: int) -> Response:
    with parts.store.write() as session:
        grant = grants.revoke(session, number, by=reader_of(request), now=parts.clock.now())
    return done(parts, HERE, f"{grant.name} opens nothing any more")


def _page(
    parts: Parts, request: Request, *, fresh: tables.Grant | None = None, wrong: str = ""
) -> Response:
    with parts.store.read() as session:
        found = rows.grants(session)
        choices = [
            *(
                (f"import_hook:{b.id}", f"Posts about {b.name} come in")
                for b in all_brands(session)
            ),
            *((f"calendar:{c.id}", f"Meetings of {c.name}") for c in all_committees(session)),
        ]
    secret = ""
    if fresh is not None and fresh.kind == grants.IMPORT_HOOK:
        secret = grants.hook_secret(parts, fresh.nonce)
    return show(
        request,
        parts,
        "settings/grants.html.j2",
        422 if wrong else 200,
        grants=found,
        kind_words=KIND_WORDS,
        choices=choices,
        fresh=fresh,
        address=grants.address(parts, fresh) if fresh else "",
        secret=secret,
        wrong=wrong,
    )
