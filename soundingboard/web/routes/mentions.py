"""The stream of mentions: searched, filtered, a page at a time, and taken along as a file."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from soundingboard.access import audit
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.listening import filters
from soundingboard.web.listening.days import HEIGHT, STRIP_DAYS, bars, stretches
from soundingboard.web.listening.lines import (
    COLUMNS,
    MOST_EXPORTED,
    acts_of,
    exported_lines,
    lines_of,
    theme_names,
)
from soundingboard.web.reader import brand_of, reader_of
from store import mentions as rows
from store import searches, tables, themes
from store.mention_filter import read_cursor
from store.sources import all_sources

HERE = "/mentions"
TABS = (
    (HERE, "Mentions"),
    ("/timeline", "Timeline"),
    ("/themes", "Themes"),
    ("/voice", "Share of voice"),
    ("/sources", "Sources"),
)
"""The pages of listening."""
PAGE = 50

routes = APIRouter()
"""`/mentions`, its facets and its export."""


@routes.api_route(HERE, methods=["GET", "HEAD"])
def stream(parts: House, request: Request, after: str = "") -> Response:
    reader, now = reader_of(request), parts.clock.now()
    wanted = filters.filter_of(request.query_params, reader.zone, now)
    before = read_cursor(after) if after else None
    with parts.store.read() as session:
        brand = brand_of(request, session, reader)
        number = brand.id or 0 if brand else 0
        found = rows.mentions(session, number, wanted, before=before, limit=PAGE + 1)
        days = stretches(session, number, now, STRIP_DAYS)
        view = {
            "lines": lines_of(found[:PAGE], number, wanted.words),
            "after": str(found[PAGE - 1].cursor) if len(found) > PAGE else None,
            "days": bars(days) if any(day.total for day in days) else (),
            "kept": searches.searches(session, reader.id, "mentions"),
            **acts_of(session, number),
            **_told(session, request, brand),
        }
    return show(request, parts, "mentions/mentions.html.j2", height=HEIGHT, **view)


@routes.api_route(f"{HERE}/facets", methods=["GET", "HEAD"])
def facets(parts: House, request: Request) -> Response:
    reader = reader_of(request)
    wanted = filters.filter_of(request.query_params, reader.zone, parts.clock.now())
    with parts.store.read() as session:
        brand = brand_of(request, session, reader)
        found = rows.facets(session, brand.id or 0, wanted) if brand else {}
        view = _told(session, request, brand)
    return show(request, parts, "mentions/facets.html.j2", path=HERE, facets=found, **view)


@routes.post(f"{HERE}/export")
def export(parts: House, request: Request, kind: Annotated[str, Form(alias="as")]) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    wanted = filters.filter_of(request.query_params, reader.zone, now)
    with parts.store.write() as session:
        brand = brand_of(request, session, reader)
        number = brand.id or 0 if brand else 0
        count, capped = rows.count(session, number, wanted)
        subject = f"brand:{number}"
        audit.note(
            session, reader, "mentions_exported", subject, now,
            rows=count, more=capped, most=MOST_EXPORTED, filter=sorted(_asked(request)),
        )  # fmt: skip
    return exported(exported_lines(parts, number, wanted), COLUMNS, "mentions", kind)


def _told(session: Session, request: Request, brand: tables.BrandRow | None) -> dict[str, Any]:
    """What is asked for, in words, and what the lists beside the stream offer."""
    asked = _asked(request)
    known = theme_names(themes.themes(session, brand.id or 0, retired=True)) if brand else {}
    named = {}
    if "source" in asked:
        named = {one.id or 0: one.name for one in all_sources(session)}
    return {
        "listening_tabs": TABS,
        "query": asked,
        "filter": filters.asked(request.query_params),
        "chips": list(filters.in_words(asked, known, named)),
        "labels_in_words": filters.LABEL_WORDS,
        "periods": filters.PERIODS,
        "stances": filters.STANCES,
        "switches": filters.SWITCHES,
    }


def _asked(request: Request) -> dict[str, str]:
    """The filter and the place in the list, as the address tells them."""
    return filters.asked(request.query_params) | {
        name: request.query_params[name]
        for name in ("after", "brand")
        if request.query_params.get(name)
    }
