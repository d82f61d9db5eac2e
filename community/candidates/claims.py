"""Who is deciding just now: a claim keeps colleagues off one candidate for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from community.history import hold, name_key, named
from config.errors import RuleError
from store import tables

NOBODY = {"claimed_by": None, "claimed_at": None, "claimed_until": None}
"""What a candidate holds whom nobody is deciding on; every decision leaves it so."""


def claim(
    session: Session,
    candidate: tables.Candidate,
    by: str,
    now: datetime,
    minutes: int,
    *,
    seen: int | None = None,
) -> tables.Candidate:
    """Keep others from deciding for `minutes` from now; claiming again prolongs it.

    seen : the version the person had before their eyes; None = the one of `candidate`

    Raises RuleError if somebody else is deciding, or if the candidate changed meanwhile.
    """
    who = named(by)
    fresh = hold(session, candidate, candidate.version if seen is None else seen)
    refuse_claimed(fresh, who, now)
    if not is_claimed(fresh, now):
        fresh.claimed_at = now
    fresh.claimed_by, fresh.claimed_until = who, now + timedelta(minutes=minutes)
    session.add(fresh)
    session.flush()
    return fresh


def release(
    session: Session, candidate: tables.Candidate, by: str, now: datetime
) -> tables.Candidate:
    """Let others decide again. Raises RuleError if it is somebody else who is deciding."""
    fresh = hold(session, candidate, None)
    refuse_claimed(fresh, named(by), now)
    fresh.claimed_by = fresh.claimed_at = fresh.claimed_until = None
    session.add(fresh)
    session.flush()
    return fresh


def is_claimed(candidate: tables.Candidate, now: datetime) -> bool:
    """Whether somebody is deciding on the candidate at this moment."""
    return candidate.claimed_until is not None and candidate.claimed_until > now


def refuse_claimed(candidate: tables.Candidate, by: str, now: datetime) -> None:
    """Raise RuleError if somebody other than `by` is deciding on the candidate."""
    if not is_claimed(candidate, now) or name_key(candidate.claimed_by or "") == name_key(by):
        return
    raise RuleError(
        f"{told(candidate)}.",
        mend="Wait until then, or ask them to release the candidate.",
    )


def told(candidate: tables.Candidate) -> str:
    """A claim in words, with times of day in UTC."""
    since = f" since {candidate.claimed_at:%H:%M}" if candidate.claimed_at else ""
    return f"{candidate.claimed_by} is deciding{since}, until {candidate.claimed_until:%H:%M} UTC"
