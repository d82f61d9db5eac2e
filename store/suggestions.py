"""Queries about suggestions, the steps they went through, and the letters that told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlmodel import Session, col, delete, select, update

from store import tables


class Seat(NamedTuple):
    """A member with the account they are."""

    member: tables.Member
    author: tables.Author


def lock_committee(session: Session, committee_id: int) -> tables.Committee | None:
    """The committee as it stands, held so that nobody raises anything in it meanwhile."""
    query = select(tables.Committee).where(col(tables.Committee.id) == committee_id)
    return session.exec(query.with_for_update(), execution_options=_FRESH).first()


def seats(session: Session, committee_id: int) -> list[Seat]:
    """Everybody who ever said yes to this committee, through either door, in that order."""
    query = (
        select(tables.Member, tables.Author)
        .join(tables.Author, col(tables.Author.id) == col(tables.Member.author_id))
        .where(col(tables.Member.committee_id) == committee_id)
        .order_by(col(tables.Member.id))
    )
    return [Seat(member, author) for member, author in session.exec(query)]


def from_post(session: Session, committee_id: int, post_id: int) -> tables.Suggestion | None:
    """What was raised from this post in this committee."""
    query = select(tables.Suggestion).where(
        col(tables.Suggestion.committee_id) == committee_id,
        col(tables.Suggestion.post_id) == post_id,
    )
    return session.exec(query).first()


def suggestion(session: Session, suggestion_id: int) -> tables.Suggestion | None:
    """The suggestion of that number, as it stands now."""
    return session.get(tables.Suggestion, suggestion_id, populate_existing=True)


def suggestions(session: Session, brand_id: int) -> Sequence[tables.Suggestion]:
    """Everything suggested to the committees of a brand, the oldest first."""
    query = (
        select(tables.Suggestion)
        .join(tables.Committee, col(tables.Committee.id) == col(tables.Suggestion.committee_id))
        .where(col(tables.Committee.brand_id) == brand_id)
    )
    return session.exec(query.order_by(col(tables.Suggestion.id))).all()


def of_member(session: Session, member_id: int) -> Sequence[tables.Suggestion]:
    """What one member suggested, the newest first."""
    query = select(tables.Suggestion).where(col(tables.Suggestion.member_id) == member_id)
    return session.exec(query.order_by(col(tables.Suggestion.id).desc())).all()


def steps(session: Session, suggestion_id: int) -> Sequence[tables.SuggestionStep]:
    """What happened to a suggestion, in the order it happened."""
    query = select(tables.SuggestionStep).where(
        col(tables.SuggestionStep.suggestion_id) == suggestion_id
    )
    return session.exec(query.order_by(col(tables.SuggestionStep.id))).all()


def move(session: Session, moved: tables.Suggestion, changes: Mapping[str, Any]) -> bool:
    """Change a suggestion if nobody else did since it was read; True if that held."""
    done = session.execute(
        update(tables.Suggestion)
        .where(
            col(tables.Suggestion.id) == moved.id,
            col(tables.Suggestion.version) == moved.version,
        )
        .values(version=moved.version + 1, **changes)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def letter_key(suggestion_id: int, member_id: int) -> str:
    """What the outbox calls the letter that tells this member of this suggestion."""
    return f"suggestion/{suggestion_id}/told/{member_id}"


def next_letter_key(earlier: Sequence[tables.OutboxRow], suggestion_id: int, member_id: int) -> str:
    """A key that none of the earlier letters to this member has: the plain one, or /2, /3, …"""
    first = letter_key(suggestion_id, member_id)
    numbers = [int(row.key.removeprefix(first).lstrip("/") or 1) for row in earlier]
    return f"{first}/{max(numbers) + 1}" if numbers else first


def letters(
    session: Session, suggestion_id: int, member_id: int | None = None
) -> Sequence[tables.OutboxRow]:
    """The letters that told of a suggestion, or of those the ones to one member, oldest first."""
    key = col(tables.OutboxRow.key)
    query = select(tables.OutboxRow).order_by(col(tables.OutboxRow.id))
    if member_id is None:
        query = query.where(key.startswith(f"suggestion/{suggestion_id}/told/", autoescape=True))
    else:
        first = letter_key(suggestion_id, member_id)
        query = query.where((key == first) | key.startswith(f"{first}/", autoescape=True))
    return session.exec(query).all()


def withdraw_letters(session: Session, outbox_ids: Sequence[int]) -> int:
    """Take those of these letters back that no sender has picked up yet; how many."""
    gone = session.execute(
        delete(tables.OutboxRow).where(
            col(tables.OutboxRow.id).in_(outbox_ids),
            col(tables.OutboxRow.state) == "pending",
            col(tables.OutboxRow.fence) == 0,
        )
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]


_FRESH = {"populate_existing": True}
