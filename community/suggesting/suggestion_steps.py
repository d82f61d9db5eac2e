"""How one step of a suggestion is taken: in order, by one person at a time, and written down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from community.history import clean, named
from config.errors import RuleError
from store import suggestions as rows
from store import tables

PAST = {
    "raise": "raised",
    "assign": "assigned",
    "acknowledge": "acknowledged",
    "accept": "accepted",
    "decline": "declined",
    "act": "acted on",
    "tell_proposer": "told to its proposer",
    "tell_committee": "told to the committee",
    "note": "noted",
    "undo": "taken back",
}
"""Each step as people say it."""

ALLOWED = {
    "assign": ("raised", "acknowledged", "accepted", "declined", "acted"),
    "acknowledge": ("raised",),
    "accept": ("acknowledged",),
    "decline": ("acknowledged",),
    "act": ("accepted",),
    "tell_proposer": ("declined", "acted"),
    "tell_committee": ("declined", "acted"),
}
"""From which states each step may be taken."""

NEXT = {
    "raised": "It is acknowledged next.",
    "acknowledged": "It is accepted or declined next, with a reason.",
    "accepted": "It is acted on next, with evidence.",
    "declined": "Its proposer and the committee are told next.",
    "acted": "Its proposer and the committee are told next.",
    "reported": "Everybody was told; to change anything, take the last step back first.",
}
"""What comes after each state."""


def take_step(
    session: Session,
    suggestion: tables.Suggestion,
    step: str,
    actor: str,
    now: datetime,
    changes: Mapping[str, Any],
    *,
    words: str | None = None,
    seen: int | None = None,
) -> tables.SuggestionStep:
    """Change a suggestion by one step and write it down with what stood there before.

    Raises RuleError out of order, without an actor, or if somebody else was quicker.
    """
    named(actor)
    refuse_stale(session, suggestion, seen)
    if suggestion.state not in ALLOWED[step]:
        is_now = "acted on" if suggestion.state == "acted" else suggestion.state
        raise RuleError(
            f"Suggestion {suggestion.id} is {is_now}, so it cannot be {PAST[step]} now.",
            mend=NEXT[suggestion.state],
        )
    before = {name: _as_json(getattr(suggestion, name)) for name in changes}
    move(session, suggestion, changes)
    return record(session, suggestion, step, actor, now, words=words, before=before)


def record(
    session: Session,
    suggestion: tables.Suggestion,
    step: str,
    actor: str,
    now: datetime,
    *,
    words: str | None = None,
    before: Mapping[str, object] | None = None,
) -> tables.SuggestionStep:
    """Add one step to the suggestion's history. Raises RuleError without an actor."""
    made = tables.SuggestionStep(
        suggestion_id=suggestion.id or 0,
        step=step,
        actor=named(actor),
        words=clean(words) or None,
        before=dict(before or {}),
        at=now,
    )
    session.add(made)
    session.flush()
    return made


def move(session: Session, suggestion: tables.Suggestion, changes: Mapping[str, Any]) -> None:
    """Change the row. Raises RuleError if somebody else changed it since it was read."""
    if not rows.move(session, suggestion, changes):
        raise _overtaken(session, suggestion)


def refuse_stale(session: Session, suggestion: tables.Suggestion, seen: int | None) -> None:
    """Raise RuleError if the person decides on what they no longer would see."""
    if seen is not None and seen != suggestion.version:
        raise _overtaken(session, suggestion)


def standing(steps: Sequence[tables.SuggestionStep]) -> list[tables.SuggestionStep]:
    """The steps that were not taken back, oldest first; notes are no steps."""
    held: list[tables.SuggestionStep] = []
    for step in steps:
        if step.step == "undo":
            held.pop()
        elif step.step != "note":
            held.append(step)
    return held


def restored(before: Mapping[str, object]) -> dict[str, Any]:
    """The columns as they stood before a step, from what it wrote down."""
    return {
        name: datetime.fromisoformat(value)
        if name.endswith("_at") and isinstance(value, str)
        else value
        for name, value in before.items()
    }


def _as_json(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value


def _overtaken(session: Session, suggestion: tables.Suggestion) -> RuleError:
    said = [s for s in rows.steps(session, suggestion.id or 0) if s.step != "note"]
    last = f"{said[-1].actor}, {PAST[said[-1].step]}" if said else "it is gone"
    return RuleError(
        f"Somebody else was quicker with suggestion {suggestion.id}: {last}.",
        mend=f"Look again: soundingboard suggestion show {suggestion.id}",
    )
