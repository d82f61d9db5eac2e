"""Who has no seat on a panel, and why: everybody, not only the first in line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from models.quotas import SIDE_WORDS, Contender, Quota

Reason = Literal["same_person", "not_drawn", "less_useful", "quota_full", "others_fit"]


class Lots(Protocol):
    """A draw that decided (`models.panel.Drawn`)."""

    @property
    def order(self) -> tuple[int, ...]: ...
    @property
    def seated(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Waiting:
    """One of the pool without a seat.

    words    : the reason for people to read
    instead  : the member who sits where only one of the two can, of `same_person`
    """

    author: int
    reason: Reason
    words: str
    instead: int | None = None


def waiting(
    pool: Sequence[Contender],
    seated: Sequence[Contender],
    quotas: Sequence[Quota],
    lots: Mapping[int, Lots],
) -> Iterator[Waiting]:
    """Everybody without a seat with the first reason that holds, most useful first.

    The same human being (household, employer) sits already; equals had the better lot; everybody
    seated of their side is more useful; a quota they count for is full; else the others fill the
    quotas and themes better together.
    """
    sitting = {c.author for c in seated}
    holder = {bond: c.author for c in seated for bond in c.bonds}
    full = [q for q in quotas if len(seated) > q.seated(seated) >= q.high]
    lowest = {
        side: min((c.utility for c in seated if c.side == side), default=None)
        for side in SIDE_WORDS
    }
    for one in sorted(pool, key=lambda c: (-c.utility, c.author)):
        if one.author in sitting:
            continue
        instead = next((holder[bond] for bond in sorted(one.bonds) if bond in holder), None)
        if instead is not None:
            words = "somebody bound to them sits: the same person, household or employer"
            yield Waiting(one.author, "same_person", words, instead)
        elif (lot := lots.get(one.author)) is not None:
            place = lot.order.index(one.author) + 1
            words = f"lot {place} of {len(lot.order)} equals, {lot.seated} of them are seated"
            yield Waiting(one.author, "not_drawn", words)
        else:
            yield _outdone(one, lowest[one.side], [q for q in full if q.counts(one)])


def _outdone(one: Contender, lowest: float | None, full: Sequence[Quota]) -> Waiting:
    if lowest is not None and one.utility < lowest:
        words = f"every seated one of their side has {lowest:.2f} or more"
        return Waiting(one.author, "less_useful", words)
    if full:
        told = " and ".join(f"{q.high} {q.name}" for q in full)
        return Waiting(one.author, "quota_full", f"{told} have seats already, the most allowed")
    return Waiting(
        one.author, "others_fit", "the others fill the quotas and themes better together"
    )
