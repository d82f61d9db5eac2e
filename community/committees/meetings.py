"""Meetings and focus groups: called, answered, held, written up, moved and cancelled."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from community.committees import trail
from community.committees.attendance import ask, refuse_group_size, write_down
from community.committees.committee import open_committee
from community.history import clean, named
from config.checks import zone
from config.errors import RuleError
from store import committee as committees
from store import meetings, members, tables
from store.trail import locked

KINDS = ("meeting", "focus_group")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a meeting shall be.

    starts_at, ends_at : aware; timezone : the one its people think in (IANA)
    seniors    : who of senior management is promised to come; None = those of the charter
    member_ids : who is asked; None = everybody on the committee
    """

    title: str
    starts_at: datetime
    ends_at: datetime
    timezone: str
    place: str
    kind: str = "meeting"
    agenda: tuple[str, ...] = ()
    prompts: tuple[str, ...] = ()
    facilitator: str | None = None
    seniors: tuple[str, ...] | None = None
    member_ids: tuple[int, ...] | None = None


def call(
    session: Session, committee_id: int, plan: Plan, *, actor: str, now: datetime
) -> tables.Meeting:
    """Call a meeting: its people are asked, its seniors promised.

    Raises RuleError for a plan that cannot be: no title or place, an end before its start, an
    unknown zone; a focus group also without 6 to 10 members, a facilitator and prompts.
    """
    open_committee(session, committee_id)
    row = _planned(committee_id, plan, named(actor), now)
    asked = _asked(session, committee_id, plan)
    if row.kind == "focus_group":
        refuse_group_size(len(asked), "are asked")
        _require_lead(row)
    session.add(row)
    session.flush()
    trail.begin(session, row, "call", actor, now, committee_id=committee_id)
    for member in asked:
        ask(session, row, member.name, member=member)
    for name in dict.fromkeys(_lines(_seniors(session, committee_id, plan))):
        ask(session, row, name, role="senior", promised=True)
    if row.facilitator:
        ask(session, row, row.facilitator, role="facilitator", promised=True)
    return row


def reschedule(
    session: Session,
    meeting_id: int,
    *,
    actor: str,
    now: datetime,
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    timezone: str | None = None,
    place: str | None = None,
    agenda: Sequence[str] | None = None,
) -> tables.Meeting:
    """Change when, where or what about; None leaves as it is.

    A new start alone keeps the length. Where the time changes, nobody's answer counts any more:
    they gave it for another day. Raises RuleError as `call` does, and for a meeting that is over.
    """
    row = _open(session, meeting_id)
    if starts_at is not None and ends_at is None:
        ends_at = starts_at + (row.ends_at - row.starts_at)
    said: dict[str, Any] = {
        "starts_at": starts_at,
        "ends_at": ends_at,
        "timezone": None if timezone is None else _zone(timezone),
        "place": None if place is None else _one_line(place, "place"),
        "agenda": None if agenda is None else _lines(agenda),
    }
    changes = {n: v for n, v in said.items() if v is not None and v != getattr(row, n)}
    if not changes:
        raise RuleError("Nothing would change.", mend="Give another time, place or agenda.")
    _refuse_times(changes.get("starts_at", row.starts_at), changes.get("ends_at", row.ends_at))
    step = _step(session, row, changes, "reschedule", actor, now)
    if {"starts_at", "ends_at"} & set(changes):
        for one in meetings.attendances(session, meeting_id, lock=True):
            if one.rsvp is not None:
                fresh = {"rsvp": None, "rsvp_at": None}
                write_down(session, row, one, fresh, "ask_again", actor, now, cause=step)
    return row


def cancel(
    session: Session, meeting_id: int, *, reason: str, actor: str, now: datetime
) -> tables.Meeting:
    """Cancel a meeting that was not held. Raises RuleError without a reason."""
    row = _open(session, meeting_id)
    if not clean(reason):
        raise RuleError("A cancelled meeting needs a reason.", mend="Those asked will want it.")
    changes = {"cancelled_at": now, "cancelled_why": clean(reason)}
    _step(session, row, changes, "cancel", actor, now)
    return row


def hold(
    session: Session,
    meeting_id: int,
    *,
    actor: str,
    now: datetime,
    came: Collection[int] | None = None,
) -> tables.Meeting:
    """Say that a meeting was held.

    came : ids of the attendances of all who came; the others stayed away. None = said later

    Raises RuleError before it began, and for a focus group of fewer than 6 or more than 10.
    """
    row = _open(session, meeting_id)
    if row.starts_at > now:
        raise RuleError(
            f"It begins on {row.starts_at:%Y-%m-%d %H:%M} UTC only.",
            mend="Reschedule it if it was held earlier.",
        )
    asked = meetings.attendances(session, meeting_id, lock=True)
    expected = [one for one in asked if _was_expected(session, one, row)]
    if row.kind == "focus_group":
        sat = [one for one in expected if one.role == "member" and _sat(one, came)]
        refuse_group_size(len(sat), "came")
        _require_lead(row)
    step = _step(session, row, {"held_at": now}, "hold", actor, now)
    for one in expected if came is not None else ():
        changes = {"came": one.id in (came or ())}
        write_down(session, row, one, changes, "attend", actor, now, cause=step)
    return row


