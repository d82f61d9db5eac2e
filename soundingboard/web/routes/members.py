"""Members: who sits, what each of them gave and is owed, and everything done about their seat."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from sqlmodel import Session

from community.committees import members as rules
from community.promising.promises import promises_of
from config.errors import NotFoundError, RuleError
from soundingboard.access import audit
from soundingboard.web import forms
from soundingboard.web.community.members_view import member_facts, member_rows
from soundingboard.web.community.place import Number, Place, place_of
from soundingboard.web.community.undoing import undo_path
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.reader import reader_of
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import tables, trail
from store.candidates import find_authors
from store.invitations import by_id as invitation_of
from store.suppression import objecting

Text = Annotated[str, Form(max_length=2000)]
DOORS = (("committee", "the committee"), ("community", "the lighter community"))
COLUMNS = (
    "number", "name", "handle", "source", "door", "owner", "joined", "term_until", "left",
    "level", "charter_acknowledged", "owed", "consent", "consented_at", "do_not_contact",
)  # fmt: skip

Change = Callable[[Session, int, datetime], tables.Member]


routes = APIRouter()
"""`/members`, one of them, and the changes of a seat."""


def _rows(parts: Parts, session: Session, request: Request, place: Place) -> list[dict[str, Any]]:
    asked = request.query_params
    if place.committee is None:
        return []
    return member_rows(
        session,
        place.committee,
        parts.clock.now(),
        door=asked.get("door") if asked.get("door") in dict(DOORS) else None,
        here={"left": False, "all": None}.get(asked.get("seat", ""), True),
        owner=asked.get("owner"),
    )


def _changed(
    parts: Parts,
    request: Request,
    number: Number,
    action: str,
    words: str,
    change: Change,
    **details: object,
) -> Response:
    """One change of a member's seat, its audit row, and the way to take it back."""
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        held = _member(session, request, number)[0].committee_id
        before = trail.newest(session, held)
        member = change(session, number, now)
        audit.note(session, reader, action, f"author:{member.author_id}", now, **details)
        undo = undo_path(session, held, before)
        said = f"{member.name} {words}"
    return done(parts, f"/members/{number}", said, undo=undo)


@routes.api_route("/members", methods=["GET", "HEAD"])
def everybody(parts: House, request: Request) -> Response:
    with parts.store.read() as session:
        place = place_of(request, session)
        found = _rows(parts, session, request, place)
        owners = sorted({one["member"].owner for one in found if one["member"].owner})
    page = "members/members.html.j2"
    return show(
        request,
        parts,
        page,
        place=place,
        rows=found,
        owners=owners,
        doors=DOORS,
        owner_options=[(one, one) for one in owners],
    )


