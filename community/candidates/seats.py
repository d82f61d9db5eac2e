"""A person's word on one seat of the slate: locked, barred, or left to the slate again.

What was said stands in the candidate's history for good; `free` is the inverse of both, so a
lock is never silently turned into a bar by somebody else.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from community.candidates.stages import SEATED, SET_ASIDE
from community.history import add_note, clean, hold, named
from config.errors import RuleError
from store import flags, seats, tables

_SAID = {"lock": "locked", "bar": "barred"}


def lock(
    session: Session, candidate: tables.Candidate, actor: str, now: datetime, *, reason: str
) -> tables.SeatChoice:
    """This candidate sits on the slate, whatever it would choose; nobody is invited by that.

    Raises RuleError without an actor or a reason, if the seat is locked or barred already, for
    somebody who was set aside or whom a flag excludes, or if the same person sits already.
    """
    fresh = hold(session, candidate, None)
    if fresh.state in SET_ASIDE:
        raise RuleError(
            f"They are {fresh.state}, so their seat cannot be locked.",
            mend="Take that back first: soundingboard decide AUTHOR reopen",
        )
    _refuse_flagged(session, fresh)
    _refuse_second_seat(session, fresh)
    return _choose(session, fresh, "lock", actor, now, reason)


def bar(
    session: Session, candidate: tables.Candidate, actor: str, now: datetime, *, reason: str
) -> tables.SeatChoice:
    """This candidate never sits on the slate; the candidate stays listed.

    Raises RuleError without an actor or a reason, if the seat is locked or barred already, or for
    somebody who is approved, invited or accepted.
    """
    fresh = hold(session, candidate, None)
    if fresh.state in SEATED:
        raise RuleError(
            f"They are {fresh.state}, so their seat is taken.",
            mend="Take that back first; then they can be barred.",
        )
    return _choose(session, fresh, "bar", actor, now, reason)


def free(
    session: Session,
    candidate: tables.Candidate,
    actor: str,
    now: datetime,
    *,
    reason: str | None = None,
) -> str:
    """Take a lock or a bar back; returns which it was.

    Raises RuleError without an actor, or if the seat is neither locked nor barred.
    """
    who, fresh = named(actor), hold(session, candidate, None)
    standing = seats.seat_choice(session, fresh.author_id, fresh.brand_id)
    if standing is None:
        raise RuleError("This seat is neither locked nor barred, so there is nothing to free.")
    choice, told = standing.choice, clean(reason)
    seats.drop_choice(session, standing)
    note = f"freed the seat that {standing.chosen_by} had {_SAID[choice]}"
    add_note(session, fresh, who, now, note=f"{note}: {told}" if told else note)
    return choice


def _choose(
    session: Session,
    candidate: tables.Candidate,
    choice: str,
    actor: str,
    now: datetime,
    reason: str,
) -> tables.SeatChoice:
    who, why = named(actor), clean(reason)
    if not why:
        raise RuleError(f"To {choice} a seat needs a reason.", mend="Say why; it will be shown.")
    standing = seats.seat_choice(session, candidate.author_id, candidate.brand_id)
    if standing is not None:
        raise RuleError(
            f"{standing.chosen_by} {_SAID[standing.choice]} this seat already: {standing.reason}.",
            mend="Free it first: soundingboard slate free AUTHOR",
        )
    row = tables.SeatChoice(
        author_id=candidate.author_id,
        brand_id=candidate.brand_id,
        choice=choice,
        reason=why,
        chosen_by=who,
        at=now,
    )
    seats.keep_choice(session, row)
    add_note(session, candidate, who, now, note=f"{_SAID[choice]} the seat: {why}")
    return row


def _refuse_flagged(session: Session, candidate: tables.Candidate) -> None:
    against = flags.flags_against(session, candidate.author_id, candidate.brand_id)
    held = [flag for flag in against if flag.excludes and flag.overridden_at is None]
    if held:
        told = "; ".join(f"{flag.kind} ({flag.evidence})" for flag in held)
        raise RuleError(
            f"A flag forbids this: {told}.",
            mend="If that is wrong, override the flag with a reason; their own word stands.",
        )


def _refuse_second_seat(session: Session, candidate: tables.Candidate) -> None:
    """The same human being never sits twice."""
    for other in seats.same_person(session, candidate.author_id):
        standing = flags.candidacy(session, other.id or 0, candidate.brand_id)
        choice = seats.seat_choice(session, other.id or 0, candidate.brand_id)
        if (choice and choice.choice == "lock") or (standing and standing.state in SEATED):
            raise RuleError(
                f"The same person has a seat already, as {other.name} on {other.site}.",
                mend="Lock one of their accounts only.",
            )
