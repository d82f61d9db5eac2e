"""Queries about resets, and the facts one is prefilled with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from config.errors import NotFoundError
from store import tables


def resets(session: Session, brand_id: int) -> Sequence[tables.Reset]:
    """A brand's resets in the order they were due."""
    query = select(tables.Reset).where(col(tables.Reset.brand_id) == brand_id)
    return session.exec(query.order_by(col(tables.Reset.due_at), col(tables.Reset.id))).all()


def get_reset(session: Session, reset_id: int) -> tables.Reset:
    """One reset, held against other writers. Raises NotFoundError."""
    query = select(tables.Reset).where(col(tables.Reset.id) == reset_id).with_for_update()
    reset = session.exec(query).first()
    if reset is None:
        raise NotFoundError(f"There is no reset {reset_id}.", mend="See: soundingboard reset list")
    return reset


def due(session: Session, brand_id: int, now: datetime) -> Sequence[tables.Reset]:
    """Resets whose day has come and that are not closed, oldest first."""
    query = select(tables.Reset).where(
        col(tables.Reset.brand_id) == brand_id,
        col(tables.Reset.due_at) <= now,
        col(tables.Reset.closed_at).is_(None),
    )
    return session.exec(query.order_by(col(tables.Reset.due_at))).all()


def measured_until(
    session: Session, brand_id: int, until: datetime
) -> dict[str, tables.Measurement]:
    """The latest measurement of every KPI at or before that moment."""
    query = select(tables.Measurement).where(
        col(tables.Measurement.brand_id) == brand_id, col(tables.Measurement.until) <= until
    )
    return {m.kpi: m for m in session.exec(query.order_by(col(tables.Measurement.until)))}
