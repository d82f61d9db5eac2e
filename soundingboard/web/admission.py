"""Lets in whom the policy table lets in; shows everybody else where to sign in, or the door."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from fastapi import Request
from starlette.exceptions import HTTPException

from soundingboard.access import sessions
from soundingboard.web.policy import RULES
from soundingboard.web.reader import Reader
from soundingboard.wiring import Parts


class SignInNeeded(Exception):
    """Nobody is signed in; `to` is where they wanted to go."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


def admission(parts: Parts) -> Callable[[Request], None]:
    """A dependency of every route: looks its line up in the policy table, and who asks."""

    def admit(request: Request) -> None:
        method = "GET" if request.method == "HEAD" else request.method
        who = RULES.get((method, request.scope["route"].path))
        if who is None:  # a route that slipped past the check at the start
            raise HTTPException(403)
        if who.scope is not None:  # programs: their own door asks for the token
            return
        request.state.reader = reader = reader_by_cookie(parts, request)
        request.state.is_ours = not who.open
        if who.open:
            return
        if reader is None:
            raise SignInNeeded(_wanted(request))
        if not reader.may(who):
            raise HTTPException(403)

    return admit


def sign_in_path(to: str) -> str:
    """The page to sign in on, which then leads to `to`."""
    return f"/sign-in?next={quote(to, safe='')}" if to not in ("", "/") else "/sign-in"


def reader_by_cookie(parts: Parts, request: Request) -> Reader | None:
    """Who is signed in, wherever they are going."""
    token, now = request.cookies.get(sessions.SESSION_COOKIE), parts.clock.now()
    if not token:
        return None
    with parts.store.read() as session:
        user = sessions.reader_by(session, token, now)
    if user is None:
        return None
    parts.sightings.of_session(token, now)
    return Reader.of(user, token)


def _wanted(request: Request) -> str:
    """The page itself where it was asked for; after an action, the page it was on."""
    if request.method in ("GET", "HEAD"):
        query = request.url.query
        return request.url.path + (f"?{query}" if query else "")
    return "/"
