"""Suggestions and promises as the JSON people and other programs are given."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from community.kpis.intervals import wilson
from community.promising.promise import Promise, Tally, tally
from community.promising.promise_sources import charter_at
from community.suggesting.suggestion_clocks import Clock, limits_of, state_of_clocks
from community.suggesting.suggestion_readers import readers
from config.settings import PromiseSettings
from soundingboard.cards import iso
from store import suggestions as rows
from store import tables
from store.committee import charters

if TYPE_CHECKING:
    from sqlmodel import Session

    from store.tombstones import Marker

_DAY = timedelta(days=1)


def suggestion_cards(
    session: Session, marker: Marker, brand_id: int, now: datetime, promised: PromiseSettings
) -> list[dict[str, Any]]:
    """The suggestions of a brand: the longest overdue first, then what is due soonest."""
    found = [
        suggestion_card(session, marker, suggestion, now, promised)
        for suggestion in rows.suggestions(session, brand_id)
    ]
    return sorted(
        found,
        key=lambda one: (-one["overdue_days"], one["due_at"] is None, one["due_at"], one["id"]),
    )


def suggestion_card(
    session: Session,
    marker: Marker,
    suggestion: tables.Suggestion,
    now: datetime,
    promised: PromiseSettings,
) -> dict[str, Any]:
    """One suggestion: where it stands, what is due next, and every clock of it."""
    told = readers(session, marker, suggestion, now)
    held = charters(session, suggestion.committee_id)
    charter = charter_at(held, suggestion.committee_id, suggestion.raised_at)
    clocks = state_of_clocks(
        suggestion, now, limits_of(promised, charter), proposer_gone=told.nobody is not None
    )
    waiting = [clock for clock in clocks if clock.done_at is None and clock.applies]
    first = min(waiting, key=_urgency, default=None)
    proposer = told.proposer or told.author
    return {
        "id": suggestion.id,
        "title": suggestion.title,
        "words": suggestion.words,
        "state": suggestion.state,
        "version": suggestion.version,
        "owner": suggestion.owner,
        "proposer": proposer.name if proposer else None,
        "nobody_to_tell": told.nobody,
        "post": told.post.url if told.post else None,
        "reason": suggestion.decision_reason,
        "evidence": suggestion.evidence,
        "raised_at": iso(suggestion.raised_at),
        "next": first.step if first else None,
        "due_at": iso(first.due_at) if first else None,
        "overdue_days": _days_over(first),
        "clocks": [_clock_card(clock) for clock in clocks],
    }


def step_cards(steps: Sequence[tables.SuggestionStep]) -> list[dict[str, Any]]:
    """What happened to a suggestion, oldest first."""
    return [
        {"step": one.step, "actor": one.actor, "words": one.words, "at": iso(one.at)}
        for one in steps
    ]


def promise_cards(promises: Sequence[Promise], names: dict[int, str]) -> dict[str, Any]:
    """Kept versus made: in all, for each member, and one by one.

    names : member id -> name, of the members to tell of
    """
    theirs = {
        name: tally(one for one in promises if one.member_id == member_id)
        for member_id, name in sorted(names.items(), key=lambda pair: (pair[1], pair[0]))
    }
    return {
        "all": tally_card(tally(promises)),
        "members": [{"member": name, **tally_card(one)} for name, one in theirs.items()],
        "promises": [
            {**asdict(one), "due_at": iso(one.due_at), "kept_at": iso(one.kept_at)}
            for one in promises
        ],
    }


def tally_card(counted: Tally) -> dict[str, Any]:
    """Counts, n (those that came due) and the 95 % interval of the share kept in time."""
    low, high = wilson(counted.kept, counted.n) if counted.n else (0.0, 1.0)
    return {
        **asdict(counted),
        "made": counted.made,
        "n": counted.n,
        "share_kept": counted.kept / counted.n if counted.n else None,
        "low": round(low, 6) if counted.n else None,
        "high": round(high, 6) if counted.n else None,
    }


def _urgency(clock: Clock) -> tuple[bool, datetime | None]:
    return (clock.due_at is None, clock.due_at)


def _days_over(clock: Clock | None) -> float:
    return round(clock.overdue_by / _DAY, 1) if clock else 0.0


def _clock_card(clock: Clock) -> dict[str, Any]:
    return {
        "step": clock.step,
        "due_at": iso(clock.due_at),
        "done_at": iso(clock.done_at),
        "overdue_days": _days_over(clock),
        "applies": clock.applies,
    }
