"""The suggestions board, one suggestion, and each of its steps with a button."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from community.suggesting import suggestions as rules
from community.suggesting.suggestion_readers import readers
from config.errors import NotFoundError, RuleError
from soundingboard.access import audit
from soundingboard.reporting_back import one_suggestion, report_back
from soundingboard.web.community.board_view import COLUMNS as STATES
from soundingboard.web.community.board_view import STEPS, Card, cards, columns
from soundingboard.web.community.place import Number, place_of
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.reader import reader_of
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import board, members, tables
from store import suggestions as queries
from store.board import BoardFilter
from store.moderation import find_post
from store.suppression import objecting

Text = Annotated[str, Form(max_length=5000)]
Seen = Annotated[int | None, Form()]
UNPROCESSABLE = 422
MOST_EXPORTED = 10_000
COLUMNS = (
    "number", "title", "words", "state", "owner", "source", "proposer", "post", "raised",
    "next", "due", "overdue_days", "decided", "reason", "evidence", "told_proposer",
    "told_committee", "consent", "do_not_contact",
)  # fmt: skip
DONE = {
    "assign": "It has an owner",
    "acknowledge": "Acknowledged",
    "accept": "Accepted",
    "decline": "Declined; it is told all the same",
    "act": "Acted on",
    "note": "Noted",
    "undo": "The last step is taken back",
}


routes = APIRouter()
"""`/suggestions`, one of them, and its steps."""


def _stepped(
    parts: Parts,
    request: Request,
    number: Number,
    step: str,
    back: str,
    take: Callable[[Session, tables.Suggestion, str, datetime], object],
) -> Response:
    """One step of a suggestion, its audit row, and its undo."""
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        row, before = one_suggestion(session, number), len(queries.steps(session, number))
        take(session, row, reader.name, now)
        taken = len(queries.steps(session, number)) - before
        audit.note(session, reader, f"suggestion_{step}", f"suggestion:{number}", now)
    undo = "" if step in ("undo", "note") else f"/suggestions/{number}/undo?steps={taken}"
    return done(parts, back or f"/suggestions/{number}", DONE[step], undo=undo)


def _form(parts: Parts, request: Request, typed: dict[str, str], wrong: str = "") -> Response:
    with parts.store.read() as session:
        place = place_of(request, session)
        here = members.members(session, place.committee_id, here=True)
        post = find_post(session, typed["post"]) if typed.get("post") else None
    status = UNPROCESSABLE if wrong else 200
    return show(
        request, parts, "suggestions/new.html.j2", status, place=place, typed=typed,
        wrong=wrong, members=here, post=post,
    )  # fmt: skip


@routes.api_route("/suggestions", methods=["GET", "HEAD"])
def the_board(parts: House, request: Request) -> Response:
    now, asked = parts.clock.now(), _filter(request)
    with parts.store.read() as session:
        place = place_of(request, session)
        found = columns(session, parts.marker, place.brand_id, asked, parts.settings.promises, now)
        counts = board.counts(session, place.brand_id, asked)
        owners = board.owners(session, place.brand_id)
    return show(
        request, parts, "suggestions/board.html.j2", place=place, columns=found, counts=counts,
        owners=owners, states=STATES, steps=STEPS,
    )  # fmt: skip


@routes.post("/suggestions/export")
def export(
    parts: House, request: Request, kind: Annotated[str, Form(alias="as")] = "csv"
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        place, asked = place_of(request, session), _filter(request)
        every = [
            one
            for state in STATES
            for one in board.column(session, place.brand_id, state, asked, limit=MOST_EXPORTED)
        ]
        made = cards(session, parts.marker, every, parts.settings.promises, now)
        told = _exported(session, parts, made)
        subject = f"brand:{place.brand_id}"
        audit.note(session, reader, "exported", subject, now, rows=len(told), what="board")
    return exported(told, COLUMNS, "suggestions", kind)


@routes.api_route("/suggestions/new", methods=["GET", "HEAD"])
def new(parts: House, request: Request) -> Response:
    asked = request.query_params
    return _form(parts, request, {"member": asked.get("member", ""), "post": asked.get("post", "")})


@routes.post("/suggestions")
def raise_it(
    parts: House,
    request: Request,
    words: Text = "",
    title: Text = "",
    member: Text = "",
    post: Text = "",
) -> Response:
    typed = {"words": words, "title": title, "member": member, "post": post}
    reader, now = reader_of(request), parts.clock.now()
    try:
        with parts.store.write() as session:
            made = _raised(session, request, typed, reader.name, now)
            subject = f"suggestion:{made.id}"
            audit.note(session, reader, "suggestion_raised", subject, now)
            number = made.id
    except (RuleError, NotFoundError) as error:
        return _form(parts, request, typed, str(error))
    return done(parts, f"/suggestions/{number}", "It is written down; who takes care of it?")


@routes.api_route("/suggestions/{number}", methods=["GET", "HEAD"])
def one(parts: House, request: Request, number: Number) -> Response:
    now = parts.clock.now()
    with parts.store.read() as session:
        row = one_suggestion(session, number)
        place = place_of(request, session, row.committee_id)
        (card,) = cards(session, parts.marker, [row], parts.settings.promises, now)
        told = readers(session, parts.marker, row, now)
        steps = queries.steps(session, number)
        letters = queries.letters(session, number)
        owners = board.owners(session, place.brand_id)
    return show(
        request, parts, "suggestions/suggestion.html.j2", place=place, card=card, told=told,
        steps=steps, letters=letters, owners=owners, names=STEPS, states=STATES,
    )  # fmt: skip


@routes.post("/suggestions/{number}/assign")
def assign(
    parts: House,
    request: Request,
    number: Number,
    owner: Text = "",
    seen: Seen = None,
    back: Text = "",
) -> Response:
    return _stepped(
        parts,
        request, number, "assign", back,
        lambda s, row, who, now: rules.assign(s, row, who, now, owner=owner, seen=seen),
    )  # fmt: skip


@routes.post("/suggestions/{number}/acknowledge")
def acknowledge(
    parts: House, request: Request, number: Number, seen: Seen = None, back: Text = ""
) -> Response:
    def take(session: Session, row: tables.Suggestion, who: str, now: datetime) -> object:
        version = seen
        if not row.owner:  # whoever acknowledges it looks after it, until somebody else does
            rules.assign(session, row, who, now, owner=who, seen=seen)
            session.refresh(row)
            version = None
        return rules.acknowledge(session, row, who, now, seen=version)

    return _stepped(parts, request, number, "acknowledge", back, take)


@routes.post("/suggestions/{number}/accept")
def accept(
    parts: House,
    request: Request,
    number: Number,
    reason: Text = "",
    seen: Seen = None,
    back: Text = "",
) -> Response:
    return _stepped(
        parts,
        request, number, "accept", back,
        lambda s, row, who, now: rules.accept(s, row, who, now, reason=reason, seen=seen),
    )  # fmt: skip


@routes.post("/suggestions/{number}/decline")
def decline(
    parts: House,
    request: Request,
    number: Number,
    reason: Text = "",
    seen: Seen = None,
    back: Text = "",
) -> Response:
    return _stepped(
        parts,
        request, number, "decline", back,
        lambda s, row, who, now: rules.decline(s, row, who, now, reason=reason, seen=seen),
    )  # fmt: skip


@routes.post("/suggestions/{number}/act")
def act(
    parts: House,
    request: Request,
    number: Number,
    evidence: Text = "",
    seen: Seen = None,
    back: Text = "",
) -> Response:
    return _stepped(
        parts,
        request, number, "act", back,
        lambda s, row, who, now: rules.act(s, row, who, now, evidence=evidence, seen=seen),
    )  # fmt: skip


@routes.post("/suggestions/{number}/note")
def note(
    parts: House, request: Request, number: Number, words: Text = "", back: Text = ""
) -> Response:
    return _stepped(
        parts,
        request, number, "note", back,
        lambda s, row, who, now: rules.note(s, row, who, now, words=words),
    )  # fmt: skip


@routes.post("/suggestions/{number}/undo")
def undo(
    parts: House,
    request: Request,
    number: Number,
    seen: Seen = None,
    steps: Annotated[int, Query(ge=1, le=3)] = 1,
    back: Text = "",
) -> Response:
    """The last step is taken back; several, where one click took several."""

    def take(session: Session, row: tables.Suggestion, who: str, now: datetime) -> None:
        rules.undo(session, row, who, now, seen=seen)
        for _ in range(steps - 1):
            rules.undo(session, one_suggestion(session, number), who, now)

    return _stepped(parts, request, number, "undo", back, take)


@routes.post("/suggestions/{number}/tell")
def tell(parts: House, request: Request, number: Number, posted: Text = "") -> Response:
    """A person's click: the letters are queued, and drafts shown for whom none reaches."""
    reader, now = reader_of(request), parts.clock.now()
    told = report_back(parts, number, reader.name, posted=posted == "yes")
    with parts.store.write() as session:
        audit.note(
            session, reader, "suggestion_told", f"suggestion:{number}", now,
            letters=len(told.queued), by_hand=len(told.drafts),
        )  # fmt: skip
        row = one_suggestion(session, number)
        place = place_of(request, session, row.committee_id)
    if told.drafts:
        page = "suggestions/told.html.j2"
        return show(request, parts, page, place=place, told=told, suggestion=row)
    letters = f"{len(told.queued)} letters wait in the outbox" if told.queued else "Told"
    undo = f"/suggestions/{number}/undo?steps={len(told.recorded)}" if told.recorded else ""
    return done(parts, f"/suggestions/{number}", letters, undo=undo)


