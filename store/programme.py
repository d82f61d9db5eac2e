"""The plain rows of a programme that its KPIs are counted from (gathered by store/gathering.py)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple


class Seat(NamedTuple):
    """One membership of a person (their first account), from `joined_at` until before `ends_at`.

    badge : it has a badge that was not revoked
    """

    person: int
    door: str
    joined_at: datetime
    ends_at: datetime | None
    badge: bool


class Suggested(NamedTuple):
    """One suggestion; a moment is None where it has not come.

    person      : its proposer; None where the post it came from names nobody
    told_at     : the proposer (if there is one to tell) and the committee were both told by then
    answer_days : within how many the charter in force promised an answer; None = no charter
    """

    person: int | None
    raised_at: datetime
    decided_at: datetime | None
    accepted: bool
    acted_at: datetime | None
    told_at: datetime | None
    answer_days: int | None


class Held(NamedTuple):
    """One meeting that was held: seniors who came, and of those promised how many; the people."""

    kind: str
    at: datetime
    seniors: int
    promised: int
    promised_came: int
    invited: frozenset[int]
    came: frozenset[int]


class Pay(NamedTuple):
    """Something owed to a person; cancelled ones are not here."""

    person: int
    due_at: datetime
    settled_at: datetime | None


class Invited(NamedTuple):
    """One invitation that was sent and not withdrawn."""

    person: int
    sent_at: datetime
    answered_at: datetime | None
    answer: str | None


class Entry(NamedTuple):
    """One line of the ledger, money in hundredths of `currency`."""

    kind: str
    at: datetime
    low: int
    amount: int
    high: int
    currency: str
    confidence: float


class Worth(NamedTuple):
    """The newest tier of one customer."""

    person: int
    tier: str


@dataclass(frozen=True, slots=True)
class Programme:
    """All that is known of a brand's programme at one moment."""

    seats: Sequence[Seat] = ()
    suggestions: Sequence[Suggested] = ()
    meetings: Sequence[Held] = ()
    pay: Sequence[Pay] = ()
    invitations: Sequence[Invited] = ()
    ledger: Sequence[Entry] = ()
    worth: Sequence[Worth] = ()
