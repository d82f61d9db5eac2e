"""The rows that promises are read from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from config.errors import NotFoundError
from store import tables

LISTED = 10

REPORT_BACK = "report_back"
"""Kind of the letters that tell what became of a suggestion."""


@dataclass(frozen=True)
class Ground:
    """Everything around a brand's committees that a promise hangs on.

    written     : meeting id -> when its minutes were written, where that was noted
    undelivered : (suggestion id, member id) whose newest letter could not be delivered
    """

    committees: Sequence[tables.Committee] = ()
    charters: Sequence[tables.Charter] = ()
    members: Sequence[tables.Member] = ()
    acknowledgements: Sequence[tables.Acknowledgement] = ()
    meetings: Sequence[tables.Meeting] = ()
    attendances: Sequence[tables.Attendance] = ()
    compensations: Sequence[tables.Compensation] = ()
    suggestions: Sequence[tables.Suggestion] = ()
    written: dict[int, datetime] = field(default_factory=dict)
    undelivered: frozenset[tuple[int, int]] = frozenset()


def ground(session: Session, brand_id: int) -> Ground:
    """The rows of one brand."""
    here = select(tables.Committee.id).where(col(tables.Committee.brand_id) == brand_id)
    theirs = select(tables.Member.id).where(col(tables.Member.committee_id).in_(here))
    called = select(tables.Meeting.id).where(col(tables.Meeting.committee_id).in_(here))

    def among(column: Any, ids: Any) -> Sequence[Any]:
        return session.exec(select(column.class_).where(column.in_(ids))).all()

    return Ground(
        committees=among(col(tables.Committee.id), here),
        charters=among(col(tables.Charter.committee_id), here),
        members=among(col(tables.Member.committee_id), here),
        acknowledgements=among(col(tables.Acknowledgement.member_id), theirs),
        meetings=among(col(tables.Meeting.committee_id), here),
        attendances=among(col(tables.Attendance.meeting_id), called),
        compensations=among(col(tables.Compensation.member_id), theirs),
        suggestions=among(col(tables.Suggestion.committee_id), here),
        written=_written(among(col(tables.CommitteeStep.committee_id), here)),
        undelivered=_undelivered(session),
    )


def member_names(session: Session, brand_id: int, name: str | None = None) -> dict[int, str]:
    """Member id -> name, of everybody who ever said yes to a brand's committees, or of one.

    Raises NotFoundError if nobody is called `name`, whatever the case.
    """
    query = (
        select(tables.Member)
        .join(tables.Committee, col(tables.Committee.id) == col(tables.Member.committee_id))
        .where(col(tables.Committee.brand_id) == brand_id)
    )
    everyone = {member.id or 0: member.name for member in session.exec(query)}
    if name is None:
        return everyone
    wanted = name.strip().removeprefix("@").casefold()
    found = {i: n for i, n in everyone.items() if n.removeprefix("@").casefold() == wanted}
    if not found:
        listed = ", ".join(sorted(everyone.values())[:LISTED]) or "nobody yet"
        raise NotFoundError(f"There is no member {name!r}.", mend=f"Members: {listed}.")
    return found


def _written(steps: Sequence[tables.CommitteeStep]) -> dict[int, datetime]:
    """When the minutes of each meeting were last brought from nothing to something."""
    found: dict[int, datetime] = {}
    for step in sorted(steps, key=lambda step: step.id or 0):
        kind, _, number = step.subject.partition(":")
        if kind == "meeting" and step.after.get("minutes") and not step.before.get("minutes"):
            found[int(number)] = step.at
    return found


def _undelivered(session: Session) -> frozenset[tuple[int, int]]:
    query = select(tables.OutboxRow.key, tables.OutboxRow.state).where(
        col(tables.OutboxRow.kind) == REPORT_BACK
    )
    newest: dict[tuple[int, int], str] = {}
    for key, state in session.exec(query.order_by(col(tables.OutboxRow.id))):
        _, suggestion_id, _, member_id = key.split("/")[:4]
        newest[int(suggestion_id), int(member_id)] = state
    return frozenset(pair for pair, state in newest.items() if state == "failed")
