"""Queries of a committee's trail: rows locked for a change, and what was changed when by whom."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, select

from config.errors import NotFoundError
from store import tables
from store.tables.columns import UtcTime

Row = TypeVar("Row", bound=SQLModel)

SUBJECTS: Mapping[str, type[SQLModel]] = {
    "committee": tables.Committee,
    "charter": tables.Charter,
    "member": tables.Member,
    "meeting": tables.Meeting,
    "attendance": tables.Attendance,
    "pay": tables.Compensation,
    "badge": tables.Badge,
}
"""What a step may be about, by the first word of its subject ("member:4")."""

_KINDS = {table: kind for kind, table in SUBJECTS.items()}


def locked(session: Session, table: type[Row], identity: int) -> Row:
    """The row as it stands now, kept from other writers until the transaction ends.

    Raises NotFoundError if it is gone.
    """
    row = session.get(table, identity, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError(f"There is no {_KINDS[table]} {identity}.", mend="It may be erased.")
    return row


def add_once(session: Session, row: SQLModel) -> bool:
    """Add the row unless one like it is there already; True if it was added."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        return False
    return True


def subject_of(row: SQLModel) -> str:
    """How steps call the row."""
    return f"{_KINDS[type(row)]}:{row.id}"  # type: ignore[attr-defined]


def row_of(session: Session, subject: str) -> SQLModel:
    """The row a step is about, locked. Raises NotFoundError if it is gone."""
    kind, _, identity = subject.partition(":")
    return locked(session, SUBJECTS[kind], int(identity))


def told(row: SQLModel, names: Iterable[str]) -> dict[str, Any]:
    """These columns of the row as JSON can hold them; times as ISO."""
    values = {name: getattr(row, name) for name in names}
    return {n: v.isoformat() if isinstance(v, datetime) else v for n, v in values.items()}


def untold(row: SQLModel, values: Mapping[str, Any]) -> dict[str, Any]:
    """The columns as the row takes them, from what `told` made of them."""
    columns = type(row).__table__.columns  # type: ignore[attr-defined]
    return {
        name: datetime.fromisoformat(value)
        if isinstance(columns[name].type, UtcTime) and isinstance(value, str)
        else value
        for name, value in values.items()
    }


def steps(
    session: Session, committee_id: int, *, subject: str | None = None, member_id: int | None = None
) -> Sequence[tables.CommitteeStep]:
    """What happened around a committee, in the order it happened."""
    query = select(tables.CommitteeStep).where(
        col(tables.CommitteeStep.committee_id) == committee_id
    )
    if subject is not None:
        query = query.where(col(tables.CommitteeStep.subject) == subject)
    if member_id is not None:
        query = query.where(col(tables.CommitteeStep.member_id) == member_id)
    return session.exec(query.order_by(col(tables.CommitteeStep.id))).all()


def newest(session: Session, committee_id: int) -> int:
    """The number of a committee's last step; 0 before the first."""
    step = col(tables.CommitteeStep.id)
    query = select(step).where(col(tables.CommitteeStep.committee_id) == committee_id)
    return session.exec(query.order_by(step.desc()).limit(1)).first() or 0


def first_after(session: Session, committee_id: int, number: int) -> tables.CommitteeStep | None:
    """The step that a change began with, if `number` was the last one before it."""
    step = tables.CommitteeStep
    query = select(step).where(col(step.committee_id) == committee_id, col(step.id) > number)
    return session.exec(query.order_by(col(step.id)).limit(1)).first()


def caused_by(session: Session, step_id: int) -> Sequence[tables.CommitteeStep]:
    """The steps that followed from one, in the order they happened."""
    query = select(tables.CommitteeStep).where(col(tables.CommitteeStep.cause_id) == step_id)
    return session.exec(query.order_by(col(tables.CommitteeStep.id))).all()


def undoing(session: Session, step_id: int) -> tables.CommitteeStep | None:
    """The step that took this one back."""
    query = select(tables.CommitteeStep).where(col(tables.CommitteeStep.undoes_id) == step_id)
    return session.exec(query).first()
