"""Counts of what waits for somebody of ours, for the first page of the morning."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, func, select

from store import tables


def candidates_waiting(session: Session, brand_id: int) -> dict[str, int]:
    """Side -> how many on the list nobody decided yet."""
    query = (
        select(tables.Candidate.side, func.count())
        .where(
            col(tables.Candidate.brand_id) == brand_id,
            col(tables.Candidate.listed),
            col(tables.Candidate.state) == "proposed",
        )
        .group_by(tables.Candidate.side)
    )
    return dict(session.exec(query).all())


def candidates_new(session: Session, brand_id: int, since: datetime) -> int:
    """How many came onto the list after a moment and are undecided."""
    query = (
        select(func.count())
        .select_from(tables.Candidate)
        .where(
            col(tables.Candidate.brand_id) == brand_id,
            col(tables.Candidate.listed),
            col(tables.Candidate.state) == "proposed",
            col(tables.Candidate.listed_at) > since,
        )
    )
    return session.exec(query).one()


def candidates_of(session: Session, brand_id: int, name: str, limit: int) -> list[tables.Candidate]:
    """Whom a colleague was asked to take care of, those due first."""
    query = (
        select(tables.Candidate)
        .where(
            col(tables.Candidate.brand_id) == brand_id,
            col(tables.Candidate.assignee) == name,
            col(tables.Candidate.state).in_(("proposed", "shortlisted", "deferred", "approved")),
        )
        .order_by(
            col(tables.Candidate.due_at).is_(None),
            col(tables.Candidate.due_at),
            col(tables.Candidate.id),
        )
    )
    return list(session.exec(query.limit(limit)).all())


def items_waiting(session: Session, brand_id: int) -> dict[str, int]:
    """Kind -> how many review items are open."""
    query = (
        select(tables.ReviewItem.kind, func.count())
        .where(col(tables.ReviewItem.brand_id) == brand_id, col(tables.ReviewItem.state) == "open")
        .group_by(tables.ReviewItem.kind)
    )
    return dict(session.exec(query).all())


def drafts_waiting(session: Session, brand_id: int) -> int:
    """How many invitations were drafted and wait for a person's word."""
    query = (
        select(func.count())
        .select_from(tables.Invitation)
        .join(tables.Offer, col(tables.Offer.id) == col(tables.Invitation.offer_id))
        .where(
            col(tables.Offer.brand_id) == brand_id,
            col(tables.Invitation.state) == "drafted",
        )
    )
    return session.exec(query).one()


def next_meeting(session: Session, brand_id: int, now: datetime) -> tables.Meeting | None:
    """The next meeting of the brand's committees."""
    query = (
        select(tables.Meeting)
        .join(tables.Committee, col(tables.Committee.id) == col(tables.Meeting.committee_id))
        .where(
            col(tables.Committee.brand_id) == brand_id,
            col(tables.Meeting.ends_at) > now,
            col(tables.Meeting.cancelled_at).is_(None),
        )
        .order_by(col(tables.Meeting.starts_at))
    )
    return session.exec(query.limit(1)).first()


def is_listening(session: Session) -> bool:
    """Whether there is anything yet: a source, or a post that was imported."""
    asked = select(tables.Source.id).limit(1)
    told = select(tables.Post.id).limit(1)
    return bool(session.exec(asked).first() or session.exec(told).first())


def last_look(session: Session) -> tuple[datetime | None, datetime | None]:
    """When a source last answered, and when the next one is asked."""
    query = select(func.max(tables.Source.ok_at), func.min(tables.Source.next_at)).where(
        col(tables.Source.paused).is_(None)
    )
    found = session.exec(query).one()
    return found[0], found[1]
