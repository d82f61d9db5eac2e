"""Queries about meetings and who was asked to them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from config.errors import NotFoundError
from store import tables


def meetings(session: Session, committee_id: int) -> Sequence[tables.Meeting]:
    """A committee's meetings, the earliest first."""
    query = select(tables.Meeting).where(col(tables.Meeting.committee_id) == committee_id)
    return session.exec(query.order_by(col(tables.Meeting.starts_at), col(tables.Meeting.id))).all()


def get_meeting(session: Session, meeting_id: int) -> tables.Meeting:
    """The meeting of that number. Raises NotFoundError."""
    row = session.get(tables.Meeting, meeting_id)
    if row is None:
        raise NotFoundError(
            f"There is no meeting {meeting_id}.", mend="List them: soundingboard meeting list"
        )
    return row


def attendances(
    session: Session, meeting_id: int, *, role: str | None = None, lock: bool = False
) -> Sequence[tables.Attendance]:
    """Everybody asked to a meeting, in the order they were asked."""
    query = select(tables.Attendance).where(col(tables.Attendance.meeting_id) == meeting_id)
    if role is not None:
        query = query.where(col(tables.Attendance.role) == role)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query.order_by(col(tables.Attendance.id))).all()


def find_attendances(session: Session, meeting_id: int, name: str) -> Sequence[tables.Attendance]:
    """Where the person of that name or number stands on a meeting's list, whatever the case.

    One of ours may stand there twice, as a senior and as the facilitator. Raises NotFoundError if
    nobody of that name was asked, or a member and one of ours are called so.
    """
    asked = attendances(session, meeting_id)
    wanted = name.strip().removeprefix("@").casefold()
    found = [one for one in asked if one.name.removeprefix("@").casefold() == wanted]
    if not found:
        found = [one for one in asked if str(one.id) == wanted]
    if len({one.role == "member" for one in found}) > 1:
        numbers = ", ".join(f"{one.id} ({one.role})" for one in found)
        raise NotFoundError(f"{name!r} stands there twice.", mend=f"Give the number: {numbers}.")
    if not found:
        listed = ", ".join(one.name for one in asked) or "nobody"
        raise NotFoundError(f"{name!r} was not asked to this meeting.", mend=f"Asked: {listed}.")
    return found


def meetings_of(session: Session, member_id: int) -> Sequence[tables.Meeting]:
    """The meetings a member was asked to, the earliest first."""
    query = (
        select(tables.Meeting)
        .join(tables.Attendance, col(tables.Attendance.meeting_id) == col(tables.Meeting.id))
        .where(col(tables.Attendance.member_id) == member_id)
    )
    return session.exec(query.order_by(col(tables.Meeting.starts_at))).all()
