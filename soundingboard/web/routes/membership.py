"""A member's own page, by the link in their letters: charter, meetings, suggestions, standing."""

from __future__ import annotations

from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from community.committees import attendance, committee, members
from community.committees.charter_text import charter_text
from community.committees.pay import money
from community.suggesting import suggestions as suggesting
from config.errors import RuleError
from soundingboard.personal_links import MEMBER, data_token, gone, read
from soundingboard.web.house import House
from soundingboard.web.pages import headers, page
from soundingboard.wiring import Parts
from store import badges, meetings, pay, tables
from store import committee as committees
from store import suggestions as suggestion_queries

SEE_OTHER, CONFLICT = 303, 409
Text = Annotated[str, Form(max_length=4000)]

WAITING = {
    "raised": "We have it and will answer.",
    "acknowledged": "We have read it and are deciding.",
    "accepted": "We will do it.",
}

routes = APIRouter()
"""`/member/{token}`; a GET shows, a POST acts and leads back."""


def _act(parts: Parts, token: str, what: Any) -> Response:
    """Do one thing in the name of the member; a rule against it is told on their page."""
    number = read(parts, MEMBER, token)
    try:
        with parts.store.write() as session:
            what(session, _seated(session, number))
    except RuleError as error:
        return _shown(parts, token, str(error), CONFLICT)
    return RedirectResponse(f"/member/{token}", SEE_OTHER, headers=headers())


def _shown(parts: Parts, token: str, notice: str = "", status: int = 200) -> Response:
    number = read(parts, MEMBER, token)
    with parts.store.read() as session:
        view = _view(parts, session, _member(session, number))
    return page("membership.html.j2", status, token=token, notice=notice, **view)


@routes.api_route("/member/{token}", methods=["GET", "HEAD"])
def own(parts: House, token: str) -> Response:
    return _shown(parts, token)


@routes.post("/member/{token}/charter")
def acknowledge(parts: House, token: str, version: Annotated[int, Form()]) -> Response:
    def said(session: Session, member: tables.Member) -> None:
        charter = committee.charter_of(session, member.committee_id)
        if charter.version != version:
            raise RuleError("The charter changed meanwhile.", mend="Please read it once more.")
        now = parts.clock.now()
        committee.acknowledge(session, member, charter, actor=member.name, now=now)

    return _act(parts, token, said)


@routes.post("/member/{token}/meetings/{number}")
def coming(parts: House, token: str, number: int, rsvp: Text = "") -> Response:
    def said(session: Session, member: tables.Member) -> None:
        asked = meetings.attendances(session, number)
        own = next((one for one in asked if one.member_id == member.id), None)
        if own is None:
            raise RuleError("You were not asked to this meeting.")
        now = parts.clock.now()
        attendance.answer(session, own.id or 0, rsvp=rsvp, actor=member.name, now=now)

    return _act(parts, token, said)


@routes.post("/member/{token}/suggestions")
def suggest(parts: House, token: str, words: Text = "") -> Response:
    def said(session: Session, member: tables.Member) -> None:
        row = committee.open_committee(session, member.committee_id)
        suggesting.raise_by_member(
            session, row, member, member.name, parts.clock.now(), words=words
        )

    return _act(parts, token, said)


@routes.post("/member/{token}/leave")
def leave(parts: House, token: str, reason: Text = "") -> Response:
    def said(session: Session, member: tables.Member) -> None:
        members.leave(
            session, member.id or 0, reason=reason, actor=member.name, now=parts.clock.now()
        )

    return _act(parts, token, said)


def _member(session: Session, number: int) -> tables.Member:
    member = session.get(tables.Member, number)
    if member is None:
        raise gone()
    return member


def _seated(session: Session, number: int) -> tables.Member:
    member = _member(session, number)
    if member.left_at is not None:
        raise RuleError("You left; nothing more is asked of you.")
    return member


def _view(parts: Parts, session: Session, member: tables.Member) -> dict[str, Any]:
    row = session.get_one(tables.Committee, member.committee_id)
    brand = session.get_one(tables.BrandRow, row.brand_id)
    charter = committees.newest_charter(session, row.id or 0)
    agreed = committees.acknowledged_at(session, charter.id or 0) if charter else {}
    now = parts.clock.now()
    return {
        "title": f"Your place in {row.name}",
        "brand": brand.name,
        "member": member,
        "charter": charter,
        "lines": charter_text(row, charter).split("\n") if charter else [],
        "agreed_at": agreed.get(member.id or 0),
        "meetings": _meetings(session, member, now),
        "suggestions": _suggestions(session, member),
        "waiting": WAITING,
        "pay": [(one, money(one.amount_cents)) for one in _pay(session, member)],
        "badges": badges.standing_badges(session, member.id or 0),
        "data": f"/my-data/{data_token(parts, member.author_id)}",
        "contact": parts.settings.recruiting.contact,
    }


def _meetings(session: Session, member: tables.Member, now: Any) -> list[dict[str, Any]]:
    told = []
    for meeting in meetings.meetings_of(session, member.id or 0):
        asked = meetings.attendances(session, meeting.id or 0)
        own = next((one for one in asked if one.member_id == member.id), None)
        is_open = meeting.cancelled_at is None and meeting.held_at is None and meeting.ends_at > now
        starts = meeting.starts_at.astimezone(ZoneInfo(meeting.timezone))
        rsvp = own.rsvp if own else None
        told.append({"meeting": meeting, "starts": starts, "rsvp": rsvp, "open": is_open})
    return told[::-1]


def _suggestions(session: Session, member: tables.Member) -> list[tables.Suggestion]:
    return list(suggestion_queries.of_member(session, member.id or 0))


def _pay(session: Session, member: tables.Member) -> list[tables.Compensation]:
    found = pay.entries(session, member.committee_id, member_id=member.id)
    return [entry for entry, _ in found if entry.cancelled_at is None]