def write_minutes(
    session: Session, meeting_id: int, *, text: str, actor: str, now: datetime
) -> tables.Meeting:
    """Write a meeting's minutes, or write them anew; the trail keeps what they said before.

    Raises RuleError for empty minutes or a meeting that was not held.
    """
    row = locked(session, tables.Meeting, meeting_id)
    if row.held_at is None:
        raise RuleError("It was not held yet.", mend="Say so first: soundingboard meeting hold.")
    words = clean(text)
    if not words:
        raise RuleError("The minutes are empty.", mend="Write what was said and agreed.")
    if words != row.minutes:
        _step(session, row, {"minutes": words}, "minutes", actor, now)
    return row


def _planned(committee_id: int, plan: Plan, who: str, now: datetime) -> tables.Meeting:
    if plan.kind not in KINDS:
        raise RuleError(f"There is no kind {plan.kind!r}.", mend=f"Kinds: {', '.join(KINDS)}.")
    _refuse_times(plan.starts_at, plan.ends_at)
    return tables.Meeting(
        committee_id=committee_id,
        uid=f"{secrets.token_hex(16)}@soundingboard",
        kind=plan.kind,
        title=_one_line(plan.title, "title"),
        starts_at=plan.starts_at,
        ends_at=plan.ends_at,
        timezone=_zone(plan.timezone),
        place=_one_line(plan.place, "place"),
        agenda=_lines(plan.agenda),
        prompts=_lines(plan.prompts),
        facilitator=" ".join(clean(plan.facilitator).split()) or None,
        called_by=who,
        called_at=now,
    )


def _asked(session: Session, committee_id: int, plan: Plan) -> Sequence[tables.Member]:
    """The members to ask. Raises RuleError for nobody, or for somebody who does not sit here."""
    if plan.member_ids is None:
        asked = members.members(session, committee_id, door="committee", here=True)
    else:
        here = {one.id: one for one in members.members(session, committee_id, here=True)}
        if strangers := [one for one in plan.member_ids if one not in here]:
            raise RuleError(f"No members here: {', '.join(map(str, strangers))}.")
        asked = [here[one] for one in dict.fromkeys(plan.member_ids)]
    if not asked:
        raise RuleError("Nobody would be asked.", mend="Let somebody join the committee first.")
    return asked


def _seniors(session: Session, committee_id: int, plan: Plan) -> Sequence[str]:
    if plan.seniors is not None:
        return plan.seniors
    charter = committees.newest_charter(session, committee_id)
    return charter.seniors if charter else ()


def _was_expected(session: Session, one: tables.Attendance, row: tables.Meeting) -> bool:
    """Whether their coming is a question at all: not of members who had left before it began."""
    member = session.get(tables.Member, one.member_id) if one.member_id else None
    return member is None or member.left_at is None or member.left_at > row.starts_at


def _sat(one: tables.Attendance, came: Collection[int] | None) -> bool:
    """Whether they came; before anybody said so, whether they did not decline."""
    if came is not None:
        return one.id in came
    return one.rsvp != "no" if one.came is None else one.came


def _require_lead(row: tables.Meeting) -> None:
    if not row.facilitator:
        raise RuleError("A focus group needs a facilitator.", mend="Say who leads it.")
    if not row.prompts:
        raise RuleError("A focus group needs prompts.", mend="Write what is asked of the group.")


def _open(session: Session, meeting_id: int) -> tables.Meeting:
    row = locked(session, tables.Meeting, meeting_id)
    if row.cancelled_at is not None:
        raise RuleError(f"It was cancelled: {row.cancelled_why}.")
    if row.held_at is not None:
        raise RuleError(f"It was held on {row.held_at:%Y-%m-%d}.")
    return row


def _refuse_times(starts_at: datetime, ends_at: datetime) -> None:
    if starts_at.tzinfo is None or ends_at.tzinfo is None:
        raise RuleError("A meeting's times need a zone.", mend="Write 2026-03-01T10:00+01:00.")
    if ends_at <= starts_at:
        raise RuleError("A meeting ends after it begins.", mend="Give a later end.")


def _zone(name: str) -> str:
    try:
        return ZoneInfo(zone(name)).key
    except ValueError as error:
        raise RuleError(f"{str(error)[0].upper()}{str(error)[1:]}.") from None


def _one_line(words: str, what: str) -> str:
    line = " ".join(clean(words).split())
    if not line:
        raise RuleError(f"A meeting needs a {what}.", mend=f"Give it a {what}.")
    return line


def _lines(told: Sequence[str]) -> list[str]:
    return [line for one in told if (line := " ".join(clean(one).split()))]


def _step(
    session: Session,
    row: tables.Meeting,
    changes: dict[str, Any],
    step: str,
    actor: str,
    now: datetime,
) -> tables.CommitteeStep:
    return trail.change(session, row, changes, step, actor, now, committee_id=row.committee_id)
