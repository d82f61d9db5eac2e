"""The recruit lists: who loves, hates or is torn, page by page, decided one by one or many."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from community.candidates.agreement import between_reviewers
from config.errors import RuleError
from soundingboard.access import audit
from soundingboard.cards import agreement_card
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.paths import with_query
from soundingboard.web.reader import brand_of, reader_of
from soundingboard.web.recruiting import batches
from soundingboard.web.recruiting.filters import filter_of, in_words, number_of
from soundingboard.web.recruiting.forms import Filled
from soundingboard.web.recruiting.listing import HERE, kept_query, listing, theme_names
from soundingboard.web.recruiting.opened import WORDS
from soundingboard.web.recruiting.rows import COLUMNS, LISTMONK, exported_rows, listmonk_rows
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import recruits, tables, users
from store.batches import some_candidates
from store.candidates import Card

MOST_EXPORTED = 20_000
"""Rows of one file; more is a backup, not a list somebody works with."""
SEE_OTHER, UNPROCESSABLE = 303, 422

routes = APIRouter()
"""`/recruits` and what is done with the whole list."""


@routes.api_route("/recruits", methods=["GET", "HEAD"])
def lists(parts: House, request: Request) -> Response:
    reader = reader_of(request)
    with parts.store.read() as session:
        brand = brand_of(request, session, reader)
        if brand is None:
            return show(request, parts, "recruits/none.html.j2")
        query = request.query_params
        view = listing(session, brand.id or 0, query, reader, parts.clock.now())
    return show(request, parts, "recruits/recruits.html.j2", brand=brand, **view)


@routes.api_route("/recruits/many", methods=["GET", "HEAD"])
def ask(parts: House, request: Request) -> Response:
    return _asking(parts, request, {})


@routes.post("/recruits/many")
def decide(parts: House, request: Request, filled: Filled) -> Response:
    return _decide(parts, request, filled)


@routes.post("/recruits/many/undo")
def undo(parts: House, request: Request, at: str, back: str = HERE) -> Response:
    outcome = batches.undo(parts, reader_of(request), _brand(parts, request), _moment(at))
    return done(parts, back, f"Taken back: {outcome.in_words('as before')}")


@routes.post("/recruits/export")
def export(
    parts: House, request: Request, kind: Annotated[str, Form(alias="as")] = "csv"
) -> Response:
    return _export(parts, request, kind)


@routes.api_route("/recruits/agreement", methods=["GET", "HEAD"])
def agreement(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        brand = brand_of(request, session, reader_of(request))
        found = between_reviewers(session, brand.id or 0) if brand else []
    pairs = [agreement_card(pair) for pair in found]
    return show(request, parts, "recruits/agreement.html.j2", pairs=pairs)


def _brand(parts: Parts, request: Request) -> int:
    """The brand's number. Raises RuleError while there is none."""
    with parts.store.read() as session:
        brand = brand_of(request, session, reader_of(request))
    if brand is None:
        raise RuleError("There is no brand yet.", mend="Add one in the settings.")
    return brand.id or 0


def _moment(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise RuleError("That is no moment of ours.", mend="Use the page's own undo.")
    return found


def _asking(
    parts: Parts, request: Request, filled: Mapping[str, str], status: int = 200, wrong: str = ""
) -> Response:
    """The worded step before many are decided on: who they are, why, or all that match."""
    query, reader, brand_id = request.query_params, reader_of(request), _brand(parts, request)
    action = query.get("do") or filled.get("do", "")
    if action not in batches.ACTIONS:
        raise RuleError("Say first what is to be done.", mend="Choose it below the list.")
    kept = kept_query(query, reader)
    with parts.store.read() as session:
        chosen = some_candidates(session, brand_id, list(_chosen(query.getlist("id"))))
        names = theme_names(session, brand_id)
        matching = recruits.counts(session, brand_id, filter_of(kept))[kept["side"]]
        ours = [user.name for user in users.users(session) if user.disabled_at is None]
    return show(
        request,
        parts,
        "recruits/many.html.j2",
        status=status,
        do=action,
        words=batches.ACTIONS[action],
        chosen=list(chosen.values()),
        kept=kept,
        asked_words=list(in_words(kept, names)),
        matching=matching,
        most=batches.MOST,
        ours=ours,
        filled=filled,
        wrong=wrong,
        back=with_query(HERE, kept),
        **WORDS,
    )


def _decide(parts: Parts, request: Request, filled: Mapping[str, str]) -> Response:
    reader, brand_id, query = reader_of(request), _brand(parts, request), request.query_params
    kept, now = kept_query(query, reader), parts.clock.now()
    if filled.get("all"):
        with parts.store.read() as session:
            matching = batches.matching(session, brand_id, filter_of(kept))
        chosen: dict[int, int | None] = dict.fromkeys(matching)
    else:
        chosen = dict(_chosen(query.getlist("id")))
    try:
        if not chosen:
            raise RuleError("Nobody is selected.", mend="Select some of the list, or all.")
        batches.require(filled)
    except RuleError as error:
        return _asking(parts, request, filled, UNPROCESSABLE, str(error))
    outcome = batches.decide(parts, reader, brand_id, chosen, filled, now)
    back = with_query(HERE, kept)
    undo = with_query("/recruits/many/undo", {"at": now.isoformat(), "back": back})
    words = outcome.in_words(batches.ACTIONS[filled["do"]][1])
    return done(parts, back, words, undo=undo if outcome.changed else "")


def _chosen(told: list[str]) -> dict[int, int | None]:
    """Candidate -> version, from "12.3" as the list's boxes say it. Raises RuleError."""
    found: dict[int, int | None] = {}
    for one in told[: batches.MOST]:
        number, _, version = one.partition(".")
        found[number_of(number, "candidate") or 0] = number_of(version or None, "version")
    return found


def _export(parts: Parts, request: Request, kind: str) -> Response:
    reader = reader_of(request)
    kept, now = kept_query(request.query_params, reader), parts.clock.now()
    wanted = filter_of(kept)
    with parts.store.read() as session:
        brand = brand_of(request, session, reader)
        if brand is None:
            raise RuleError("There is no brand yet.", mend="Add one in the settings.")
        cards = list(_cards(session, brand, wanted))
        if kind == "listmonk":
            seated = [card for card in cards if card.candidate.state == "approved"]
            rows = list(listmonk_rows(session, parts.marker, seated, brand.name))
        else:
            names = theme_names(session, brand.id or 0)
            rows = list(exported_rows(session, parts.marker, cards, names))
    with parts.store.write() as session:
        audit.note(session, reader, "exported", "recruits", now, rows=len(rows), kind=kind)
    if kind == "listmonk":
        return exported(rows, LISTMONK, "recruits-listmonk", "csv")
    return exported(rows, COLUMNS, f"recruits-{kept['side']}", kind)


def _cards(session: Any, brand: tables.BrandRow, wanted: recruits.RecruitFilter) -> Iterator[Card]:
    """Everybody who matches, a page at a time."""
    place, count = None, 0
    while count < MOST_EXPORTED:
        some = recruits.recruits(session, brand.id or 0, wanted, after=place, limit=500)
        yield from some
        count += len(some)
        if len(some) < 500:
            return
        place = recruits.place_of(some[-1])
