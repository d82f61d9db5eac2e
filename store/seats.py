"""Queries about seats of the slate: what people said of them, and who took which door."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from config.errors import RuleError
from store import tables


def seat_choice(session: Session, author_id: int, brand_id: int) -> tables.SeatChoice | None:
    """What a person said of this seat, held until this transaction ends."""
    query = select(tables.SeatChoice).where(
        col(tables.SeatChoice.author_id) == author_id, col(tables.SeatChoice.brand_id) == brand_id
    )
    query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def seat_choices(session: Session, brand_id: int) -> dict[int, tables.SeatChoice]:
    """Every seat of a brand that somebody locked or barred: author id -> what they said."""
    query = select(tables.SeatChoice).where(col(tables.SeatChoice.brand_id) == brand_id)
    return {row.author_id: row for row in session.exec(query)}


def keep_choice(session: Session, row: tables.SeatChoice) -> None:
    """Write down a lock or a bar. Raises RuleError if somebody else just did."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise RuleError(
            "Somebody else decided on this seat just now.", mend="Look at the slate again."
        ) from error


def drop_choice(session: Session, row: tables.SeatChoice) -> None:
    """Leave the seat to the slate again."""
    session.delete(row)
    session.flush()


def same_person(session: Session, author_id: int) -> Sequence[tables.Author]:
    """The other accounts of the human being behind this one, by id."""
    author = session.get(tables.Author, author_id)
    if author is None or author.person_id is None:
        return ()
    query = select(tables.Author).where(
        col(tables.Author.person_id) == author.person_id, col(tables.Author.id) != author_id
    )
    return session.exec(query.order_by(col(tables.Author.id))).all()


def off_the_committee(session: Session, brand_id: int) -> dict[int, str]:
    """Who said yes but has no seat: author id -> why, in words.

    A member's own row counts; before there is one, the door of their last yes.
    """
    found: dict[int, str] = {}
    accepts = (
        select(tables.Candidate.author_id, tables.Decision.reason)
        .join(tables.Decision, col(tables.Decision.candidate_id) == col(tables.Candidate.id))
        .where(
            col(tables.Candidate.brand_id) == brand_id,
            col(tables.Candidate.state) == "accepted",
            col(tables.Decision.action) == "accept",
        )
    )
    for author_id, door in session.exec(accepts.order_by(col(tables.Decision.id))):
        found[author_id] = _why(door, left=False)
    members = (
        select(tables.Member)
        .join(tables.Committee, col(tables.Committee.id) == col(tables.Member.committee_id))
        .where(col(tables.Committee.brand_id) == brand_id)
    )
    rows = session.exec(members.order_by(col(tables.Member.id))).all()
    for member in sorted(rows, key=_sits):  # who sits on one committee sits, whatever they left
        found[member.author_id] = _why(member.door, left=member.left_at is not None)
    return {author_id: why for author_id, why in found.items() if why}


def _sits(member: tables.Member) -> bool:
    return member.left_at is None and member.door == "committee"


def _why(door: str | None, *, left: bool) -> str:
    if left:
        return "left the committee"
    return "chose the lighter community" if door == "community" else ""
