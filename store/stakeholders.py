"""Queries about what an author is to a brand: client, supplier, regulator and so on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from config.errors import RuleError
from store import tables


def stakeholder(
    session: Session, author_id: int, brand_id: int, kind: str
) -> tables.Stakeholder | None:
    """The author's row of that kind, ended or not, held until this transaction ends."""
    query = select(tables.Stakeholder).where(
        col(tables.Stakeholder.author_id) == author_id,
        col(tables.Stakeholder.brand_id) == brand_id,
        col(tables.Stakeholder.kind) == kind,
    )
    query = query.with_for_update().execution_options(populate_existing=True)
    return session.exec(query).first()


def stakeholders(session: Session, author_id: int, brand_id: int) -> Sequence[tables.Stakeholder]:
    """All that was ever said of what the author is to the brand, by kind."""
    query = select(tables.Stakeholder).where(
        col(tables.Stakeholder.author_id) == author_id,
        col(tables.Stakeholder.brand_id) == brand_id,
    )
    return session.exec(query.order_by(col(tables.Stakeholder.kind))).all()


def kinds_now(session: Session, brand_id: int, now: datetime) -> dict[int, list[str]]:
    """What each author is to the brand at this moment: author id -> kinds, by name."""
    query = select(tables.Stakeholder).where(
        col(tables.Stakeholder.brand_id) == brand_id,
        col(tables.Stakeholder.since) <= now,
        col(tables.Stakeholder.until).is_(None) | (col(tables.Stakeholder.until) > now),
    )
    found: dict[int, list[str]] = {}
    for row in session.exec(query.order_by(col(tables.Stakeholder.kind))):
        found.setdefault(row.author_id, []).append(row.kind)
    return found


def keep(session: Session, row: tables.Stakeholder) -> None:
    """Write down what an author is to a brand. Raises RuleError if somebody just did."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        raise RuleError("Somebody else said so just now.", mend="Look again.") from error
