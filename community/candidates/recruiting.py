"""Decisions of a person on a candidate; every one is recorded and can be taken back."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from community.candidates import verdicts
from community.candidates.claims import NOBODY, refuse_claimed
from community.candidates.stages import SEATED, stage_after
from community.history import add_note, clean, hold, identity, named, record, standing
from config.errors import RuleError
from store import candidates, flags, reviewing, tables

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
DOORS = {
    "committee": "a seat on the committee",
    "community": "the lighter community",
}
OWN_WORD = frozenset({"do_not_contact", "opted_out"})
"""Flags that repeat what the person asked of us; nobody here may override those."""


def shortlist(
    session: Session,
    candidate: tables.Candidate,
    actor: str,
    now: datetime,
    *,
    note: str | None = None,
    seen: int | None = None,
) -> tables.Decision:
    """Put a candidate on the shortlist. Raises RuleError as `approve` does, but for flags."""
    fresh = _ours(session, candidate, actor, now, seen)
    return _decide(session, fresh, "shortlist", actor, now, note=note)


def approve(
    session: Session,
    candidate: tables.Candidate,
    actor: str,
    now: datetime,
    *,
    note: str | None = None,
    seen: int | None = None,
    second_reviewer: bool = False,
) -> tables.Decision:
    """Approve a candidate for invitation.

    seen            : the version the person had before their eyes; None = the one of `candidate`
    second_reviewer : two reviewers must have agreed before (settings.recruiting)

    Raises RuleError for an excluding flag, a stage that does not lead there, a colleague who is
    deciding just now, a decision in between, or reviewers who have not agreed.
    """
    fresh = _ours(session, candidate, actor, now, seen)
    stage_after("approve", fresh.state, by=fresh.decided_by)
    _refuse_flagged(session, fresh)
    if second_reviewer:
        verdicts.require_agreed(session, fresh)
    return _decide(session, fresh, "approve", actor, now, note=note)


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
    fresh = _ours(session, candidate, actor, now, seen)
    return _decide(session, fresh, "reject", actor, now, reason=reason, note=note)


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
    fresh = _ours(session, candidate, actor, now, seen)
    return _decide(session, fresh, "defer", actor, now, reason=reason, note=note)


def invite(
    session: Session,
    candidate: tables.Candidate,
    actor: str,
    now: datetime,
    *,
    note: str | None = None,
    seen: int | None = None,
) -> tables.Decision:
    """Record that an invitation leaves; in the transaction that lets the message go.

    Raises RuleError as `approve` does.
    """
    fresh = _ours(session, candidate, actor, now, seen)
    stage_after("invite", fresh.state, by=fresh.decided_by)
    _refuse_flagged(session, fresh)
    return _decide(session, fresh, "invite", actor, now, note=note)


def accept(
    session: Session,
    candidate: tables.Candidate,
    actor: str,
    now: datetime,
    *,
    door: str,
    note: str | None = None,
    seen: int | None = None,
) -> tables.Decision:
    """Record that the candidate themselves said yes; the decision's reason is the door.

    door : one of DOORS

    What somebody says of themselves waits for no colleague's claim and no version, unless `seen`
    is given. Raises RuleError for an unknown door, or if they were never invited.
    """
    if door not in DOORS:
        raise RuleError(f"{door!r} is no door.", mend=f"Choose one of: {', '.join(DOORS)}.")
    fresh = hold(session, candidate, seen)
    return _decide(session, fresh, "accept", actor, now, reason=door, note=note)


def decline(
    session: Session,
    candidate: tables.Candidate,
    actor: str,
    now: datetime,
    *,
    note: str | None = None,
    seen: int | None = None,
) -> tables.Decision:
    """Record that the candidate themselves said no. It waits for nobody, as in `accept`.

    Raises RuleError if that was recorded already.
    """
    fresh = hold(session, candidate, seen)
    return _decide(session, fresh, "decline", actor, now, note=note)


def silence(
    session: Session,
    candidate: tables.Candidate,
    actor: str,
    now: datetime,
    *,
    note: str | None = None,
    seen: int | None = None,
) -> tables.Decision:
    """Record that an invitation was not answered in time. It waits for nobody, as in `accept`.

    Raises RuleError unless they are invited and silent so far.
    """
    fresh = hold(session, candidate, seen)
    return _decide(session, fresh, "silence", actor, now, note=note)


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
    decided, if a message has left or they sit on the committee, or if it would restore an
    approval that a flag now forbids.
    """
    fresh = _ours(session, candidate, actor, now, seen)
    decided = standing(candidates.decisions(session, identity(fresh)))
    if not decided:
        raise RuleError("Nothing was decided yet, so there is nothing to take back.")
    undone = decided.pop()
    _refuse_unkeepable(session, fresh, undone)
    earlier = decided[-1] if decided else None
    _move(
        session,
        fresh,
        state=undone.before,
        by=earlier.actor if earlier else None,
        at=earlier.at if earlier else None,
    )
    return record(
        session,
        fresh,
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


def _ours(
    session: Session, candidate: tables.Candidate, actor: str, now: datetime, seen: int | None
) -> tables.Candidate:
    """The candidate held for a decision of one of us, if nobody else decided or is deciding."""
    who = named(actor)
    fresh = hold(session, candidate, candidate.version if seen is None else seen)
    refuse_claimed(fresh, who, now)
    return fresh


def _decide(
    session: Session,
    candidate: tables.Candidate,
    action: str,
    actor: str,
    now: datetime,
    *,
    reason: str | None = None,
    note: str | None = None,
) -> tables.Decision:
    who, before = named(actor), candidate.state
    after = stage_after(action, before, by=candidate.decided_by)
    _move(session, candidate, state=after, by=who, at=now)
    return record(
        session, candidate, action, who, now, before=before, after=after, reason=reason, note=note
    )


def _move(
    session: Session,
    candidate: tables.Candidate,
    *,
    state: str,
    by: str | None,
    at: datetime | None,
) -> None:
    """Change a candidate that is held, count the decision, and let go of the claim on them."""
    changes = {"state": state, "decided_by": by, "decided_at": at, **NOBODY}
    if not candidates.move(session, candidate, changes):
        raise RuleError("Somebody else decided meanwhile.", mend="Look at the candidate again.")


def _refuse_unkeepable(
    session: Session, candidate: tables.Candidate, undone: tables.Decision
) -> None:
    """Refuse to take back what has happened in the world already, or what a flag now forbids."""
    if undone.action == "invite" and reviewing.invitation_out(session, identity(candidate)):
        raise RuleError(
            "Their invitation has left, so it cannot be taken back here.",
            mend="Withdraw the invitation first; then they can be reopened.",
        )
    if undone.action == "accept" and reviewing.is_member(
        session, candidate.author_id, candidate.brand_id
    ):
        raise RuleError("They are a member by now.", mend="End their term first.")
    if undone.before in SEATED and undone.after not in SEATED:
        _refuse_flagged(session, candidate)


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
