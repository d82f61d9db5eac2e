"""Users and roles: who may sign in, what they may do, and new one-time links."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from config.errors import RuleError
from soundingboard.access import users, welcome
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.reader import reader_of
from soundingboard.web.routes.sign_in import zones
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import users as rows
from store.tables.access import ROLES
from store.user_sessions import last_seen

HERE = "/settings/users"
ROLE_WORDS = {
    "viewer": "reads; names and addresses are masked",
    "moderator": "reviews posts, people and readings",
    "marketer": "decides on recruits, invites, runs the committee",
    "admin": "all of it, and settings, users and the log",
}
Text = Annotated[str, Form()]

routes = APIRouter()
"""`/settings/users`: GET shows, POST adds; each change of a user has its own POST."""


@routes.api_route(HERE, methods=["GET", "HEAD"])
def everybody(parts: House, request: Request) -> Response:
    return _page(request, parts)


@routes.post(HERE)
def add(
    parts: House,
    request: Request,
    name: Text = "",
    address: Text = "",
    role: Text = "viewer",
    timezone: Text = "UTC",
) -> Response:
    given = {"name": name, "address": address, "role": role, "timezone": timezone}
    reader, now = reader_of(request), parts.clock.now()
    try:
        with parts.store.write() as session:
            user = users.add(session, **given, by=reader, now=now)
            token = welcome.new_link(session, user.id or 0, reader, now)
    except RuleError as error:
        return _page(request, parts, wrong=str(error), given=given)
    return _link_page(request, parts, user.name, token)


@routes.post(f"{HERE}/{{user_id}}/link")
def new_link(parts: House, request: Request, user_id: int) -> Response:
    with parts.store.write() as session:
        token = welcome.new_link(session, user_id, reader_of(request), parts.clock.now())
        user = rows.user(session, user_id)
    return _link_page(request, parts, user.name if user else "", token)


@routes.post(f"{HERE}/{{user_id}}/role")
def set_role(
    parts: House, request: Request, user_id: int, role: Text = "", back_to: str = ""
) -> Response:
    with parts.store.write() as session:
        known = rows.user(session, user_id)
        before = known.role if known else ""
        user = users.set_role(
            session, user_id, back_to or role, reader_of(request), parts.clock.now()
        )
    undo = f"{HERE}/{user_id}/role?back_to={before}" if before != user.role else ""
    return done(parts, HERE, f"{user.name} is {user.role}.", undo=undo)


@routes.post(f"{HERE}/{{user_id}}/disable")
def disable(parts: House, request: Request, user_id: int) -> Response:
    with parts.store.write() as session:
        user = users.disable(session, user_id, reader_of(request), parts.clock.now())
    words = f"{user.name} may not sign in any more, and is signed out."
    return done(parts, HERE, words, undo=f"{HERE}/{user_id}/enable")


@routes.post(f"{HERE}/{{user_id}}/enable")
def enable(parts: House, request: Request, user_id: int) -> Response:
    with parts.store.write() as session:
        user = users.enable(session, user_id, reader_of(request), parts.clock.now())
    words = f"{user.name} may sign in again."
    return done(parts, HERE, words, undo=f"{HERE}/{user_id}/disable")


def _page(
    request: Request, parts: Parts, wrong: str = "", given: dict[str, str] | None = None
) -> Response:
    zone = reader_of(request).zone.key
    shown = given or {"name": "", "address": "", "role": "viewer", "timezone": zone}
    with parts.store.read() as session:
        everybody, seen = rows.users(session), last_seen(session)
    return show(
        request,
        parts,
        "users/users.html.j2",
        422 if wrong else 200,
        users=everybody,
        seen=seen,
        roles=ROLES,
        role_words=ROLE_WORDS,
        zones=zones(shown["timezone"]),
        wrong=wrong,
        given=shown,
    )


def _link_page(request: Request, parts: Parts, name: str, token: str) -> Response:
    """The link, shown this once; a cookie or an address would keep it too long."""
    return show(
        request,
        parts,
        "users/link.html.j2",
        name=name,
        address=welcome.address_of(parts.settings.web.public_url, token),
    )
