"""The places where we listen: how each is, when it is asked next, and what to do about it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from config.errors import CollectError, ConfigError, NotFoundError, RuleError
from soundingboard import listening_places
from soundingboard.access import audit
from soundingboard.cards import source_card
from soundingboard.finding import found_at, keep
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.listening.filters import LARGEST
from soundingboard.web.reader import reader_of
from soundingboard.web.routes.mentions import TABS
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import sources as rows
from store import tables

HERE = "/sources"
UNPROCESSABLE = 422
PAGE = 100
WEEK = timedelta(days=7)
KINDS = {"": "find out", "feed": "a feed", "mastodon": "Mastodon", "discourse": "a Discourse forum"}
KIND_WORDS = {"file": "a file", **KINDS}
COLUMNS = (
    "name", "kind", "address", "health", "problem", "paused", "failures", "last_ok", "last_check",
    "next_check", "why", "posts_in_7_days",
)  # fmt: skip
Number = Annotated[int, Path(ge=1, le=LARGEST)]
State = Annotated[str, Query(pattern="^(failing|paused)?$")]
Words = Annotated[str, Form(max_length=2000)]

routes = APIRouter()
"""`/sources` and what can be done with one."""


@routes.api_route(HERE, methods=["GET", "HEAD"])
def overview(
    parts: House,
    request: Request,
    state: State = "",
    after: Annotated[int, Query(ge=0, le=LARGEST)] = 0,
) -> Response:
    return _page(parts, request, state=state, after=after)


@routes.post(f"{HERE}/export")
def export(
    parts: House, request: Request, kind: Annotated[str, Form(alias="as")], state: State = ""
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        found = rows.listed(session, state=state or None, limit=100 * PAGE)
        cards = _cards(session, found, now)
        audit.note(session, reader, "sources_exported", "sources", now, rows=len(cards))
    return exported(cards, COLUMNS, "sources", kind)


@routes.post(HERE)
def add(
    parts: House,
    request: Request,
    address: Words = "",
    name: Words = "",
    kind: Annotated[str, Form(pattern="^(feed|mastodon|discourse)?$")] = "",
    about: Words = "",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    typed = {"address": address, "name": name, "kind": kind, "about": about}
    try:
        if not address.strip():
            raise RuleError("An address is needed.", mend="Paste that of a feed or a page.")
        found = found_at(parts, address.strip(), kind or None)
        source = keep(parts, found, name=name or None, about=about or None)
    except (CollectError, ConfigError, RuleError) as error:
        return _page(parts, request, UNPROCESSABLE, typed=typed, wrong=str(error))
    with parts.store.write() as session:
        audit.note(session, reader, "source_added", f"source:{source.id}", now)
    seen = f"{found.posts} posts are read at the next look." if found.posts else ""
    return done(parts, HERE, f"Listening to {source.name} from now on. {seen}".strip())


@routes.post(f"{HERE}/{{number}}/look")
def look(parts: House, request: Request, number: Number) -> Response:
    with parts.store.write() as session:
        source = _source(session, number)
        listening_places.look_now(session, source)
        _note(parts, request, session, "source_due", number)
    return done(parts, _at(number), f"{source.name} is asked at the next run.")


@routes.post(f"{HERE}/{{number}}/pause")
def pause(parts: House, request: Request, number: Number) -> Response:
    with parts.store.write() as session:
        source = _source(session, number)
        listening_places.pause(session, source, reader_of(request).name)
        _note(parts, request, session, "source_paused", number)
    undo = f"{HERE}/{number}/resume"
    return done(parts, _at(number), f"{source.name} is not asked any more.", undo=undo)


@routes.post(f"{HERE}/{{number}}/resume")
def resume(parts: House, request: Request, number: Number) -> Response:
    with parts.store.write() as session:
        source = _source(session, number)
        listening_places.resume(session, source)
        _note(parts, request, session, "source_resumed", number)
    undo = f"{HERE}/{number}/pause"
    return done(parts, _at(number), f"{source.name} is asked again.", undo=undo)


@routes.post(f"{HERE}/{{number}}/remove")
def remove(
    parts: House, request: Request, number: Number, sure: Annotated[str, Form()] = ""
) -> Response:
    if sure != "yes":
        raise RuleError(
            "A source goes with all its posts, and nothing brings them back.",
            mend="Tick that you mean it, or pause the source instead.",
        )
    with parts.store.write() as session:
        source = _source(session, number)
        rows.remove_source(session, source)
        _note(parts, request, session, "source_removed", number)
    return done(parts, HERE, f"{source.name} and its posts are gone.")


def _page(
    parts: Parts,
    request: Request,
    status: int = 200,
    *,
    state: str = "",
    after: int = 0,
    typed: dict[str, str] | None = None,
    wrong: str = "",
) -> Response:
    with parts.store.read() as session:
        found = rows.listed(session, state=state or None, after=after, limit=PAGE + 1)
        cards = _cards(session, found[:PAGE], parts.clock.now())
        standing = rows.standing(session)
    return show(
        request, parts, "sources/sources.html.j2", status,
        cards=cards, standing=standing, state=state, kinds=list(KINDS.items()),
        after=cards[-1]["id"] if len(found) > PAGE else None,
        typed=typed or {}, wrong=wrong, listening_tabs=TABS,
    )  # fmt: skip


def _note(parts: Parts, request: Request, session: Session, action: str, number: int) -> None:
    audit.note(session, reader_of(request), action, f"source:{number}", parts.clock.now())


def _cards(session: Session, found: Any, now: datetime) -> list[dict[str, Any]]:
    """`source_card` of several, with their health in a word and what the last week brought."""
    posts = rows.posts_since(session, [one.id for one in found], now - WEEK)
    return [
        source_card(one, now)
        | {
            "kind_words": KIND_WORDS.get(one.kind, one.kind),
            "health": _health(one),
            "ok_at": one.ok_at,
            "checked_at": one.checked_at,
            "next_at": one.next_at if one.kind != "file" and not one.paused else None,
            "posts_in_7_days": posts.get(one.id or 0, 0),
        }
        for one in found
    ]


def _health(source: tables.Source) -> str:
    if source.kind == "file":
        return "brought by hand"
    if source.paused:
        return "paused"
    if source.failures:
        return "failing"
    return "ok" if source.checked_at else "not asked yet"


def _source(session: Session, number: int) -> tables.Source:
    source = session.get(tables.Source, number)
    if source is None:
        raise NotFoundError("There is no such source any more.", mend="See /sources.")
    return source


def _at(number: int) -> str:
    return f"{HERE}#source-{number}"
