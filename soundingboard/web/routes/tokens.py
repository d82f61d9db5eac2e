"""Tokens: what programs sign in with; made here, shown once, revoked."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from config.errors import NotFoundError, RuleError
from soundingboard.access import tokens
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.reader import Reader, reader_of
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import tables, users
from store import tokens as rows

HERE = "/settings/tokens"
LASTING = ((30, "30 days"), (90, "90 days"), (365, "a year"), (0, "until it is revoked"))
SCOPE_WORDS = {
    "read": "read lists, people, KPIs",
    "write": "decide, note, correct",
    "import": "bring posts",
    "metrics": "read the numbers of this machine",
}
Text = Annotated[str, Form()]

routes = APIRouter()
"""`/settings/tokens`: GET shows one's own (an administrator sees all), POST makes one."""


@routes.api_route(HERE, methods=["GET", "HEAD"])
def list_(parts: House, request: Request) -> Response:
    return _page(request, parts)


@routes.post(HERE)
def make(
    parts: House,
    request: Request,
    name: Text = "",
    scope: Annotated[list[str] | None, Form()] = None,
    days: Annotated[int, Form()] = 90,
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    try:
        with parts.store.write() as session:
            owner = users.user(session, reader.id)
            if owner is None:
                raise NotFoundError("This account is gone.", mend="Sign in again.")
            token, words = tokens.make(
                session, owner, name, scope or (), days=days or None, by=reader, now=now
            )
    except RuleError as error:
        return _page(request, parts, wrong=str(error), name=name)
    return show(request, parts, "tokens/made.html.j2", token=token, words=words)


@routes.post(f"{HERE}/{{token_id}}/revoke")
def revoke(parts: House, request: Request, token_id: int) -> Response:
    reader = reader_of(request)
    with parts.store.write() as session:
        if not _may_end(reader, rows.token(session, token_id)):
            raise NotFoundError("There is no such token of yours.", mend="Look at the list.")
        token = tokens.revoke(session, token_id, reader, parts.clock.now())
    return done(parts, HERE, f"{token.name} is revoked; no program can use it any more.")


def _may_end(reader: Reader, token: tables.ApiToken | None) -> bool:
    """Their own, or anybody's for an administrator; others' tokens do not exist for them."""
    return token is not None and (reader.role == "admin" or token.user_id == reader.id)


def _page(request: Request, parts: Parts, wrong: str = "", name: str = "") -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.read() as session:
        found = rows.tokens(session, None if reader.role == "admin" else reader.id)
    return show(
        request,
        parts,
        "tokens/tokens.html.j2",
        422 if wrong else 200,
        entries=[(token, owner, tokens.state_of(token, owner, now)) for token, owner in found],
        scopes=[scope for scope in tokens.SCOPES if scope in tokens.ALLOWED[reader.role]],
        scope_words=SCOPE_WORDS,
        lasting=LASTING,
        wrong=wrong,
        name=name,
    )