def _filter(request: Request) -> BoardFilter:
    asked = request.query_params
    source = asked.get("source")
    return BoardFilter(
        owner=asked.get("owner") if asked.get("owner") != "nobody" else "",
        source=source if source in ("member", "post") else None,
    )


def _raised(
    session: Session, request: Request, typed: dict[str, str], who: str, now: datetime
) -> tables.Suggestion:
    """What somebody suggests, from a member or a post. Raises RuleError, NotFoundError."""
    committee, title = place_of(request, session).needed(), typed["title"] or None
    if typed["post"]:
        post = find_post(session, typed["post"].strip())
        if post is None:
            raise NotFoundError(f"There is no post {typed['post']!r}.", mend="Give its number.")
        words = typed["words"] or None
        return rules.raise_from_post(session, committee, post, who, now, words=words, title=title)
    chosen = typed["member"]
    member = (
        session.get(tables.Member, int(chosen)) if chosen.isdecimal() and len(chosen) < 10 else None
    )
    if member is None:
        raise RuleError("Say whose it is.", mend="Choose a member, or give a post's number.")
    return rules.raise_by_member(
        session, committee, member, who, now, words=typed["words"], title=title
    )


def _exported(session: Session, parts: Parts, made: list[Card]) -> list[dict[str, Any]]:
    ids = {one.suggestion.author_id for one in made}
    authors = [a for a in (session.get(tables.Author, i) for i in ids if i) if a is not None]
    silent = objecting(session, parts.marker, authors)
    return [
        {
            "number": one.suggestion.id,
            "title": one.suggestion.title,
            "words": one.suggestion.words,
            "state": one.suggestion.state,
            "owner": one.suggestion.owner,
            "source": "post" if one.suggestion.post_id else "member",
            "proposer": (one.proposer or "").lstrip("@"),
            "post": one.post.url if one.post else None,
            "raised": one.suggestion.raised_at,
            "next": one.next.step if one.next else None,
            "due": one.next.due_at if one.next else None,
            "overdue_days": round(one.next.overdue_by.total_seconds() / 86400, 1)
            if one.next
            else 0,
            "decided": one.suggestion.decided_at,
            "reason": one.suggestion.decision_reason,
            "evidence": one.suggestion.evidence,
            "told_proposer": one.suggestion.told_proposer_at,
            "told_committee": one.suggestion.told_committee_at,
            "consent": "member" if one.member else "none given",
            "do_not_contact": one.suggestion.author_id in silent,
        }
        for one in made
    ]
