"""Who was asked to a meeting, what they answered, and whether they came."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from community.committees import trail
from community.history import clean
from config.errors import NotFoundError, RuleError
from store import meetings, tables
from store.trail import locked

ANSWERS = ("yes", "no", "maybe")
FEWEST, MOST = 6, 10
"""Members in a focus group: fewer fall silent, of more some are never heard."""


def ask(
    session: Session,
    meeting: tables.Meeting,
    name: str,
    *,
    member: tables.Member | None = None,
    role: str = "member",
    promised: bool = False,
) -> tables.Attendance:
    """Put somebody on a meeting's list; two of one name are told apart by their number."""
    called = " ".join(clean(name).split())
    there = meetings.attendances(session, meeting.id or 0, role=role)
    if any(one.name == called for one in there):
        if member is None:
            raise RuleError(f"{called} is asked already.")
        called = f"{called} ({member.id})"
    row = tables.Attendance(
        meeting_id=meeting.id or 0,
        member_id=member.id if member else None,
        name=called,
        role=role,
        promised=promised,
    )
    session.add(row)
    session.flush()
    return row


def ask_too(
    session: Session,
    meeting_id: int,
    *,
    actor: str,
    now: datetime,
    member: tables.Member | None = None,
    senior: str | None = None,
) -> tables.Attendance:
    """Ask one more to a meeting to come: a member, or a senior who is then promised to the others.

    Raises RuleError if they are asked already, the meeting is over, or a focus group is full.
    """
    row = locked(session, tables.Meeting, meeting_id)
    _refuse_over(row)
    there = meetings.attendances(session, meeting_id, role="member")
    if member is not None:
        if member.committee_id != row.committee_id or member.left_at is not None:
            raise RuleError(f"{member.name} does not sit on this committee.")
        if any(one.member_id == member.id for one in there):
            raise RuleError(f"{member.name} is asked already.")
        if row.kind == "focus_group" and len(there) >= MOST:
            refuse_group_size(len(there) + 1, "would be asked")
        added = ask(session, row, member.name, member=member)
    elif senior is not None and clean(senior):
        added = ask(session, row, senior, role="senior", promised=True)
    else:
        raise RuleError("Say whom to ask.", mend="Name a member or a senior.")
    trail.begin(
        session,
        added,
        "ask",
        actor,
        now,
        committee_id=row.committee_id,
        member_id=added.member_id,
    )
    return added


def answer(
    session: Session, attendance_id: int, *, rsvp: str, actor: str, now: datetime
) -> tables.Attendance:
    """Note what somebody answered: yes, no or maybe; a later answer replaces the earlier one.

    Raises RuleError for any other answer, or once the meeting was held or cancelled.
    """
    one, row = _at(session, attendance_id)
    if rsvp not in ANSWERS:
        raise RuleError(f"{rsvp!r} is no answer.", mend=f"Answers: {', '.join(ANSWERS)}.")
    _refuse_over(row)
    write_down(session, row, one, {"rsvp": rsvp, "rsvp_at": now}, "rsvp", actor, now)
    return one


def attended(
    session: Session, attendance_id: int, *, came: bool, actor: str, now: datetime
) -> tables.Attendance:
    """Note whether somebody came. Raises RuleError unless the meeting was held."""
    one, row = _at(session, attendance_id)
    if row.held_at is None:
        raise RuleError("It was not held yet.", mend="Say so first: soundingboard meeting hold.")
    if one.came != came:
        write_down(session, row, one, {"came": came}, "attend", actor, now)
    return one


def refuse_group_size(count: int, what: str) -> None:
    """Raise RuleError unless so many members make a focus group."""
    if not FEWEST <= count <= MOST:
        raise RuleError(
            f"A focus group has {FEWEST} to {MOST} members; here {count} {what}.",
            mend="Ask others too." if count < FEWEST else "Make two groups of them.",
        )


def write_down(
    session: Session,
    meeting: tables.Meeting,
    one: tables.Attendance,
    changes: dict[str, Any],
    step: str,
    actor: str,
    now: datetime,
    *,
    cause: tables.CommitteeStep | None = None,
) -> tables.CommitteeStep:
    """Change an attendance and write it down."""
    return trail.change(
        session,
        one,
        changes,
        step,
        actor,
        now,
        committee_id=meeting.committee_id,
        member_id=one.member_id,
        cause=cause,
    )


def _at(session: Session, attendance_id: int) -> tuple[tables.Attendance, tables.Meeting]:
    """An attendance and its meeting, both locked, the meeting first as everywhere."""
    found = session.get(tables.Attendance, attendance_id)
    if found is None:
        raise NotFoundError("Nobody like that was asked.", mend="Look at the meeting again.")
    row = locked(session, tables.Meeting, found.meeting_id)
    return locked(session, tables.Attendance, attendance_id), row


def _refuse_over(row: tables.Meeting) -> None:
    if row.cancelled_at is not None:
        raise RuleError("The meeting was cancelled.")
    if row.held_at is not None:
        raise RuleError("The meeting was held already.", mend="Note whether they came instead.")
