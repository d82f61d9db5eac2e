"""What doors show of a committee: plain dictionaries, made in one place for pages and commands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from community.committees.badges import mark, status
from community.committees.committee import not_acknowledged
from community.committees.members import rotation, to_thank
from community.committees.pay import money
from store import badges, meetings, members, pay, tables, trail
from store import committee as committees


def committee_card(session: Session, committee: tables.Committee, now: datetime) -> dict[str, Any]:
    """How a committee stands."""
    identity = committee.id or 0
    sitting = members.members(session, identity, here=True)
    charter = committees.newest_charter(session, identity)
    coming = [
        one
        for one in meetings.meetings(session, identity)
        if one.cancelled_at is None and one.held_at is None and one.ends_at > now
    ]
    return {
        "name": committee.name,
        "brand": session.get_one(tables.BrandRow, committee.brand_id).name,
        "members": _names(one for one in sitting if one.door == "committee"),
        "community": _names(one for one in sitting if one.door == "community"),
        "charter_version": charter.version if charter else None,
        "not_acknowledged": _names(not_acknowledged(session, charter)) if charter else [],
        "next_meeting": f"{coming[0].title}, {_iso(coming[0].starts_at)}" if coming else None,
        "rotation": _names(rotation(session, identity, now=now)),
        "to_thank": _names(to_thank(session, identity)),
        "overdue_pay": len(pay.overdue(session, now, committee_id=identity)),
        "closed": _iso(committee.closed_at),
    }


def charter_card(session: Session, charter: tables.Charter) -> dict[str, Any]:
    """A charter, and who still has to acknowledge it."""
    told = charter.model_dump(exclude={"id", "committee_id", "published_at"})
    return {
        **told,
        "published_at": _iso(charter.published_at),
        "not_acknowledged": _names(not_acknowledged(session, charter)),
    }


def member_cards(
    session: Session, committee: tables.Committee, *, everyone: bool = False
) -> list[dict[str, Any]]:
    """Members by name, with the charter's version they acknowledged last."""
    found = members.members(session, committee.id or 0, here=None if everyone else True)
    last: dict[int, int] = {}
    for charter in committees.charters(session, committee.id or 0):
        said = committees.acknowledged_at(session, charter.id or 0)
        last.update(dict.fromkeys(said, charter.version))
    return [member_card(session, one, last.get(one.id or 0)) for one in found]


def member_card(
    session: Session, member: tables.Member, acknowledged: int | None
) -> dict[str, Any]:
    """One member as we know them; their address stays with us."""
    return {
        "number": member.id,
        "name": member.name,
        "account": session.get_one(tables.Author, member.author_id).name,
        "door": member.door,
        "owner": member.owner,
        "motives": member.motives,
        "joined": _iso(member.joined_at),
        "term_from": _iso(member.term_from),
        "term_until": _iso(member.term_until),
        "acknowledged": acknowledged,
        "baseline": member.baseline,
        "left": _iso(member.left_at),
        "left_why": member.left_why,
        "thanked": _iso(member.thanked_at),
    }


def pay_card(entry: tables.Compensation, member: tables.Member, now: datetime) -> dict[str, Any]:
    """One entry of the compensation ledger."""
    open_still = entry.settled_at is None and entry.cancelled_at is None
    late = open_still and entry.due_at < now
    closed = "cancelled" if entry.cancelled_at else "settled"
    return {
        "number": entry.id,
        "member": member.name,
        "what": entry.what,
        "amount": money(entry.amount_cents),
        "currency": entry.currency,
        "due": _iso(entry.due_at),
        "state": "overdue" if late else "owed" if open_still else closed,
        "by": entry.settled_by or entry.entered_by,
    }


def sum_card(total: pay.Sum, member: tables.Member) -> dict[str, Any]:
    """What one member is owed in one currency."""
    return {
        "member": member.name,
        "currency": total.currency,
        "promised": money(total.promised),
        "settled": money(total.settled),
        "owed": money(total.owed),
    }


def badge_cards(session: Session, member: tables.Member, now: datetime) -> list[dict[str, Any]]:
    """A member's badges, and the HTML that shows each."""
    return [
        {
            "serial": one.serial,
            "status": status(one, now),
            "issued": _iso(one.issued_at),
            "issued_by": one.issued_by,
            "revoked_why": one.revoked_why,
            "html": mark(one.document),
            "document": one.document,
        }
        for one in badges.badges_of(session, member.id or 0)
    ]


def meeting_card(session: Session, meeting: tables.Meeting) -> dict[str, Any]:
    """A meeting with everybody who was asked to it; its times on its own clocks."""
    zone = ZoneInfo(meeting.timezone)
    state = "cancelled" if meeting.cancelled_at else "held" if meeting.held_at else "called"
    return {
        "number": meeting.id,
        "kind": meeting.kind,
        "title": meeting.title,
        "starts": _iso(meeting.starts_at.astimezone(zone)),
        "ends": _iso(meeting.ends_at.astimezone(zone)),
        "timezone": meeting.timezone,
        "place": meeting.place,
        "state": state,
        "why": meeting.cancelled_why,
        "agenda": meeting.agenda,
        "prompts": meeting.prompts,
        "facilitator": meeting.facilitator,
        "minutes": meeting.minutes,
        "people": [
            {
                "number": one.id,
                "member": one.member_id,
                "name": one.name,
                "role": one.role,
                "promised": one.promised,
                "rsvp": one.rsvp,
                "came": one.came,
            }
            for one in meetings.attendances(session, meeting.id or 0)
        ],
    }


def step_cards(session: Session, committee_id: int) -> list[dict[str, Any]]:
    """What happened around a committee, in the order it happened."""
    return [
        {
            "number": one.id,
            "at": _iso(one.at),
            "by": one.actor,
            "step": one.step,
            "of": one.subject,
            "words": one.words,
            "before": one.before,
            "after": one.after,
            "takes_back": one.undoes_id,
        }
        for one in trail.steps(session, committee_id)
    ]


def _names(found: Iterable[tables.Member]) -> list[str]:
    return [one.name for one in found]


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="minutes")
