"""Resets: a dated, owned, recurring review in three phases, with decisions and a next date."""

from __future__ import annotations

import calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from community.history import clean, named
from config.errors import RuleError
from store import resets as reset_queries
from store import tables
from store.goals import events_between, goals

PHASES = ("reach", "understanding", "reset")
QUESTIONS = {
    "reach": "Are we reaching the customers we meant?",
    "understanding": "Is the strategy understood and done inside?",
    "reset": "What do we change, keep and stop?",
}
ESCALATES_AFTER = timedelta(days=14)
FAMILIES = {
    "reach": ("listening", "advocacy"),
    "understanding": ("promises", "community"),
    "reset": ("advocacy", "business"),
}


@dataclass(frozen=True, slots=True)
class Missed:
    """A reset whose day has passed: whom it concerns now, and by how many days."""

    reset: tables.Reset
    days: int
    concerns: str


def plan(
    session: Session,
    brand_id: int,
    owner: str,
    due_at: datetime,
    every_months: int,
    now: datetime,
    *,
    escalate_to: str | None = None,
) -> tables.Reset:
    """Set the date of a reset. Raises RuleError for one in the past, or if one is planned."""
    if due_at <= now:
        raise RuleError("A reset is planned ahead.", mend="Give a date in the future.")
    if every_months < 1:
        raise RuleError("A reset comes back.", mend="Give every how many months, 1 or more.")
    planned = [r for r in reset_queries.resets(session, brand_id) if r.closed_at is None]
    if planned:
        raise RuleError(
            f"Reset {planned[0].id} is planned for {planned[0].due_at:%-d %B %Y} already.",
            mend="Close it, or move it: soundingboard reset move",
        )
    reset = tables.Reset(
        brand_id=brand_id,
        owner=named(owner),
        escalate_to=clean(escalate_to) or None,
        due_at=due_at,
        every_months=every_months,
    )
    session.add(reset)
    session.flush()
    return reset


def move(session: Session, reset: tables.Reset, due_at: datetime, now: datetime) -> None:
    """Put a reset to another day. Raises RuleError once it is closed, or for a day gone by."""
    _require_open(reset)
    if due_at <= now:
        raise RuleError("A reset is planned ahead.", mend="Give a date in the future.")
    reset.due_at = due_at
    session.add(reset)


def begin(
    session: Session, reset: tables.Reset, families: Mapping[str, str], now: datetime
) -> None:
    """Open a reset with what was measured; opened again, the facts are taken anew.

    families : KPI -> family, which says into which phase it belongs
    """
    _require_open(reset)
    reset.evidence = gather(session, reset, families, now)
    reset.opened_at = reset.opened_at or now
    session.add(reset)


def conclude(session: Session, reset: tables.Reset, words: str, actor: str, now: datetime) -> str:
    """Write down what people conclude in the phase it is in, and go on to the next; its name.

    Raises RuleError for a reset that was not begun, is closed, or for no words.
    """
    _require_begun(reset)
    if not clean(words):
        raise RuleError("A phase ends with what was found.", mend="Write it in a sentence or two.")
    if reset.phase in reset.findings:
        raise RuleError("All three phases are concluded.", mend="Record decisions, then close it.")
    finding = {"words": clean(words), "by": named(actor), "at": now.isoformat()}
    reset.findings = {**reset.findings, reset.phase: finding}
    reset.phase = PHASES[min(PHASES.index(reset.phase) + 1, len(PHASES) - 1)]
    session.add(reset)
    return reset.phase


def reconsider(session: Session, reset: tables.Reset) -> str:
    """Take the last conclusion back; the phase it was about, open again."""
    _require_begun(reset)
    concluded = [phase for phase in PHASES if phase in reset.findings]
    if not concluded:
        raise RuleError("Nothing was concluded yet.")
    reset.findings = {p: f for p, f in reset.findings.items() if p != concluded[-1]}
    reset.phase = concluded[-1]
    session.add(reset)
    return reset.phase


def decide(
    session: Session,
    reset: tables.Reset,
    words: str,
    owner: str,
    actor: str,
    now: datetime,
    *,
    stop: bool = False,
) -> None:
    """Record a decision with its owner; stop : something is given up. Raises RuleError as above."""
    _require_begun(reset)
    if not clean(words):
        raise RuleError("A decision says what changes.", mend="Write it in a sentence.")
    made = {
        "words": clean(words),
        "owner": named(owner),
        "stop": stop,
        "by": named(actor),
        "at": now.isoformat(),
    }
    reset.decisions = [*reset.decisions, made]
    session.add(reset)


