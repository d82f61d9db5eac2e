"""Who is told what became of a suggestion: its proposer, and everybody on the committee now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from community.candidates.contact import forbidden_authors
from store import suggestions as rows
from store import tables
from store.suggestions import Seat
from store.tombstones import Marker


@dataclass(frozen=True)
class Readers:
    """Whom to tell, and how each is reached.

    proposer    : the member who proposed it, whom a letter or a person of ours tells
    post        : where its author is answered in public, if they are no member
    nobody      : why there is no proposer to tell, in words; None = there is one
    committee   : the other members to tell; unwilling : those who asked not to be contacted
    """

    proposer: tables.Member | None = None
    author: tables.Author | None = None
    post: tables.Post | None = None
    nobody: str | None = None
    committee: Sequence[tables.Member] = ()
    unwilling: Sequence[tables.Member] = ()

    @property
    def everyone(self) -> list[tables.Member]:
        """The members to tell, the proposer first."""
        return [*([self.proposer] if self.proposer else []), *self.committee]


def readers(
    session: Session, marker: Marker, suggestion: tables.Suggestion, now: datetime
) -> Readers:
    """Whom to tell of a suggestion now."""
    seats = rows.seats(session, suggestion.committee_id)
    author = session.get(tables.Author, suggestion.author_id) if suggestion.author_id else None
    asked = [seat.author for seat in seats] + ([author] if author else [])
    silent = forbidden_authors(session, marker, asked) | {a.id for a in asked if a.opted_out}
    own = own_seat(seats, suggestion)
    post = session.get(tables.Post, suggestion.post_id) if suggestion.post_id else None
    nobody = None
    if own is not None and own.member.left_at is not None:
        nobody = f"{own.member.name} has left"
    elif (own and own.author.id in silent) or (author and author.id in silent):
        nobody = "they asked not to be contacted"
    elif own is None and author is None and post is None:
        nobody = "they are not here any more"
    others = [seat for seat in seats if seat is not own and is_seated(seat.member, now)]
    return Readers(
        proposer=own.member if own and nobody is None else None,
        author=author,
        post=post,
        nobody=nobody,
        committee=[seat.member for seat in others if seat.author.id not in silent],
        unwilling=[seat.member for seat in others if seat.author.id in silent],
    )


def is_seated(member: tables.Member, now: datetime) -> bool:
    """Whether somebody sits on the committee itself at `now`."""
    over = member.term_until is not None and member.term_until <= now
    return member.door == "committee" and member.left_at is None and not over


def own_seat(seats: Sequence[Seat], suggestion: tables.Suggestion) -> Seat | None:
    """The proposer's seat; the author of a post may have become a member since."""
    for seat in seats:
        if seat.member.id == suggestion.member_id:
            return seat
    for seat in seats:
        if suggestion.author_id is not None and seat.author.id == suggestion.author_id:
            return seat
    return None
