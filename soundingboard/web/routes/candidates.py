"""One candidate: the dossier, whose opening is logged, every decision on them, two side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from config.errors import RuleError
from soundingboard.access import audit
from soundingboard.dossier import page as dossier_page
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.paths import safe_path, with_query
from soundingboard.web.reader import reader_of
from soundingboard.web.recruiting.comparing import aligned, parts_beside, two_of
from soundingboard.web.recruiting.deciding import Case, change
from soundingboard.web.recruiting.forms import Filled
from soundingboard.web.recruiting.opened import WORDS, found, opened, since
from soundingboard.web.recruiting.printing import printed
from soundingboard.web.told import done
from soundingboard.wiring import Parts

CONFLICT, UNPROCESSABLE = 409, 422
FILLED_IN = frozenset({"note", "assign", "verdict", "stakeholder", "override", "seat"})
"""Changes whose form holds words that a refusal must not lose; so do decisions with a reason."""

routes = APIRouter()
"""`/candidates/{candidate_id}` and `/compare`."""


@routes.api_route("/candidates/{candidate_id}", methods=["GET", "HEAD"])
def permalink(parts: House, request: Request, candidate_id: int) -> Response:
    return _permanent(parts, request, candidate_id)


@routes.post("/candidates/{candidate_id}/dossier")
def dossier(parts: House, request: Request, candidate_id: int, filled: Filled) -> Response:
    return _dossier(parts, request, candidate_id, filled)


@routes.post("/candidates/{candidate_id}/print")
def on_paper(parts: House, request: Request, candidate_id: int) -> Response:
    told = opened(parts, reader_of(request), candidate_id, "dossier_printed")
    return printed(dossier_page(told["raw"]))


@routes.post("/candidates/{candidate_id}/change")
def act(parts: House, request: Request, candidate_id: int, filled: Filled) -> Response:
    return _change(parts, request, candidate_id, filled)


@routes.api_route("/compare", methods=["GET", "HEAD"])
def compare(parts: House, request: Request) -> Response:
    ids = two_of(request.query_params)
    with parts.store.read() as session:
        names = [found(session, one)[1].name for one in ids]
    return show(request, parts, "recruits/compare.html.j2", ids=ids, names=names)


@routes.post("/compare")
def compared(parts: House, request: Request) -> Response:
    return _compared(parts, request)


def _permalink(candidate_id: int) -> str:
    return f"/candidates/{candidate_id}"


def _permanent(parts: Parts, request: Request, candidate_id: int) -> Response:
    with parts.store.read() as session:
        _, author, brand = found(session, candidate_id)
    here = _permalink(candidate_id)
    view: dict[str, Any] = {"candidate_id": candidate_id, "name": author.name}
    view |= {"here": here, "onward": here}
    return show(request, parts, "recruits/candidate.html.j2", brand=brand, **view)


def _compared(parts: Parts, request: Request) -> Response:
    ids = two_of(request.query_params)
    both = [opened(parts, reader_of(request), one) for one in ids]
    view: dict[str, Any] = {"ids": ids, "both": both, "rows": aligned(both), **WORDS}
    view["beside"], view["widest"] = parts_beside(both)
    if request.headers.get("HX-Request"):
        return show(request, parts, "recruits/compared.html.j2", **view)
    names = [one["told"]["author"] for one in both]
    return show(request, parts, "recruits/compare.html.j2", names=names, **view)


def _dossier(
    parts: Parts, request: Request, candidate_id: int, filled: Mapping[str, str]
) -> Response:
    """The dossier itself: a piece of the page that asked for it, else a page of its own."""
    view = opened(parts, reader_of(request), candidate_id)
    here = safe_path(filled.get("here") or _permalink(candidate_id))
    onward = safe_path(filled.get("onward") or here)
    view |= {"here": here, "onward": onward, "candidate_id": candidate_id}
    if request.headers.get("HX-Request"):
        return show(request, parts, "recruits/dossier.html.j2", **view)
    name = view["told"]["author"]
    return show(request, parts, "recruits/candidate.html.j2", name=name, **view)


def _change(
    parts: Parts, request: Request, candidate_id: int, filled: Mapping[str, str]
) -> Response:
    reader, now, what = reader_of(request), parts.clock.now(), filled.get("change", "")
    here = safe_path(filled.get("here") or _permalink(candidate_id))
    try:
        with parts.store.write() as session:
            candidate, author, _ = found(session, candidate_id)
            told = change(Case(session, parts, reader, candidate, filled, now), what)
            subject, name = f"author:{author.id}", author.name
            audit.note(session, reader, told.code, subject, now, **told.counts)
    except RuleError as error:
        return _refused(parts, request, candidate_id, filled, error)
    decided = what == "decide" and filled.get("action") != "reopen"
    to = safe_path(filled.get("onward") or here) if decided else here
    undo = None if told.undo is None else {**told.undo, "here": here}
    address = f"{_permalink(candidate_id)}/change"
    words = told.words.format(name)
    return done(parts, to, words, undo=with_query(address, undo) if undo else "")


def _refused(
    parts: Parts,
    request: Request,
    candidate_id: int,
    filled: Mapping[str, str],
    error: RuleError,
) -> Response:
    """Why it was not done: what others did meanwhile, or the form again with what was typed."""
    with parts.store.read() as session:
        candidate, author, brand = found(session, candidate_id)
        version = filled.get("version", "")
        seen = int(version) if version.isdecimal() and len(version) < 10 else candidate.version
        newer = since(session, candidate, seen)
        state = candidate.state
    what = filled.get("change", "")
    action = filled.get("action", "")
    again = what in FILLED_IN or action in ("reject", "defer")
    view = {
        "candidate_id": candidate_id,
        "name": author.name,
        "brand": brand,
        "here": safe_path(filled.get("here") or _permalink(candidate_id)),
        "filled": filled,
        "newer": newer if what == "decide" else [],
        "again": again,
        "state": state,
        "version": candidate.version,
        "wrong": error,
        **WORDS,
    }
    status = UNPROCESSABLE if again and not view["newer"] else CONFLICT
    return show(request, parts, "recruits/refused.html.j2", status=status, **view)