def take_back(session: Session, reset: tables.Reset) -> dict[str, Any]:
    """Take the last decision back, and return it. Raises RuleError if there is none."""
    _require_begun(reset)
    if not reset.decisions:
        raise RuleError("Nothing was decided yet.")
    *kept, last = reset.decisions
    reset.decisions = kept
    session.add(reset)
    return last


def finish(session: Session, reset: tables.Reset, actor: str, now: datetime) -> tables.Reset:
    """Close a reset and plan the next one, which is returned.

    Raises RuleError before all three phases are concluded, or without a decision.
    """
    _require_begun(reset)
    missing = [QUESTIONS[phase] for phase in PHASES if phase not in reset.findings]
    if missing:
        raise RuleError(f"Still open: {missing[0]}", mend="Conclude it first.")
    if not reset.decisions:
        raise RuleError(
            "A reset ends in a decision, if only to go on as before.", mend="Record one first."
        )
    following = tables.Reset(
        brand_id=reset.brand_id,
        owner=reset.owner,
        escalate_to=reset.escalate_to,
        due_at=months_later(max(reset.due_at, now), reset.every_months),
        every_months=reset.every_months,
    )
    session.add(following)
    session.flush()
    reset.phase, reset.closed_at, reset.closed_by = "closed", now, named(actor)
    reset.next_id = following.id
    session.add(reset)
    return following


def missed(session: Session, brand_id: int, now: datetime) -> list[Missed]:
    """Overdue resets and whom they concern: their owner, after two weeks whoever is next up."""
    return [
        Missed(
            reset,
            (now - reset.due_at).days,
            reset.escalate_to
            if reset.escalate_to and now - reset.due_at >= ESCALATES_AFTER
            else reset.owner,
        )
        for reset in reset_queries.due(session, brand_id, now)
    ]


def gather(
    session: Session, reset: tables.Reset, families: Mapping[str, str], now: datetime
) -> dict[str, Any]:
    """What was measured since the last reset, by phase, and what may have moved it."""
    earlier = [
        r.closed_at
        for r in reset_queries.resets(session, reset.brand_id)
        if r.closed_at is not None and r.id != reset.id
    ]
    since = max(earlier) if earlier else months_later(now, -reset.every_months)
    then = reset_queries.measured_until(session, reset.brand_id, since)
    newest = reset_queries.measured_until(session, reset.brand_id, now)
    facts = {
        phase: [
            _moved(then.get(kpi), read)
            for kpi, read in sorted(newest.items())
            if families.get(kpi) in FAMILIES[phase]
        ]
        for phase in PHASES
    }
    events = events_between(session, reset.brand_id, since, now)
    return {
        "since": since.isoformat(),
        "taken_at": now.isoformat(),
        **facts,
        "goals": [f"{g.title}: {g.kpi} to {g.target:g}" for g in goals(session, reset.brand_id)],
        "events": [f"{e.starts_at:%Y-%m-%d} {e.kind}: {e.title}" for e in events],
    }


def months_later(moment: datetime, months: int) -> datetime:
    """The same day and time so many months on, or the month's last day.

    >>> months_later(datetime(2026, 1, 31), 1)
    datetime.datetime(2026, 2, 28, 0, 0)
    """
    count = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(count, 12)
    day = min(moment.day, calendar.monthrange(year, month + 1)[1])
    return moment.replace(year=year, month=month + 1, day=day)


def _moved(then: tables.Measurement | None, read: tables.Measurement) -> dict[str, Any]:
    return {
        "kpi": read.kpi,
        "then": then.value if then else None,
        "now": read.value,
        "low": read.low,
        "high": read.high,
        "n": read.n,
        "note": read.note,
    }


def _require_open(reset: tables.Reset) -> None:
    if reset.closed_at is not None:
        raise RuleError(f"Reset {reset.id} is closed.", mend=f"The next one is {reset.next_id}.")


def _require_begun(reset: tables.Reset) -> None:
    _require_open(reset)
    if reset.opened_at is None:
        raise RuleError("The reset was not begun.", mend="soundingboard reset begin")
