"""Queries of the suggestions board: what stands in each column, and how much."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from store import tables


@dataclass(frozen=True, slots=True)
class BoardFilter:
    """Which suggestions; None = all.

    owner  : who of ours takes care, "" = nobody does
    source : member (somebody said it to us) or post (it was heard in public)
    """

    committee_id: int | None = None
    owner: str | None = None
    source: str | None = None


def column(
    session: Session, brand_id: int, state: str, wanted: BoardFilter, *, limit: int
) -> list[tables.Suggestion]:
    """The suggestions of one state: those that wait longest first, of the reported the newest."""
    raised = tables.Suggestion
    query = _wanted(select(raised), brand_id, wanted).where(col(raised.state) == state)
    order = col(raised.id).desc() if state == "reported" else col(raised.id)
    return list(session.exec(query.order_by(order).limit(limit)).all())


def counts(session: Session, brand_id: int, wanted: BoardFilter) -> dict[str, int]:
    """State -> how many suggestions."""
    query = _wanted(select(tables.Suggestion.state, func.count()), brand_id, wanted)
    return dict(session.exec(query.group_by(col(tables.Suggestion.state))).all())


def owners(session: Session, brand_id: int) -> list[str]:
    """Whoever of ours takes care of a suggestion, by name."""
    owner = col(tables.Suggestion.owner)
    query = _wanted(select(owner).distinct(), brand_id, BoardFilter()).where(owner.is_not(None))
    return sorted(name for name in session.exec(query) if name)


def of_member(
    session: Session, member: tables.Member, *, limit: int = 100
) -> list[tables.Suggestion]:
    """What a member suggested, or wrote in public and we took up, the newest first."""
    raised = tables.Suggestion
    query = select(raised).where(
        (col(raised.member_id) == member.id)
        | (
            (col(raised.committee_id) == member.committee_id)
            & (col(raised.author_id) == member.author_id)
        )
    )
    return list(session.exec(query.order_by(col(raised.id).desc()).limit(limit)).all())


def attendances_of(
    session: Session, meeting_ids: Collection[int]
) -> dict[int, list[tables.Attendance]]:
    """Everybody asked to these meetings, by meeting."""
    asked = tables.Attendance
    query = select(asked).where(col(asked.meeting_id).in_(meeting_ids)).order_by(col(asked.id))
    found: dict[int, list[tables.Attendance]] = {number: [] for number in meeting_ids}
    for one in session.exec(query):
        found[one.meeting_id].append(one)
    return found


def acknowledged(session: Session, committee_id: int) -> dict[int, int]:
    """Member -> the newest version of the charter they acknowledged."""
    query = (
        select(tables.Acknowledgement.member_id, func.max(tables.Charter.version))
        .join(tables.Charter, col(tables.Charter.id) == col(tables.Acknowledgement.charter_id))
        .where(col(tables.Charter.committee_id) == committee_id)
        .group_by(col(tables.Acknowledgement.member_id))
    )
    return dict(session.exec(query).all())


def accounts_of(session: Session, author_ids: Collection[int]) -> dict[int, int]:
    """Account -> that one of these accounts which is the same person's."""
    theirs = select(tables.Author.id, tables.Author.person_id).where(
        col(tables.Author.id).in_(author_ids), col(tables.Author.person_id).is_not(None)
    )
    persons = {person: author for author, person in session.exec(theirs)}
    every = select(tables.Author.id, tables.Author.person_id).where(
        col(tables.Author.person_id).in_(persons)
    )
    found = {one: one for one in author_ids}
    for account, person in session.exec(every):
        found.setdefault(account or 0, persons[person] or 0)
    return found


def _wanted(query: Any, brand_id: int, wanted: BoardFilter) -> Any:
    raised = tables.Suggestion
    query = query.join(
        tables.Committee, col(tables.Committee.id) == col(raised.committee_id)
    ).where(col(tables.Committee.brand_id) == brand_id)
    if wanted.committee_id is not None:
        query = query.where(col(raised.committee_id) == wanted.committee_id)
    if wanted.owner is not None:
        owner = col(raised.owner)
        query = query.where(owner.is_(None) if wanted.owner == "" else owner == wanted.owner)
    if wanted.source is not None:
        post = col(raised.post_id)
        query = query.where(post.is_(None) if wanted.source == "member" else post.is_not(None))
    return query
