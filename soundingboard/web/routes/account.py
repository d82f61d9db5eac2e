"""One's own account: time zone, theme, keys, password, and the browsers one is signed in with."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from config.errors import NotFoundError, RuleError
from soundingboard.access import own, sessions
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.reader import reader_of
from soundingboard.web.routes.sign_in import zones
from soundingboard.web.signed_in import browser_words, client_of, device_of
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import tables, users
from store.brands import all_brands

HERE = "/account"
Text = Annotated[str, Form()]

routes = APIRouter()
"""`/account`: GET shows, POST sets; the password and other browsers have their own POST."""


@routes.api_route(HERE, methods=["GET", "HEAD"])
def account(parts: House, request: Request) -> Response:
    return _page(request, parts)


@routes.post(HERE)
def set_prefs(
    parts: House, request: Request, timezone: Text = "", theme: Text = "auto", shortcuts: Text = ""
) -> Response:
    with parts.store.write() as session:
        own.set_prefs(
            session,
            reader_of(request).id,
            timezone=timezone,
            theme=theme,
            shortcuts=shortcuts == "on",
        )
    return done(parts, HERE, "Saved.")


@routes.post(f"{HERE}/password")
def change_password(parts: House, request: Request, current: Text = "", new: Text = "") -> Response:
    reader = reader_of(request)
    with parts.store.read() as session:
        user = _user(users.user(session, reader.id))
        brands = [brand.name for brand in all_brands(session)]
    try:
        own.change_password(
            parts.store,
            parts.marker,
            user,
            current,
            new,
            token=reader.token,
            client=client_of(request, parts),
            device=device_of(request),
            brands=brands,
            now=parts.clock.now(),
        )
    except RuleError as error:
        return _page(request, parts, wrong=str(error))
    return done(parts, HERE, "Your password is changed. All other browsers are signed out.")


@routes.post(f"{HERE}/others")
def end_others(parts: House, request: Request) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        user = _user(users.user(session, reader.id))
        ended = sessions.end_others(session, user, reader.token, now)
    count = "no other browser was" if not ended else f"{ended} signed out"
    return done(parts, HERE, f"Done: {count}.")


def _page(request: Request, parts: Parts, wrong: str = "") -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.read() as session:
        browsers = [
            {
                "name": browser_words(row.agent),
                "made_at": row.made_at,
                "seen_at": row.seen_at,
                "is_this": row.token_sha == sessions.sha(reader.token),
            }
            for row in sessions.open_of(session, reader.id, now)
        ]
    return show(
        request,
        parts,
        "users/account.html.j2",
        422 if wrong else 200,
        zones=zones(reader.zone.key),
        browsers=browsers,
        wrong=wrong,
    )


def _user(found: tables.User | None) -> tables.User:
    if found is None:
        raise NotFoundError("This account is gone.", mend="Sign in again.")
    return found
