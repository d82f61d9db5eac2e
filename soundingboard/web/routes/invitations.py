"""Invitations: drafted, read as they will arrive, worded anew, let go by a click, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from community.inviting import consent, rewording
from community.inviting import invitations as rules
from config.errors import NotFoundError, RuleError
from soundingboard import inviting
from soundingboard.access import audit
from soundingboard.web.community.asking_view import funnel, invitation_facts
from soundingboard.web.community.place import Chosen, Number, place_of
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.reader import reader_of
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import asked, tables
from store.asked import Asked
from store.suppression import objecting

Text = Annotated[str, Form(max_length=25_000)]
UNPROCESSABLE = 422
A_PAGE, MOST_EXPORTED = 50, 20_000
STATES = ("drafted", "approved", "sent", "answered", "lapsed", "withdrawn")
COLUMNS = (
    "number", "handle", "source", "channel", "state", "mail", "campaign", "drafted_by",
    "drafted", "approved_by", "approved", "sent", "answered", "consent", "do_not_contact",
)  # fmt: skip


routes = APIRouter()
"""`/invitations`, one of them, and what is done about it."""


def _listed(
    parts: Parts, session: Session, request: Request, brand_id: int, limit: int
) -> list[Asked]:
    query = request.query_params
    state, answer = query.get("state"), query.get("answer")
    return asked.invitations(
        session,
        brand_id,
        state=state if state in STATES else None,
        answer=answer if answer in consent.LABELS else None,
        before=_number(query.get("after")) if limit == A_PAGE + 1 else None,
        limit=limit,
    )


def _opened(
    parts: Parts,
    request: Request,
    number: Number,
    *,
    wrong: str = "",
    typed: tuple[str, str] | None = None,
    looked: bool = True,
) -> Response:
    """An invitation to a person, once it is written down who looked."""
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        facts = invitation_facts(parts, session, number)
        head = facts["head"]
        place = place_of(request, session, head.committee.id)
        if looked:
            subject = f"author:{head.author.id}"
            audit.note(session, reader, "invitation_seen", subject, now, invitation=number)
    return show(
        request, parts, "invitations/invitation.html.j2", UNPROCESSABLE if wrong else 200,
        place=place, number=number, facts=facts, wrong=wrong, typed=typed,
        doors=consent.LABELS, step=request.query_params.get("step", ""),
    )  # fmt: skip


@routes.api_route("/invitations", methods=["GET", "HEAD"])
def everything(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        place = place_of(request, session)
        found = _listed(parts, session, request, place.brand_id, A_PAGE + 1)
        rows, more = found[:A_PAGE], len(found) > A_PAGE
        mails = asked.mail_states(session, [one.invitation.id or 0 for one in rows])
        reached = funnel(session, place.brand_id)
    after = rows[-1].invitation.id if more else None
    return show(
        request, parts, "invitations/invitations.html.j2", place=place, rows=rows, after=after,
        mails=mails, funnel=reached, doors=consent.LABELS, states=STATES,
    )  # fmt: skip


@routes.post("/invitations/export")
def export(
    parts: House, request: Request, kind: Annotated[str, Form(alias="as")] = "csv"
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        place = place_of(request, session)
        rows = _listed(parts, session, request, place.brand_id, MOST_EXPORTED)
        told = _exported(session, parts, rows)
        subject = f"brand:{place.brand_id}"
        audit.note(session, reader, "exported", subject, now, rows=len(told), what="asked")
    return exported(told, COLUMNS, "invitations", kind)


@routes.api_route("/invitations/new", methods=["GET", "HEAD"])
def new(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        place = place_of(request, session)
        ready = asked.approved(session, place.brand_id)
    chosen = _number(request.query_params.get("candidate"))
    page = "invitations/new.html.j2"
    return show(request, parts, page, place=place, ready=ready, chosen=chosen)


@routes.post("/invitations")
def draft(parts: House, request: Request, candidate: Chosen, campaign: Text = "") -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        place = place_of(request, session)
        row = session.get(tables.Candidate, candidate)
        if row is None or row.brand_id != place.brand_id:
            raise NotFoundError("There is no such candidate.", mend="Choose one of the list.")
        head = rules.draft(
            session, inviting.desk_of(parts), row, by=reader.name, now=now,
            committee=place.needed(), campaign=campaign or None,
        )  # fmt: skip
        number = head.invitation.id
        subject = f"author:{head.author.id}"
        audit.note(session, reader, "invitation_drafted", subject, now, invitation=number)
    undo = f"/invitations/{number}/withdraw"
    return done(parts, f"/invitations/{number}", "Drafted; nothing has left", undo=undo)


@routes.api_route("/invitations/{number}", methods=["GET", "HEAD"])
def one(parts: House, request: Request, number: Number) -> Response:
    with parts.store.read() as session:
        head = rules.found(session, number)
        place = place_of(request, session, head.committee.id)
    return show(
        request, parts, "invitations/invitation.html.j2", place=place, number=number,
        facts=None, wrong="", typed=None, doors=consent.LABELS,
        step=request.query_params.get("step", ""),
    )  # fmt: skip


@routes.post("/invitations/{number}/open")
def look(parts: House, request: Request, number: Number) -> Response:
    return _opened(parts, request, number)


@routes.post("/invitations/{number}/words")
def reword(
    parts: House, request: Request, number: Number, subject: Text = "", body: Text = ""
) -> Response:
    reader, now, desk = reader_of(request), parts.clock.now(), inviting.desk_of(parts)
    try:
        with parts.store.write() as session:
            head = rewording.reword(
                session, desk, number, subject=subject, body=body, by=reader.name, now=now
            )
            who = f"author:{head.author.id}"
            audit.note(session, reader, "invitation_reworded", who, now, invitation=number)
    except RuleError as error:
        return _opened(
            parts, request, number, wrong=str(error), typed=(subject, body), looked=False
        )
    undo = f"/invitations/{number}/template"
    return done(parts, f"/invitations/{number}", "Worded anew; nothing has left", undo=undo)


@routes.post("/invitations/{number}/template")
def as_the_template(parts: House, request: Request, number: Number) -> Response:
    reader, now, desk = reader_of(request), parts.clock.now(), inviting.desk_of(parts)
    with parts.store.write() as session:
        head = rewording.as_the_template(session, desk, number, by=reader.name, now=now)
        who = f"author:{head.author.id}"
        audit.note(session, reader, "invitation_reworded", who, now, invitation=number)
    return done(parts, f"/invitations/{number}", "It has the template's words again")


@routes.post("/invitations/{number}/send")
def send(parts: House, request: Request, number: Number) -> Response:
    """The click without which nothing leaves."""
    reader, now = reader_of(request), parts.clock.now()
    head = inviting.send(parts, number, by=reader.name)
    with parts.store.write() as session:
        who = f"author:{head.author.id}"
        audit.note(session, reader, "invitation_let_go", who, now, invitation=number)
    mail = head.invitation.channel == "mail"
    said = "It waits in the outbox" if mail else "You may post it now"
    undo = f"/invitations/{number}/withdraw"
    return done(parts, f"/invitations/{number}", said, undo=undo)


@routes.post("/invitations/{number}/posted")
def posted(parts: House, request: Request, number: Number) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        head = rules.posted(session, number, by=reader.name, now=now)
        who = f"author:{head.author.id}"
        audit.note(session, reader, "invitation_posted", who, now, invitation=number)
    undo = f"/invitations/{number}/withdraw"
    return done(parts, f"/invitations/{number}", "Noted: it is posted", undo=undo)


@routes.post("/invitations/{number}/withdraw")
def withdraw(parts: House, request: Request, number: Number, reason: Text = "") -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        head = rules.found(session, number)
        stayed = rules.withdraw(session, number, by=reader.name, now=now, reason=reason or None)
        who = f"author:{head.author.id}"
        audit.note(session, reader, "invitation_withdrawn", who, now, left=not stayed)
    said = "Withdrawn; nothing had left" if stayed else "Withdrawn; it had left already"
    return done(parts, "/invitations", said)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() and len(text) < 10 else None


def _exported(session: Session, parts: Parts, rows: Sequence[Asked]) -> list[dict[str, Any]]:
    mails = asked.mail_states(session, [one.invitation.id or 0 for one in rows])
    silent = objecting(session, parts.marker, [one.author for one in rows])
    return [
        {
            "number": one.invitation.id,
            "handle": one.author.name.lstrip("@"),
            "source": one.author.site,
            "channel": one.invitation.channel,
            "state": one.invitation.state,
            "mail": mails[one.invitation.id].state if one.invitation.id in mails else None,
            "campaign": one.offer.campaign,
            "drafted_by": one.invitation.drafted_by,
            "drafted": one.invitation.drafted_at,
            "approved_by": one.invitation.approved_by,
            "approved": one.invitation.approved_at,
            "sent": one.invitation.sent_at,
            "answered": one.invitation.answered_at,
            "consent": one.invitation.answer,
            "do_not_contact": one.author.id in silent,
        }
        for one in rows
    ]
