"""Queries about goals, their changes, and the events that may have moved what they measure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from config.errors import NotFoundError
from store import tables


def goals(session: Session, brand_id: int, *, closed: bool = False) -> Sequence[tables.Goal]:
    """A brand's goals in the order they end; `closed` : those given up or done as well."""
    query = select(tables.Goal).where(col(tables.Goal.brand_id) == brand_id)
    if not closed:
        query = query.where(col(tables.Goal.closed_at).is_(None))
    return session.exec(query.order_by(col(tables.Goal.ends_at), col(tables.Goal.id))).all()


def get_goal(session: Session, goal_id: int) -> tables.Goal:
    """One goal, held against other writers. Raises NotFoundError."""
    query = select(tables.Goal).where(col(tables.Goal.id) == goal_id).with_for_update()
    goal = session.exec(query).first()
    if goal is None:
        raise NotFoundError(f"There is no goal {goal_id}.", mend="See: soundingboard goal list")
    return goal


def changes(session: Session, goal_id: int) -> Sequence[tables.GoalChange]:
    """All that was done to a goal, oldest first."""
    query = select(tables.GoalChange).where(col(tables.GoalChange.goal_id) == goal_id)
    return session.exec(query.order_by(col(tables.GoalChange.id))).all()


def events_between(
    session: Session, brand_id: int, since: datetime, until: datetime
) -> Sequence[tables.ContextEvent]:
    """Context events that touch the window (half-open), oldest first."""
    ends = col(tables.ContextEvent.ends_at)
    starts = col(tables.ContextEvent.starts_at)
    query = select(tables.ContextEvent).where(
        col(tables.ContextEvent.brand_id) == brand_id,
        starts < until,
        ((ends.is_(None)) & (starts >= since)) | (ends >= since),
    )
    return session.exec(query.order_by(starts, col(tables.ContextEvent.id))).all()


def get_event(session: Session, event_id: int) -> tables.ContextEvent:
    """One context event. Raises NotFoundError."""
    event = session.get(tables.ContextEvent, event_id)
    if event is None:
        raise NotFoundError(f"There is no event {event_id}.", mend="See: soundingboard event list")
    return event
