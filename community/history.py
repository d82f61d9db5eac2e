"""What people said of a candidate, written down so that it can be told and taken back."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from config.errors import RuleError
from store import candidates, reviewing, tables


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
    """The decisions that were not taken back, oldest first; notes are left out."""
    held: list[tables.Decision] = []
    for decision in decisions:
        if decision.action == "reopen":
            held.pop()
        elif decides(decision):
            held.append(decision)
    return held


def decides(decision: tables.Decision) -> bool:
    """Whether it moves the candidate; a note or an assignment does not."""
    return decision.action not in ("note", "assign")


def hold(session: Session, candidate: tables.Candidate, seen: int | None) -> tables.Candidate:
    """The candidate as they stand now, kept from other writers until this transaction ends.

    seen : the version the person had before their eyes; None = whichever there is

    Raises RuleError if the candidate is gone, or was decided on since `seen`.
    """
    fresh = reviewing.held(session, identity(candidate))
    if fresh is None:
        raise RuleError("The candidate is gone.", mend="They may have been erased meanwhile.")
    if seen is not None and seen != fresh.version:
        said = [d for d in candidates.decisions(session, identity(fresh)) if decides(d)]
        last = f": {said[-1].actor}: {said[-1].action}" if said else ""
        raise RuleError(
            f"Somebody else decided meanwhile{last}.", mend="Look at the candidate again."
        )
    return fresh


def add_note(
    session: Session,
    candidate: tables.Candidate,
    actor: str,
    now: datetime,
    *,
    note: str,
    reason: str | None = None,
) -> tables.Decision:
    """Write something down of a candidate; it decides nothing and collides with nobody.

    reason : a code, where a program wants to find the note again

    Raises RuleError for an empty note, or if the candidate is gone.
    """
    if not clean(note):
        raise RuleError("The note is empty.", mend="Write something, or leave it.")
    fresh = hold(session, candidate, None)
    return record(
        session,
        fresh,
        "note",
        actor,
        now,
        before=fresh.state,
        after=fresh.state,
        reason=reason,
        note=note,
    )


def named(actor: str) -> str:
    """Who decides. Raises RuleError if that is nobody."""
    name = clean(actor)
    if not name:
        raise RuleError("A decision needs a person.", mend="Say who decides.")
    return name


def name_key(name: str) -> str:
    """Equal for one person's name, however it was typed.

    >>> name_key(" Ann  Lee") == name_key("ann lee")
    True
    """
    return " ".join(unicodedata.normalize("NFKC", clean(name)).casefold().split())


def clean(words: str | None) -> str:
    """What a person typed, without what no database can hold."""
    kept = (c for c in words or "" if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
    return "".join(kept).strip()


def identity(candidate: tables.Candidate) -> int:
    """The candidate's id. Raises RuleError for one that was never saved."""
    if candidate.id is None:
        raise RuleError("This candidate was never saved.")
    return candidate.id
