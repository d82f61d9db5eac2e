"""The suggestions board: columns by state, each card with what is due next and since when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from community.candidates.contact import forbidden_authors
from community.promising.promise_sources import charter_at
from community.suggesting.suggestion_clocks import Clock, limits_of, state_of_clocks
from community.suggesting.suggestion_readers import own_seat
from config.settings import PromiseSettings
from store import board, tables
from store import suggestions as rows
from store.board import BoardFilter
from store.committee import charters
from store.moderation import by_id
from store.suggestions import Seat
from store.tombstones import Marker

COLUMNS = {
    "raised": "Raised",
    "acknowledged": "Acknowledged",
    "accepted": "Accepted",
    "acted": "Acted on",
    "declined": "Declined",
    "reported": "Reported back",
}
"""In the order of their steps; declined ones go on to reported as well."""
A_COLUMN = 40
STEPS = {
    "acknowledge": "acknowledge it",
    "decide": "decide",
    "act": "act on it",
    "tell_proposer": "tell its proposer",
    "tell_committee": "tell the committee",
}


@dataclass(frozen=True, slots=True)
class Card:
    """One suggestion on the board.

    proposer : what they are called, None where the post names nobody; gone : nobody to tell
    next     : the clock that runs now, None once everybody was told
    """

    suggestion: tables.Suggestion
    proposer: str | None
    member: tables.Member | None
    post: tables.Post | None
    gone: bool
    clocks: Sequence[Clock]
    next: Clock | None

    @property
    def late(self) -> bool:
        return bool(self.next and self.next.overdue_by > timedelta())


def columns(
    session: Session,
    marker: Marker,
    brand_id: int,
    wanted: BoardFilter,
    promised: PromiseSettings,
    now: datetime,
) -> dict[str, list[Card]]:
    """State -> its cards, the longest overdue first."""
    found = {
        state: board.column(session, brand_id, state, wanted, limit=A_COLUMN) for state in COLUMNS
    }
    every = [one for some in found.values() for one in some]
    made = {c.suggestion.id: c for c in cards(session, marker, every, promised, now)}
    return {
        state: sorted((made[one.id] for one in some), key=_urgency) if state != "reported"
        else [made[one.id] for one in some]
        for state, some in found.items()
    }  # fmt: skip


def cards(
    session: Session,
    marker: Marker,
    found: Sequence[tables.Suggestion],
    promised: PromiseSettings,
    now: datetime,
) -> list[Card]:
    """These suggestions with their proposers and clocks, by a handful of queries for all."""
    authors = by_id(session, tables.Author, [one.author_id for one in found])
    posts = by_id(session, tables.Post, [one.post_id for one in found])
    committees = sorted({one.committee_id for one in found})
    seats = {one: rows.seats(session, one) for one in committees}
    held = {one: charters(session, one) for one in committees}
    people = {a.id: a for a in authors.values()} | {
        seat.author.id: seat.author for some in seats.values() for seat in some
    }
    silent: set[int | None] = {*forbidden_authors(session, marker, list(people.values()))}
    silent |= {one.id for one in people.values() if one.opted_out}
    made = []
    for one in found:
        own = own_seat(seats[one.committee_id], one)
        author, post = authors.get(one.author_id or 0), posts.get(one.post_id or 0)
        gone = _gone(own, author, post, silent)
        charter = charter_at(held[one.committee_id], one.committee_id, one.raised_at)
        clocks = state_of_clocks(one, now, limits_of(promised, charter), proposer_gone=gone)
        waiting = [clock for clock in clocks if clock.done_at is None and clock.applies]
        first = min(waiting, key=lambda c: (c.due_at is None, c.due_at or now), default=None)
        name = own.member.name if own else author.name if author else None
        made.append(Card(one, name, own.member if own else None, post, gone, clocks, first))
    return made


def step_words(names: Mapping[str, str], step: str) -> str:
    """A step as people say it."""
    return names.get(step, step.replace("_", " "))


def _gone(
    own: Seat | None,
    author: tables.Author | None,
    post: tables.Post | None,
    silent: set[int | None],
) -> bool:
    """Whether there is nobody to tell, as `suggestion_readers.readers` has it."""
    if own is not None and own.member.left_at is not None:
        return True
    if (own and own.author.id in silent) or (author and author.id in silent):
        return True
    return own is None and author is None and post is None


def _urgency(card: Card) -> tuple[Any, ...]:
    clock = card.next
    over = clock.overdue_by if clock else timedelta()
    due = clock.due_at if clock else None
    return (-over, due is None, due or card.suggestion.raised_at, card.suggestion.id)
