"""The clocks of a suggestion: what is due when, and how far it is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from community.suggesting.working_days import working_days_later
from config.settings import PromiseSettings
from store import tables

NOTHING_OVER = timedelta()


@dataclass(frozen=True, slots=True)
class Limits:
    """Within what time a suggestion is acknowledged (working days), decided and told (days)."""

    acknowledge_days: int
    decide_days: int
    report_days: int


@dataclass(frozen=True, slots=True)
class Clock:
    """One step and its time.

    due_at     : None where no time is promised, or what it waits for has not happened yet
    overdue_by : how long after due_at it was done, or how long it has been due now; else 0
    applies    : False where there is nobody left to tell
    """

    step: str
    due_at: datetime | None
    done_at: datetime | None
    overdue_by: timedelta = NOTHING_OVER
    applies: bool = True


def limits_of(promised: PromiseSettings, charter: tables.Charter | None) -> Limits:
    """The limits that hold: the settings', and the charter's answer_days where they are shorter."""
    decide = promised.decide_days
    return Limits(
        acknowledge_days=promised.acknowledge_days,
        decide_days=min(decide, charter.answer_days) if charter else decide,
        report_days=promised.report_days,
    )


def state_of_clocks(
    suggestion: tables.Suggestion, now: datetime, limits: Limits, *, proposer_gone: bool = False
) -> list[Clock]:
    """Its clocks in the order of its steps; acting has no time, for an accepted one only.

    Told is due `report_days` after it was declined or acted on.
    """
    acknowledge_due = working_days_later(suggestion.raised_at, limits.acknowledge_days)
    decide_due = suggestion.raised_at + timedelta(days=limits.decide_days)
    clocks = [
        _clock("acknowledge", acknowledge_due, suggestion.acknowledged_at, now),
        _clock("decide", decide_due, suggestion.decided_at, now),
    ]
    ended_at = _ended_at(suggestion)
    if suggestion.decided_at is not None and (ended_at is None or suggestion.acted_at is not None):
        clocks.append(_clock("act", None, suggestion.acted_at, now))
    tell_due = ended_at + timedelta(days=limits.report_days) if ended_at else None
    told = suggestion.told_proposer_at
    nobody = told is None and (proposer_gone or suggestion.state == "reported")
    clocks.append(_clock("tell_proposer", tell_due, told, now, applies=not nobody))
    clocks.append(_clock("tell_committee", tell_due, suggestion.told_committee_at, now))
    return clocks


def _ended_at(suggestion: tables.Suggestion) -> datetime | None:
    """When there was something to tell: it was acted on, or declined."""
    if suggestion.acted_at is not None:
        return suggestion.acted_at
    return None if suggestion.state == "accepted" else suggestion.decided_at


def _clock(
    step: str,
    due_at: datetime | None,
    done_at: datetime | None,
    now: datetime,
    *,
    applies: bool = True,
) -> Clock:
    over = (done_at or now) - due_at if due_at is not None and applies else NOTHING_OVER
    return Clock(step, due_at, done_at, max(over, NOTHING_OVER), applies)
