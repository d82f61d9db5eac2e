"""Queries of batches: what one person decided of many candidates at one moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from store import tables


def decided_at(
    session: Session, brand_id: int, actor: str, at: datetime
) -> Sequence[tuple[tables.Candidate, tables.Decision]]:
    """The decisions of one person that bear this very moment, with their candidates."""
    query = (
        select(tables.Candidate, tables.Decision)
        .join(tables.Decision, col(tables.Decision.candidate_id) == col(tables.Candidate.id))
        .where(
            col(tables.Candidate.brand_id) == brand_id,
            col(tables.Decision.actor) == actor,
            col(tables.Decision.at) == at,
        )
    )
    return session.exec(query.order_by(col(tables.Decision.id))).all()


def some_candidates(
    session: Session, brand_id: int, candidate_ids: Sequence[int]
) -> dict[int, tuple[tables.Candidate, tables.Author]]:
    """These candidates of the brand with their accounts, by id; unknown ones are left out."""
    query = (
        select(tables.Candidate, tables.Author)
        .join(tables.Author, col(tables.Author.id) == col(tables.Candidate.author_id))
        .where(
            col(tables.Candidate.brand_id) == brand_id,
            col(tables.Candidate.id).in_(list(candidate_ids)),
        )
    )
    return {candidate.id or 0: (candidate, author) for candidate, author in session.exec(query)}
