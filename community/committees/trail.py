"""Every change around a committee: written down with who and when, and taken back on request."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session, SQLModel

from community.history import clean, named
from config.errors import NotFoundError, RuleError
from store import tables, trail

INSTEAD = {
    "make": "Close the committee instead: soundingboard committee close.",
    "publish": "Publish the earlier charter as a new version instead.",
    "join": "Let the member leave instead: soundingboard member leave.",
    "call": "Cancel the meeting instead: soundingboard meeting cancel.",
    "ask": "Let them answer no, or cancel the meeting.",
    "enter": "Cancel the entry instead: soundingboard member cancel-pay.",
    "issue": "Revoke the badge instead: soundingboard member revoke.",
    "acknowledge": "Publish a new version of the charter; it is acknowledged anew.",
}
"""What made something is not taken back but answered; this says how."""


def begin(
    session: Session,
    row: SQLModel,
    step: str,
    actor: str,
    now: datetime,
    *,
    committee_id: int,
    member_id: int | None = None,
    words: str | None = None,
    cause: tables.CommitteeStep | None = None,
) -> tables.CommitteeStep:
    """Write down that `row` was made. Raises RuleError without an actor."""
    made = tables.CommitteeStep(
        committee_id=committee_id,
        member_id=member_id,
        subject=trail.subject_of(row),
        step=step,
        actor=named(actor),
        words=clean(words) or None,
        cause_id=cause.id if cause else None,
        at=now,
    )
    session.add(made)
    session.flush()
    return made


def change(
    session: Session,
    row: SQLModel,
    changes: dict[str, Any],
    step: str,
    actor: str,
    now: datetime,
    *,
    committee_id: int,
    member_id: int | None = None,
    words: str | None = None,
    cause: tables.CommitteeStep | None = None,
) -> tables.CommitteeStep:
    """Change columns of a locked row and write down how they were. Raises RuleError as `begin`.

    A change of a meeting counts its calendar entry one up; taking it back does so once more, so
    that calendars follow both ways.
    """
    made = begin(
        session,
        row,
        step,
        actor,
        now,
        committee_id=committee_id,
        member_id=member_id,
        words=words,
        cause=cause,
    )
    made.before = trail.told(row, changes)
    _set(row, changes)
    made.after = trail.told(row, changes)
    session.flush()
    return made


def take_back(
    session: Session, step: tables.CommitteeStep, actor: str, now: datetime
) -> tables.CommitteeStep:
    """Undo one step and what followed from it: all stands again as before; both stay written down.

    Raises RuleError for a step that was taken back already, that made something (INSTEAD says
    what to do then), or after which the same thing was changed again.
    """
    return _take_back(session, step, actor, now, cause=None)


def get_step(session: Session, committee_id: int, step_id: int) -> tables.CommitteeStep:
    """One step of a committee. Raises NotFoundError."""
    step = session.get(tables.CommitteeStep, step_id)
    if step is None or step.committee_id != committee_id:
        raise NotFoundError(
            f"There is no step {step_id}.", mend="List them: soundingboard committee history"
        )
    return step


def _take_back(
    session: Session,
    step: tables.CommitteeStep,
    actor: str,
    now: datetime,
    *,
    cause: tables.CommitteeStep | None,
) -> tables.CommitteeStep:
    row = trail.row_of(session, step.subject)
    _refuse_undoing(session, step, row)
    undone = change(
        session,
        row,
        trail.untold(row, step.before),
        "undo",
        actor,
        now,
        committee_id=step.committee_id,
        member_id=step.member_id,
        words=step.step,
        cause=cause,
    )
    undone.undoes_id = step.id
    session.flush()
    for followed in trail.caused_by(session, step.id or 0):
        if _stands(session, followed):
            _take_back(session, followed, actor, now, cause=undone)
    return undone


def _stands(session: Session, step: tables.CommitteeStep) -> bool:
    """Whether a step's change is still there; what was changed since keeps its later word."""
    if not step.before or trail.undoing(session, step.id or 0) is not None:
        return False
    return trail.told(trail.row_of(session, step.subject), step.after) == step.after


def _refuse_undoing(session: Session, step: tables.CommitteeStep, row: SQLModel) -> None:
    if not step.before:
        raise RuleError(
            f"{step.step!r} cannot be undone.", mend=INSTEAD.get(step.step, "Answer it instead.")
        )
    undone = trail.undoing(session, step.id or 0)
    if undone is not None:
        raise RuleError(f"{undone.actor} took this back already.")
    if trail.told(row, step.after) != step.after:
        raise RuleError(
            "It was changed again since.", mend="Take the later change back first, or leave it."
        )


def _set(row: SQLModel, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(row, name, value)
    if isinstance(row, tables.Meeting):
        row.sequence += 1
