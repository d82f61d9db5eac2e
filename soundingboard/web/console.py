"""Renders the console's pages: for one reader, in their zone and theme, with what they may do."""

from __future__ import annotations

from functools import cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import Environment, PackageLoader, StrictUndefined

from soundingboard.web import policy
from soundingboard.web.reader import brand_of, reader_of
from soundingboard.web.static_files import static_path
from soundingboard.web.told import forget, told
from soundingboard.web.words import FILTERS, STANCE_WORDS
from soundingboard.wiring import Parts
from store.brands import all_brands

NAVIGATION = (
    ("/", "Today", "t"),
    ("/recruits", "Recruits", "r"),
    ("/slate", "Slate", "s"),
    ("/mentions", "Listening", "l"),
    ("/community", "Community", "c"),
    ("/review", "Review", "v"),
    ("/kpis", "KPIs", "k"),
    ("/settings", "Settings", "e"),
)
"""Address, name, and the letter that leads there after `g`."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
"""data: images are the arrows of Bootstrap's own style sheet; nothing else may load one."""


def show(
    request: Request, parts: Parts, template: str, status: int = 200, **view: Any
) -> HTMLResponse:
    """A page of the console. Templates see `view` and the frame: reader, brands, nav, toast.

    A request of htmx gets the same page; what it swaps it picks by hx-select.
    """
    reader = reader_of(request)
    with parts.store.read() as session:
        brands = all_brands(session)
        brand = view.pop("brand", None) or brand_of(request, session, reader)
    toast = told(parts, request)
    frame = {
        "reader": reader,
        "request": request,
        "path": request.url.path,
        "query": dict(request.query_params),
        "brands": brands,
        "brand": brand,
        "navigation": NAVIGATION,
        "now": parts.clock.now(),
        "toast": toast,
        "may": lambda who: reader.may(getattr(policy, who)),
    }
    text = environment().get_template(template).render({**frame, **view})
    answer = HTMLResponse(text, status, headers=HEADERS)
    if toast:
        forget(answer)
    return answer


def refusal(request: Request, parts: Parts, status: int, title: str, *lines: str) -> Response:
    """A page of the console that says what could not be done, and how to mend it."""
    return show(request, parts, "refusal.html.j2", status, title=title, lines=lines)


@cache
def environment() -> Environment:
    """The templates; every value is escaped, and none marks anything as safe."""
    made = Environment(
        loader=PackageLoader("soundingboard.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(FILTERS)
    made.globals.update(static=static_path, stance_words=STANCE_WORDS)
    return made
