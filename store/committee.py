"""Queries about committees, their charters and who acknowledged them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from config.errors import NotFoundError
from store import tables
from store.upsert import insert_new


def all_committees(session: Session, brand_id: int | None = None) -> Sequence[tables.Committee]:
    """Every committee, or those of one brand, by name."""
    query = select(tables.Committee).order_by(col(tables.Committee.name))
    if brand_id is not None:
        query = query.where(col(tables.Committee.brand_id) == brand_id)
    return session.exec(query).all()


def get_committee(session: Session, name: str | None) -> tables.Committee:
    """The committee of that name; without a name, the only one that is open.

    Raises NotFoundError naming those there are.
    """
    committees = all_committees(session)
    if name is None:
        found = [one for one in committees if one.closed_at is None]
    else:
        found = [one for one in committees if one.name.casefold() == name.casefold()]
    if len(found) == 1:
        return found[0]
    if not committees:
        raise NotFoundError(
            "There is no committee yet.",
            mend="Start with: soundingboard committee make NAME --by YOU",
        )
    known = ", ".join(one.name for one in committees)
    problem = "Say which committee." if name is None else f"There is no committee {name!r}."
    raise NotFoundError(problem, mend=f"Committees: {known}. Use --committee NAME.")


def charters(session: Session, committee_id: int) -> Sequence[tables.Charter]:
    """Every version of a committee's charter, oldest first."""
    query = select(tables.Charter).where(col(tables.Charter.committee_id) == committee_id)
    return session.exec(query.order_by(col(tables.Charter.version))).all()


def newest_charter(session: Session, committee_id: int) -> tables.Charter | None:
    """The charter that holds now."""
    query = select(tables.Charter).where(col(tables.Charter.committee_id) == committee_id)
    return session.exec(query.order_by(col(tables.Charter.version).desc()).limit(1)).first()


def add_acknowledgement(session: Session, member_id: int, charter_id: int, at: datetime) -> None:
    """Remember that a member read a charter; the first time counts."""
    row = {"member_id": member_id, "charter_id": charter_id, "at": at}
    insert_new(session, tables.Acknowledgement, [row], key=("member_id", "charter_id"))


def acknowledged_at(session: Session, charter_id: int) -> dict[int, datetime]:
    """Member id -> when they acknowledged this charter."""
    query = select(tables.Acknowledgement).where(
        col(tables.Acknowledgement.charter_id) == charter_id
    )
    return {one.member_id: one.at for one in session.exec(query)}
