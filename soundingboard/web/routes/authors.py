"""An account: how it stands to every brand and what it wrote; each look at it is written down."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from sqlmodel import Session

from config.errors import NotFoundError
from soundingboard.access import audit
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.listening.filters import LARGEST
from soundingboard.web.listening.lines import acts_of, lines_of
from soundingboard.web.reader import brand_of, reader_of
from soundingboard.web.routes.mentions import TABS
from store import pages, tables
from store.flags import candidacy
from store.mention_filter import MentionFilter, read_cursor
from store.mentions import mentions
from store.suppression import objecting

PAGE = 25
Number = Annotated[int, Path(ge=1, le=LARGEST)]

routes = APIRouter()
"""`/authors/{number}`: a door by GET, what is behind it by POST, as looking is logged."""


@routes.api_route("/authors/{number}", methods=["GET", "HEAD"])
def door(parts: House, request: Request, number: Number) -> Response:
    with parts.store.read() as session:
        author = _author(session, number)
    return show(
        request, parts, "authors/author.html.j2",
        author=author, opened=False, listening_tabs=TABS,
    )  # fmt: skip


@routes.post("/authors/{number}")
def opened(
    parts: House, request: Request, number: Number, after: Annotated[str, Form(max_length=80)] = ""
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    before = read_cursor(after) if after else None
    with parts.store.write() as session:
        author = _author(session, number)
        brand = brand_of(request, session, reader)
        brand_id = brand.id or 0 if brand else 0
        wanted = MentionFilter(author_id=number)
        found = mentions(session, brand_id, wanted, before=before, limit=PAGE + 1)
        view: dict[str, Any] = {
            "stances": _stances(session, number),
            "candidate": candidacy(session, number, brand_id),
            "objects": bool(objecting(session, parts.marker, [author])),
            "lines": lines_of(found[:PAGE], brand_id),
            "after": str(found[PAGE - 1].cursor) if len(found) > PAGE else None,
            **acts_of(session, brand_id),
        }
        audit.note(session, reader, "author_opened", f"author:{number}", now, brand=brand_id)
    return show(
        request, parts, "authors/author.html.j2",
        author=author, opened=True, listening_tabs=TABS, **view,
    )  # fmt: skip


def _author(session: Session, number: int) -> tables.Author:
    author = session.get(tables.Author, number)
    if author is None:
        raise NotFoundError("There is no such account any more.", mend="It may have been erased.")
    return author


def _stances(session: Session, number: int) -> list[tuple[str, tables.Stance]]:
    """(brand, stance) of every brand they spoke about."""
    found = pages.stances_of(session, number)
    brands = pages.by_number(session, tables.BrandRow, [one.brand_id for one in found])
    return [(brands[one.brand_id].name, one) for one in found if one.brand_id in brands]
