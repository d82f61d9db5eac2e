"""The way in and out: signing in, signing out, and the one-time link that chooses a password."""

from __future__ import annotations

import math
from typing import Annotated, Any
from zoneinfo import available_timezones

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from config.errors import RuleError
from soundingboard.access import sessions, signing_in, welcome
from soundingboard.web.house import House
from soundingboard.web.pages import page
from soundingboard.web.paths import safe_path
from soundingboard.web.signed_in import agent_of, client_of, device_of, drop, keep
from soundingboard.wiring import Parts
from store.brands import all_brands

SEE_OTHER = 303
Text = Annotated[str, Form()]

routes = APIRouter()
"""`/sign-in`, `/sign-out` and `/welcome/{token}`; a GET shows, a POST acts."""


@routes.api_route("/sign-in", methods=["GET", "HEAD"])
def ask(parts: House, request: Request, next: str = "/") -> Response:
    if request.state.reader is not None:
        return RedirectResponse(safe_path(next), SEE_OTHER)
    return _sign_in_page(next)


@routes.post("/sign-in")
def sign_in(
    parts: House, request: Request, address: Text = "", password: Text = "", next: Text = "/"
) -> Response:
    outcome = signing_in.sign_in(
        parts.store,
        parts.marker,
        address,
        password,
        client=client_of(request, parts),
        device=device_of(request),
        agent=agent_of(request),
        now=parts.clock.now(),
    )
    if outcome.token is None:
        return _sign_in_page(next, address=address, failed=True, wait=outcome.retry_after)
    _end_former(parts, request)
    answer = RedirectResponse(safe_path(next), SEE_OTHER)
    keep(answer, token=outcome.token, device=outcome.device)
    return answer


@routes.post("/sign-out")
def sign_out(parts: House, request: Request) -> Response:
    _end_former(parts, request)
    answer = RedirectResponse("/sign-in", SEE_OTHER)
    drop(answer)
    return answer


@routes.api_route("/welcome/{token}", methods=["GET", "HEAD"])
def greet(parts: House, token: str) -> Response:
    return _welcome_page(parts, token)


@routes.post("/welcome/{token}")
def choose(
    parts: House,
    request: Request,
    token: str,
    password: Text = "",
    name: Text = "",
    address: Text = "",
    timezone: Text = "UTC",
) -> Response:
    with parts.store.read() as session:
        is_first = welcome.link(session, token, parts.clock.now()).user_id is None
        brands = [brand.name for brand in all_brands(session)]
    common: dict[str, Any] = {
        "brands": brands,
        "agent": agent_of(request),
        "device": device_of(request),
        "now": parts.clock.now(),
    }
    admin: dict[str, Any] = {"name": name, "address": address, "timezone": timezone}
    try:
        if is_first:
            come = welcome.become_first_admin(
                parts.store, token, **admin, password=password, **common
            )
        else:
            come = welcome.choose_password(parts.store, token, password, **common)
    except RuleError as error:
        return _welcome_page(parts, token, wrong=str(error), **admin)
    _end_former(parts, request)
    answer = RedirectResponse("/", SEE_OTHER)
    keep(answer, token=come.token, device=come.device)
    return answer


def _end_former(parts: Parts, request: Request) -> None:
    """End the session this browser had, whoever's it was."""
    token = request.cookies.get(sessions.SESSION_COOKIE)
    if token:
        with parts.store.write() as session:
            sessions.end(session, token, parts.clock.now())


def _sign_in_page(next: str, address: str = "", failed: bool = False, wait: int = 0) -> Response:
    answer = page(
        "sign_in/sign_in.html.j2",
        429 if wait else 422 if failed else 200,
        title="Sign in",
        next=safe_path(next),
        address=address[:254],
        failed=signing_in.FAILED if failed else "",
        wait=_wait_words(wait),
    )
    if wait:
        answer.headers["Retry-After"] = str(wait)
    return answer


def _wait_words(seconds: int) -> str:
    if not seconds:
        return ""
    minutes = math.ceil(seconds / 60)
    span = f"{minutes} minutes" if minutes > 1 else "a minute"
    hours = math.ceil(seconds / 3600)
    return f"about {hours} hours" if hours > 1 else f"about {span}"


def _welcome_page(parts: Parts, token: str, wrong: str = "", **given: str) -> Response:
    """The form of a link that is still good. Raises RuleError for any other."""
    with parts.store.read() as session:
        link = welcome.link(session, token, parts.clock.now())
        user = welcome.owner(session, link)
    if user is None:
        shown = {"name": "", "address": "", "timezone": "UTC", **given}
        title = "Welcome to Sounding Board"
    else:
        shown = {"name": user.name, "address": user.address, "timezone": user.timezone}
        title = f"Welcome, {user.name}"
    return page(
        "sign_in/welcome.html.j2",
        422 if wrong else 200,
        title=title,
        first=user is None,
        wrong=wrong,
        zones=zones(shown["timezone"]),
        **shown,
    )


def zones(chosen: str) -> list[tuple[str, str]]:
    """Every time zone, for a list to choose from: UTC first, and what was chosen is among them."""
    named = {zone for zone in available_timezones() if "/" in zone} | {chosen}
    return [(zone, zone) for zone in ("UTC", *sorted(named - {"UTC"}))]
