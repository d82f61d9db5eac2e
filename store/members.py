"""Queries about members: who sits, who left, whose term ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from config.errors import NotFoundError
from store import tables

LISTED = 10


def members(
    session: Session,
    committee_id: int,
    *,
    door: str | None = None,
    here: bool | None = None,
    term_before: datetime | None = None,
) -> Sequence[tables.Member]:
    """Members of a committee by name.

    here        : True = have not left, False = left, None = both
    term_before : only those whose term ends before then, soonest first
    """
    query = select(tables.Member).where(col(tables.Member.committee_id) == committee_id)
    if door is not None:
        query = query.where(col(tables.Member.door) == door)
    if here is not None:
        left = col(tables.Member.left_at)
        query = query.where(left.is_(None) if here else left.is_not(None))
    if term_before is not None:
        query = query.where(col(tables.Member.term_until) < term_before)
        query = query.order_by(col(tables.Member.term_until))
    return session.exec(query.order_by(col(tables.Member.name), col(tables.Member.id))).all()


def seat_of(
    session: Session, committee_id: int, author_id: int, *, lock: bool = False
) -> tables.Member | None:
    """The author's one seat in a committee, whether they sit on it or left."""
    query = select(tables.Member).where(
        col(tables.Member.committee_id) == committee_id, col(tables.Member.author_id) == author_id
    )
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def find_member(session: Session, committee_id: int, name: str) -> tables.Member:
    """The member of that name or number, whatever the case.

    Raises NotFoundError if there is none, or several (their numbers tell them apart).
    """
    everyone = members(session, committee_id)
    wanted = name.strip().removeprefix("@").casefold()
    found = [one for one in everyone if one.name.removeprefix("@").casefold() == wanted]
    if not found:
        found = [one for one in everyone if str(one.id) == wanted]
    if len(found) == 1:
        return found[0]
    if found:
        numbers = ", ".join(str(one.id) for one in found)
        raise NotFoundError(
            f"{len(found)} members are called {name!r}.", mend=f"Give their number: {numbers}."
        )
    listed = ", ".join(one.name for one in everyone[:LISTED]) or "nobody yet"
    raise NotFoundError(f"There is no member {name!r}.", mend=f"Members: {listed}.")


def stance_of(session: Session, author_id: int, brand_id: int) -> tables.Stance | None:
    """How an author stands to a brand, as last weighed."""
    return session.get(tables.Stance, (author_id, brand_id), populate_existing=True)
