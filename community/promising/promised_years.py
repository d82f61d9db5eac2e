"""What the charter promises for each year of a member's term: meetings held, hours not exceeded."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from community.promising.promise import Promise, standing_of
from community.promising.promise_sources import charter_at
from store import tables
from store.promises import Ground

_ALMOST = 1e-9  # a whole year is a whole year however the division rounds


def from_terms(ground: Ground, now: datetime) -> Iterator[Promise]:
    """The promises of every year, or part of one, of every term on a committee so far."""
    closed = {committee.id: committee.closed_at for committee in ground.committees}
    held = _held(ground)
    for member in ground.members:
        if member.door != "committee":
            continue
        ends = [member.term_until, member.left_at, closed[member.committee_id]]
        last = min((end for end in ends if end is not None), default=None)
        came = _came(ground, member)
        for start, whole, end in years(member.term_from, last, now):
            charter = charter_at(ground.charters, member.committee_id, start)
            if charter is None:
                continue
            share = (end - start) / (whole - start)
            meetings = [
                meeting
                for meeting in held.get(member.committee_id, ())
                if start <= meeting.starts_at < end
            ]
            yield from _meetings(member, charter, share, end, meetings, now)
            yield from _hours(member, charter, share, end, meetings, came, now)


def years(
    start: datetime, last: datetime | None, now: datetime
) -> Iterator[tuple[datetime, datetime, datetime]]:
    """(start, end of the whole year, end of the part of it that counts) of each year begun.

    last : when the term ends; None = it has no end yet
    """
    count = 0
    while (begins := _anniversary(start, count)) <= now and (last is None or begins < last):
        count += 1
        whole = _anniversary(start, count)
        yield begins, whole, whole if last is None else min(whole, last)


def _anniversary(start: datetime, years: int) -> datetime:
    """The same day `years` later; 29 February becomes the 28th where there is none."""
    try:
        return start.replace(year=start.year + years)
    except ValueError:
        return start.replace(year=start.year + years, day=28)


def _held(ground: Ground) -> dict[int, list[tables.Meeting]]:
    """The meetings of each committee that took place, the earliest first."""
    found: dict[int, list[tables.Meeting]] = {}
    for meeting in sorted(ground.meetings, key=lambda meeting: (meeting.starts_at, meeting.id)):
        if meeting.held_at is not None and meeting.cancelled_at is None:
            found.setdefault(meeting.committee_id, []).append(meeting)
    return found


def _came(ground: Ground, member: tables.Member) -> frozenset[int]:
    return frozenset(
        row.meeting_id for row in ground.attendances if row.member_id == member.id and row.came
    )


def _meetings(
    member: tables.Member,
    charter: tables.Charter,
    share: float,
    end: datetime,
    held: Sequence[tables.Meeting],
    now: datetime,
) -> Iterator[Promise]:
    """So many meetings are held by the end: as many whole ones as the part of the year has."""
    count = int(charter.meetings_a_year * share + _ALMOST)
    regular = [meeting for meeting in held if meeting.kind == "meeting"]
    if count == 0:
        return
    enough = regular[count - 1] if len(regular) >= count else None
    kept_at = (enough.held_at or enough.ends_at) if enough else None
    words = f"hold {count} meeting{'s' * (count != 1)} by the end of {member.name}'s year"
    yield Promise(
        "meetings",
        member.name,
        f"{words} ({min(len(regular), count)} held)",
        end,
        min(kept_at, end) if kept_at else None,
        standing_of(end, min(kept_at, end) if kept_at else None, now, last_chance=True),
        f"charter/{charter.id}",
        member.id,
    )


def _hours(
    member: tables.Member,
    charter: tables.Charter,
    share: float,
    end: datetime,
    held: Sequence[tables.Meeting],
    came: frozenset[int],
    now: datetime,
) -> Iterator[Promise]:
    """No more of a member's time is used than the charter asks for; what is over is broken."""
    promised = charter.hours_a_year * share
    if promised <= 0:
        return
    theirs = [meeting for meeting in held if meeting.id in came]
    used = sum((meeting.ends_at - meeting.starts_at).total_seconds() for meeting in theirs) / 3600
    over = used > promised + _ALMOST
    yield Promise(
        "hours",
        member.name,
        f"ask no more than {promised:.3g} hours of {member.name}'s year ({used:.3g} used)",
        end,
        end if now >= end and not over else None,
        "broken" if over else "kept" if now >= end else "open",
        f"charter/{charter.id}",
        member.id,
    )
