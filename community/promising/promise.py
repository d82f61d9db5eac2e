"""A promise as it stands: what was promised to whom, until when, and whether it was kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

State = Literal["kept", "late", "open", "overdue", "broken", "void"]

DUE: tuple[State, ...] = ("kept", "late", "overdue", "broken")
"""States of a promise that has come due; the open ones and the void ones say nothing yet."""


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise, derived from what stands in the tables; it has no row of its own.

    kind      : acknowledge, decide, act, tell_proposer, tell_committee, charter, meetings, hours,
                senior, minutes, pay
    to        : whom it was promised to, by name
    due_at    : None where no time was promised; kept_at : None where not kept, or not known when
    state     : kept, late (kept after its time), open (still in time), overdue (late, can still be
                kept), broken (cannot be kept any more), void (nobody is left whom it concerns)
    ref       : what it hangs on ("suggestion/3", "meeting/7")
    member_id : whose it is; None = the whole committee's
    """

    kind: str
    to: str
    words: str
    due_at: datetime | None
    kept_at: datetime | None
    state: State
    ref: str
    member_id: int | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many promises stand how; n is those that came due, and `kept` of n the share kept.

    A promise kept too late is not kept: it counts in n and in `late` only.
    """

    kept: int = 0
    late: int = 0
    open: int = 0
    overdue: int = 0
    broken: int = 0
    void: int = 0

    @property
    def n(self) -> int:
        return self.kept + self.late + self.overdue + self.broken

    @property
    def made(self) -> int:
        return self.n + self.open


def standing_of(
    due_at: datetime | None,
    kept_at: datetime | None,
    now: datetime,
    *,
    last_chance: bool = False,
) -> State:
    """How a promise stands at `now`: nothing is overdue before its time has passed.

    last_chance : once its time has passed it cannot be kept any more
    """
    if kept_at is not None:
        return "late" if due_at is not None and kept_at > due_at else "kept"
    if due_at is None or now <= due_at:
        return "open"
    return "broken" if last_chance else "overdue"


def tally(promises: Iterable[Promise]) -> Tally:
    """Kept versus made, whatever the order."""
    counts = dict.fromkeys(Tally.__slots__, 0)
    for promise in promises:
        counts[promise.state] += 1
    return Tally(**counts)


def tally_by_member(promises: Iterable[Promise]) -> dict[int | None, Tally]:
    """Kept versus made for each member; None stands for what the whole committee was promised."""
    theirs: dict[int | None, list[Promise]] = {}
    for promise in promises:
        theirs.setdefault(promise.member_id, []).append(promise)
    return {member_id: tally(some) for member_id, some in theirs.items()}