@routes.post("/members/export")
def export(
    parts: House, request: Request, kind: Annotated[str, Form(alias="as")] = "csv"
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        place = place_of(request, session)
        found = _rows(parts, session, request, place)
        silent = objecting(session, parts.marker, [one["author"] for one in found])
        told = [_exported(session, one, one["author"].id in silent) for one in found]
        subject = f"committee:{place.committee_id}"
        audit.note(session, reader, "exported", subject, now, rows=len(told), what="members")
    return exported(told, COLUMNS, "members", kind)


@routes.post("/members")
def join(
    parts: House,
    request: Request,
    author: Text = "",
    source: Text = "",
    name: Text = "",
    address: Text = "",
    door: Text = "committee",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        committee = place_of(request, session).needed()
        account = _one_account(session, author, source)
        made = rules.join(
            session,
            committee_id=committee.id or 0,
            author_id=account.id or 0,
            door=door,
            name=name or account.display_name or account.name,
            address=address or None,
            invitation_id=None,
            now=now,
            actor=reader.name,
        )
        audit.note(session, reader, "member_joined", f"author:{account.id}", now, door=door)
        number, said = made.id, f"{made.name} is in {dict(DOORS)[made.door]}"
    return done(parts, f"/members/{number}", said)


@routes.api_route("/members/{number}", methods=["GET", "HEAD"])
def one(parts: House, request: Request, number: Number) -> Response:
    with parts.store.read() as session:
        member, place = _member(session, request, number)
    page = "members/member.html.j2"
    return show(request, parts, page, place=place, member=member, facts=None)


@routes.post("/members/{number}/open")
def look(parts: House, request: Request, number: Number) -> Response:
    """What we know of a person, once it is written down who looked."""
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        member, place = _member(session, request, number)
        promised = promises_of(session, place.brand_id, now, parts.settings.promises)
        facts = member_facts(session, member, place.needed(), promised, now)
        audit.note(session, reader, "member_seen", f"author:{member.author_id}", now)
    page = "members/member.html.j2"
    return show(request, parts, page, place=place, member=member, facts=facts)


@routes.post("/members/{number}/note")
def look_after(
    parts: House,
    request: Request,
    number: Number,
    owner: Text = "",
    motives: Text = "",
    address: Text = "",
) -> Response:
    who = reader_of(request).name

    def change(session: Session, number: int, now: datetime) -> tables.Member:
        return rules.look_after(
            session, number, actor=who, now=now, owner=owner, motives=motives, address=address
        )

    return _changed(parts, request, number, "member_noted", "is looked after", change)


@routes.post("/members/{number}/renew")
def renew(parts: House, request: Request, number: Number, until: Text = "") -> Response:
    reader = reader_of(request)

    def change(session: Session, number: int, now: datetime) -> tables.Member:
        end = forms.day(reader, until, now) if until else None
        return rules.renew(session, number, actor=reader.name, now=now, until=end)

    return _changed(parts, request, number, "member_renewed", "has another term", change)


@routes.post("/members/{number}/leave")
def leave(parts: House, request: Request, number: Number, reason: Text = "") -> Response:
    who = reader_of(request).name

    def change(session: Session, number: int, now: datetime) -> tables.Member:
        return rules.leave(session, number, reason=reason, actor=who, now=now)

    return _changed(parts, request, number, "member_left", "left", change)


@routes.post("/members/{number}/rejoin")
def rejoin(parts: House, request: Request, number: Number, until: Text = "") -> Response:
    reader = reader_of(request)

    def change(session: Session, number: int, now: datetime) -> tables.Member:
        end = forms.day(reader, until, now) if until else None
        return rules.rejoin(session, number, actor=reader.name, now=now, until=end)

    return _changed(parts, request, number, "member_rejoined", "is back", change)


@routes.post("/members/{number}/thank")
def thank(parts: House, request: Request, number: Number) -> Response:
    who = reader_of(request).name

    def change(session: Session, number: int, now: datetime) -> tables.Member:
        return rules.thank(session, number, actor=who, now=now)

    return _changed(parts, request, number, "member_thanked", "was thanked", change)


def _member(session: Session, request: Request, number: int) -> tuple[tables.Member, Place]:
    """The member, and the place seen from their committee. Raises NotFoundError."""
    member = session.get(tables.Member, number)
    if member is None:
        raise NotFoundError("There is no such member.", mend="They may have been erased.")
    return member, place_of(request, session, member.committee_id)


def _one_account(session: Session, name: str, source: str) -> tables.Author:
    """The account called so. Raises NotFoundError for none, RuleError for several."""
    found = [one for one in find_authors(session, name) if not source or one.site == source]
    if not found:
        raise NotFoundError(f"Nobody called {name!r} was heard.", mend="Write it as the lists do.")
    if len(found) > 1:
        sites = ", ".join(one.site for one in found[:5])
        raise RuleError(f"Several are called {name!r}: on {sites}.", mend="Say on which site.")
    return found[0]


def _exported(session: Session, row: dict[str, Any], silent: bool) -> dict[str, Any]:
    member, author = row["member"], row["author"]
    head = invitation_of(session, member.invitation_id) if member.invitation_id else None
    invitation = head.invitation if head else None
    return {
        "number": member.id,
        "name": member.name,
        "handle": author.name.lstrip("@"),
        "source": author.site,
        "door": member.door,
        "owner": member.owner,
        "joined": member.joined_at,
        "term_until": member.term_until,
        "left": member.left_at,
        "level": row["level"],
        "charter_acknowledged": row["acknowledged"],
        "owed": "; ".join(row["owed"]),
        "consent": invitation.answer if invitation else "in person",
        "consented_at": invitation.answered_at if invitation else member.joined_at,
        "do_not_contact": silent,
    }
