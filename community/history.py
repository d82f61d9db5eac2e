"""What people said of a candidate, written down so that it can be told and taken back."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from config.errors import RuleError
from store import tables


def record(
    session: Session,
    candidate: tables.Candidate,
    action: str,
    actor: str,
    now: datetime,
    *,
    before: str,
    after: str,
    reason: str | None = None,
    note: str | None = None,
) -> tables.Decision:
    """Add one decision to the candidate's history. Raises RuleError without an actor."""
    decision = tables.Decision(
        candidate_id=identity(candidate),
        action=action,
        reason=reason,
        note=clean(note) or None,
        actor=named(actor),
        before=before,
        after=after,
        at=now,
    )
    session.add(decision)
    session.flush()
    return decision


def standing(decisions: Sequence[tables.Decision]) -> list[tables.Decision]:
    """The decisions that were not taken back, oldest first; notes decide nothing."""
    held: list[tables.Decision] = []
    for decision in decisions:
        if decision.action == "reopen":
            held.pop()
        elif decision.action != "note":
            held.append(decision)
    return held


def add_note(
    session: Session, candidate: tables.Candidate, actor: str, now: datetime, *, note: str
) -> tables.Decision:
    """Write something down of a candidate; it decides nothing and collides with nobody.

    Raises RuleError for an empty note, or if the candidate is gone.
    """
    if not clean(note):
        raise RuleError("The note is empty.", mend="Write something, or leave it.")
    fresh = session.get(tables.Candidate, identity(candidate), populate_existing=True)
    if fresh is None:
        raise RuleError("The candidate is gone.", mend="They may have been erased meanwhile.")
    return record(
        session, fresh, "note", actor, now, before=fresh.state, after=fresh.state, note=note
    )


def named(actor: str) -> str:
    """Who decides. Raises RuleError if that is nobody."""
    name = clean(actor)
    if not name:
        raise RuleError("A decision needs a person.", mend="Say who decides.")
    return name


def clean(words: str | None) -> str:
    """What a person typed, without what no database can hold."""
    kept = (c for c in words or "" if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def identity(candidate: tables.Candidate) -> int:
    """The candidate's id. Raises RuleError for one that was never saved."""
    if candidate.id is None:
        raise RuleError("This candidate was never saved.")
    return candidate.id
