"""Queries about how a candidate is reviewed: the row held, verdicts, looks, what forbids a step."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from store import tables

LEAVING = ("approved", "sent", "answered")
"""States of an invitation whose message has left, or may leave any moment."""


def held(session: Session, candidate_id: int) -> tables.Candidate | None:
    """The candidate as they stand now, held until this transaction ends; None if they are gone."""
    query = select(tables.Candidate).where(col(tables.Candidate.id) == candidate_id)
    query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def verdicts(session: Session, candidate_id: int) -> Sequence[tables.Verdict]:
    """What the reviewers said of a candidate, in the order they said it."""
    query = select(tables.Verdict).where(col(tables.Verdict.candidate_id) == candidate_id)
    return session.exec(query.order_by(col(tables.Verdict.id))).all()


def verdicts_for(session: Session, brand_id: int) -> Sequence[tables.Verdict]:
    """Every verdict on a brand's candidates, in the order they were given."""
    query = (
        select(tables.Verdict)
        .join(tables.Candidate, col(tables.Candidate.id) == col(tables.Verdict.candidate_id))
        .where(col(tables.Candidate.brand_id) == brand_id)
    )
    return session.exec(query.order_by(col(tables.Verdict.id))).all()


def notes_with_reason(session: Session, brand_id: int, reason: str) -> Sequence[tables.Decision]:
    """The notes of a brand's candidates that carry this reason."""
    query = (
        select(tables.Decision)
        .join(tables.Candidate, col(tables.Candidate.id) == col(tables.Decision.candidate_id))
        .where(
            col(tables.Candidate.brand_id) == brand_id,
            col(tables.Decision.action) == "note",
            col(tables.Decision.reason) == reason,
        )
    )
    return session.exec(query.order_by(col(tables.Decision.id))).all()


def add_look(session: Session, candidate_id: int, by: str, now: datetime) -> None:
    """Write down that somebody of ours opened the candidate's dossier."""
    session.add(tables.Look(candidate_id=candidate_id, looked_by=by, at=now))
    session.flush()


def looks(session: Session, candidate_id: int) -> Sequence[tables.Look]:
    """Who opened the candidate's dossier, newest first."""
    query = select(tables.Look).where(col(tables.Look.candidate_id) == candidate_id)
    return session.exec(query.order_by(col(tables.Look.id).desc())).all()


def invitation_out(session: Session, candidate_id: int) -> bool:
    """Whether a message to the candidate has left, or is let go, and was not withdrawn."""
    query = select(tables.Invitation.id).where(
        col(tables.Invitation.candidate_id) == candidate_id,
        col(tables.Invitation.state).in_(LEAVING),
    )
    return session.exec(query.limit(1)).first() is not None


def is_member(session: Session, author_id: int, brand_id: int) -> bool:
    """Whether the author sits on a committee of the brand now."""
    query = (
        select(tables.Member.id)
        .join(tables.Committee, col(tables.Committee.id) == col(tables.Member.committee_id))
        .where(
            col(tables.Member.author_id) == author_id,
            col(tables.Member.left_at).is_(None),
            col(tables.Committee.brand_id) == brand_id,
        )
    )
    return session.exec(query.limit(1)).first() is not None
