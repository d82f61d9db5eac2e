"""Lists of sources: taken in with a preview, given out as OPML."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, File, Form, Request, UploadFile
from fastapi.responses import Response

from config.errors import RuleError
from soundingboard.access import audit
from soundingboard.finding import Found, keep
from soundingboard.opml import preview, written
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.reader import reader_of
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store.sources import all_sources

HERE = "/settings/sources"

routes = APIRouter()
"""`/settings/sources`, `/settings/sources/import`, `/settings/sources/export`."""


def _known(parts: Parts) -> set[str]:
    with parts.store.read() as session:
        return {source.address for source in all_sources(session)}


@routes.api_route(HERE, methods=["GET", "HEAD"])
def lists(parts: House, request: Request) -> Response:
    return show(
        request, parts, "settings/sources.html.j2", lines=None, wrong="", count=len(_known(parts))
    )


@routes.post(f"{HERE}/import")
def look(parts: House, request: Request, file: Annotated[UploadFile, File()]) -> Response:
    try:
        lines, wrong = preview(file.file.read(), _known(parts)), ""
    except RuleError as error:
        lines, wrong = None, str(error)
    return show(
        request, parts, "settings/sources.html.j2", 422 if wrong else 200,
        lines=lines, wrong=wrong, count=len(_known(parts)),
    )  # fmt: skip


@routes.post(f"{HERE}/take")
def take(
    parts: House,
    request: Request,
    take: Annotated[list[str], Form()],
    back: Annotated[str, Form()] = "/sources",
) -> Response:
    there, added, refused = _known(parts), 0, []
    for line in take:
        address, _, name = line.partition(" ")
        if address in there:
            continue
        try:
            keep(parts, Found("feed", address), name=name or None, about=None)
            added += 1
        except RuleError as error:
            refused.append(f"{name or address}: {error.problem}")
    with parts.store.write() as session:
        now = parts.clock.now()
        audit.note(session, reader_of(request), "sources_taken", "sources:1", now, added=added)
    words = f"{added} sources are listened to from now on."
    return done(parts, back, " ".join([words, *refused[:3]]), wrong=bool(refused))


@routes.post(f"{HERE}/export")
def export(parts: House, request: Request) -> Response:
    with parts.store.write() as session:
        sources = all_sources(session)
        now = parts.clock.now()
        audit.note(
            session, reader_of(request), "sources_exported", "sources:1", now, rows=len(sources)
        )
    headers = {"Content-Disposition": 'attachment; filename="sources.opml"'}
    return Response(written(sources), media_type="text/x-opml", headers=headers)
