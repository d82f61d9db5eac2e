"""Decisions of a person on a candidate; every one is recorded and can be taken back."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from community.history import add_note, clean, identity, named, record, standing
from config.errors import RuleError
from store import candidates, flags, tables

REJECT_REASONS = {
    "works_there": "works for the brand or a competitor",
    "not_a_person": "not a person speaking for themselves",
    "misread": "the posts were misread or are about something else",
    "too_little": "too little to go by",
    "uncivil": "would make the meetings unsafe for others",
    "minor": "under age",
    "other": "another reason; the note says which",
}
DEFER_REASONS = {
    "more_evidence": "wait for more posts",
    "later": "for a later committee",
    "seats_taken": "enough people of this kind are invited",
    "other": "another reason; the note says which",
}
OWN_WORD = frozenset({"do_not_contact", "opted_out"})
"""Flags that repeat what the person asked of us; nobody here may override those."""

_STATE_AFTER = {
    "approve": "approved",
    "reject": "rejected",
    "defer": "deferred",
    "decline": "declined",
}


def approve(
    session: Session,
    candidate: tables.Candidate,
    actor: str,
    now: datetime,
    *,
    note: str | None = None,
    seen: int | None = None,
) -> tables.Decision:
    """Approve a candidate for invitation.

    seen : the version the person had before their eyes; None = the one of `candidate`

    Raises RuleError for an excluding flag, a candidate who said no, or a decision in between.
    """
    if candidate.state == "declined":
        raise RuleError(
            "They said no.", mend="Reopen the candidate first if they changed their mind."
        )
    _refuse_flagged(session, candidate)
    return _decide(session, candidate, "approve", actor, now, note=note, seen=seen)


def reject(
    session: Session,
    candidate: tables.Candidate,
    actor: str,
    now: datetime,
    *,
    reason: str,
    note: str | None = None,
    seen: int | None = None,
) -> tables.Decision:
    """Turn a candidate down for one of REJECT_REASONS. Raises RuleError as `approve` does."""
    _require_reason(reason, REJECT_REASONS, note)
    return _decide(session, candidate, "reject", actor, now, reason=reason, note=note, seen=seen)


def defer(
    session: Session,
    candidate: tables.Candidate,
    actor: str,
    now: datetime,
    *,
    reason: str,
    note: str | None = None,
    seen: int | None = None,
) -> tables.Decision:
    """Put a candidate off for one of DEFER_REASONS. Raises RuleError as `approve` does."""
    _require_reason(reason, DEFER_REASONS, note)
    return _decide(session, candidate, "defer", actor, now, reason=reason, note=note, seen=seen)


def decline(
    session: Session,
    candidate: tables.Candidate,
    actor: str,
    now: datetime,
    *,
    note: str | None = None,
    seen: int | None = None,
) -> tables.Decision:
    """Record that the candidate themselves said no. Raises RuleError as `approve` does."""
    return _decide(session, candidate, "decline", actor, now, note=note, seen=seen)


def reopen(
    session: Session,
    candidate: tables.Candidate,
    actor: str,
    now: datetime,
    *,
    note: str | None = None,
    seen: int | None = None,
) -> tables.Decision:
    """Take the last decision back: the candidate stands again as before it.

    Reopening once more takes the decision before that one back. Raises RuleError if nothing was
    decided, or if it would restore an approval that a flag now forbids.
    """
    held = standing(candidates.decisions(session, identity(candidate)))
    if not held:
        raise RuleError("Nothing was decided yet, so there is nothing to take back.")
    undone = held.pop()
    if undone.before == "approved":
        _refuse_flagged(session, candidate)
    earlier = held[-1] if held else None
    _move(
        session,
        candidate,
        state=undone.before,
        by=earlier.actor if earlier else None,
        at=earlier.at if earlier else None,
        seen=seen,
    )
    return record(
        session,
        candidate,
        "reopen",
        actor,
        now,
        before=undone.after,
        after=undone.before,
        reason=undone.action,
        note=note,
    )


def override_flag(
    session: Session, flag: tables.Flag, actor: str, reason: str, now: datetime
) -> None:
    """Say that a flag does not hold; it stays visible, with who said so and why.

    Raises RuleError without a reason, twice, or against the person's own word.
    """
    who, why = named(actor), clean(reason)
    if flag.kind in OWN_WORD:
        raise RuleError(
            f"{flag.kind.replace('_', ' ')} is the person's own word and cannot be overridden.",
            mend="Only they can take it back; then allow contact again.",
        )
    if flag.overridden_at is not None:
        raise RuleError(f"{flag.overridden_by} overrode this flag already.")
    if not why:
        raise RuleError("An override needs a reason.", mend="Say why the flag does not hold.")
    flags.set_override(session, flag, by=who, at=now, reason=why)
    _note_flag(session, flag, who, f"overrode the flag {flag.kind}: {why}", now)


def restore_flag(
    session: Session, flag: tables.Flag, actor: str, now: datetime, *, reason: str | None = None
) -> None:
    """Take an override back. Raises RuleError if there is none."""
    who = named(actor)
    if flag.overridden_at is None:
        raise RuleError("Nobody overrode this flag, so it holds as it is.")
    flags.set_override(session, flag, by=None, at=None, reason=None)
    _note_flag(session, flag, who, f"restored the flag {flag.kind}: {clean(reason) or '-'}", now)


def _decide(
    session: Session,
    candidate: tables.Candidate,
    action: str,
    actor: str,
    now: datetime,
    *,
    reason: str | None = None,
    note: str | None = None,
    seen: int | None = None,
) -> tables.Decision:
    who, before, after = named(actor), candidate.state, _STATE_AFTER[action]
    _refuse_stale(session, candidate, seen)
    if before == after:
        raise RuleError(f"The candidate is {after} already, by {candidate.decided_by}.")
    _move(session, candidate, state=after, by=who, at=now, seen=seen)
    return record(
        session,
        candidate,
        action,
        who,
        now,
        before=before,
        after=after,
        reason=reason,
        note=note,
    )


def _move(
    session: Session,
    candidate: tables.Candidate,
    *,
    state: str,
    by: str | None,
    at: datetime | None,
    seen: int | None,
) -> None:
    _refuse_stale(session, candidate, seen)
    changes = {"state": state, "decided_by": by, "decided_at": at}
    if not candidates.move(session, candidate, changes):
        raise _overtaken(session, candidate)


def _refuse_stale(session: Session, candidate: tables.Candidate, seen: int | None) -> None:
    if seen is not None and seen != candidate.version:
        raise _overtaken(session, candidate)


def _overtaken(session: Session, candidate: tables.Candidate) -> RuleError:
    said = [d for d in candidates.decisions(session, identity(candidate)) if d.action != "note"]
    last = f"{said[-1].actor}: {said[-1].action}" if said else "the candidate is gone"
    return RuleError(
        f"Somebody else decided meanwhile: {last}.", mend="Look at the candidate again."
    )


def _refuse_flagged(session: Session, candidate: tables.Candidate) -> None:
    against = flags.flags_against(session, candidate.author_id, candidate.brand_id)
    held = [flag for flag in against if flag.excludes and flag.overridden_at is None]
    if not held:
        return
    told = "; ".join(f"{flag.kind} ({flag.evidence})" for flag in held)
    if any(flag.kind in OWN_WORD for flag in held):
        mend = "They asked for it themselves; only they can take it back."
    else:
        mend = "If that is wrong, override the flag with a reason, then approve."
    raise RuleError(f"A flag forbids this: {told}.", mend=mend)


def _require_reason(reason: str, known: dict[str, str], note: str | None) -> None:
    if reason not in known:
        raise RuleError(
            f"{reason!r} is no reason we know.", mend=f"Choose one of: {', '.join(known)}."
        )
    if reason == "other" and not clean(note):
        raise RuleError("The reason 'other' needs a note.", mend="Say in the note which.")


def _note_flag(session: Session, flag: tables.Flag, actor: str, note: str, now: datetime) -> None:
    """Put what happened to a flag into the candidate's history, where there is one."""
    candidate = flags.candidacy(session, flag.author_id, flag.brand_id)
    if candidate is not None:
        add_note(session, candidate, actor, now, note=note)
