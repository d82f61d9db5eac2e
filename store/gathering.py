"""Queries about the programme: gathers its rows as they were known at one moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from store import tables
from store.counted import Counted
from store.programme import Entry, Held, Invited, Pay, Programme, Seat, Suggested, Worth


def programme_until(
    session: Session, brand_id: int, counted: Counted, until: datetime
) -> Programme:
    """The programme as it was known just before `until`."""
    return Programme(
        seats=list(_seats(session, brand_id, counted, until)),
        suggestions=list(_suggestions(session, brand_id, counted, until)),
        meetings=list(_meetings(session, brand_id, counted, until)),
        pay=list(_pay(session, brand_id, counted, until)),
        invitations=list(_invitations(session, brand_id, counted, until)),
        ledger=list(_ledger(session, brand_id, until)),
        worth=_worth(session, brand_id, counted, until),
    )


def _before(until: datetime, moment: datetime | None) -> datetime | None:
    """The moment, if it had come."""
    return moment if moment is not None and moment < until else None


def _of_brand(query: Any, committee_id: Any, brand_id: int) -> Any:
    committee = tables.Committee
    return query.join(committee, col(committee.id) == committee_id).where(
        col(committee.brand_id) == brand_id
    )


def _seats(session: Session, brand_id: int, counted: Counted, until: datetime) -> Iterator[Seat]:
    member, badge = tables.Member, tables.Badge
    of_theirs = select(badge.member_id, badge.issued_at, badge.revoked_at).join(
        member, col(member.id) == col(badge.member_id)
    )
    badged = {
        member_id
        for member_id, issued_at, revoked_at in session.exec(
            _of_brand(of_theirs, col(member.committee_id), brand_id)
        )
        if issued_at < until and _before(until, revoked_at) is None
    }
    query = select(member).where(col(member.joined_at) < until).order_by(col(member.id))
    for one in session.exec(_of_brand(query, col(member.committee_id), brand_id)):
        person = counted.whose(one.author_id)
        if person is not None:
            ends = [end for end in (one.left_at, one.term_until) if end is not None]
            ends_at = min(ends, default=None)
            yield Seat(person, one.door, one.joined_at, ends_at, one.id in badged)


def _suggestions(
    session: Session, brand_id: int, counted: Counted, until: datetime
) -> Iterator[Suggested]:
    """Left out: those of staff, and those whose proposer was erased."""
    promised = _answer_days(session, brand_id)
    raised, member = tables.Suggestion, tables.Member
    query = (
        select(raised, member.author_id)
        .join(member, col(member.id) == col(raised.member_id), isouter=True)
        .where(col(raised.raised_at) < until)
        .order_by(col(raised.id))
    )
    for one, member_author in session.exec(_of_brand(query, col(raised.committee_id), brand_id)):
        author_id = member_author or one.author_id
        person = counted.whose(author_id)
        if person is None and (author_id is not None or one.post_id is None):
            continue
        versions = promised.get(one.committee_id, [])
        in_force = [days for since, days in versions if since <= one.raised_at]
        in_force = in_force or [days for _, days in versions[:1]]  # the first, before there was one
        acted_at = _before(until, one.acted_at)
        yield Suggested(
            person,
            one.raised_at,
            _before(until, one.decided_at),
            one.state in ("accepted", "acted") or one.acted_at is not None,
            acted_at,
            _told(one, person, until),
            in_force[-1] if in_force else None,
        )


def _told(one: tables.Suggestion, person: int | None, until: datetime) -> datetime | None:
    committee = _before(until, one.told_committee_at)
    nobody = person is None or (one.state == "reported" and one.told_proposer_at is None)
    proposer = committee if nobody else _before(until, one.told_proposer_at)
    return max(committee, proposer) if committee and proposer else None


def _answer_days(session: Session, brand_id: int) -> dict[int, list[tuple[datetime, int]]]:
    """Committee -> (published, days within which a suggestion is answered), oldest first."""
    charter = tables.Charter
    query = select(charter.committee_id, charter.published_at, charter.answer_days)
    found: dict[int, list[tuple[datetime, int]]] = defaultdict(list)
    ordered = query.order_by(col(charter.version))
    for committee_id, at, days in session.exec(
        _of_brand(ordered, col(charter.committee_id), brand_id)
    ):
        found[committee_id].append((at, days))
    return found


def _meetings(session: Session, brand_id: int, counted: Counted, until: datetime) -> Iterator[Held]:
    meeting, there, member = tables.Meeting, tables.Attendance, tables.Member
    query = (
        select(meeting, there, member.author_id)
        .join(there, col(there.meeting_id) == col(meeting.id), isouter=True)
        .join(member, col(member.id) == col(there.member_id), isouter=True)
        .where(
            col(meeting.held_at) < until,
            col(meeting.starts_at) < until,
            col(meeting.cancelled_at).is_(None),
        )
        .order_by(col(meeting.starts_at), col(meeting.id))
    )
    told: dict[int, tuple[tables.Meeting, list[tuple[tables.Attendance, int | None]]]] = {}
    for one, attendance, author_id in session.exec(
        _of_brand(query, col(meeting.committee_id), brand_id)
    ):
        _, present = told.setdefault(one.id, (one, []))
        if attendance is not None:
            present.append((attendance, counted.whose(author_id)))
    for one, present in told.values():
        seniors = [row for row, _ in present if row.role == "senior"]
        people = [(who, row.came) for row, who in present if who is not None]
        yield Held(
            one.kind,
            one.starts_at,
            sum(row.came is True for row in seniors),
            sum(row.promised for row in seniors),
            sum(row.promised and row.came is True for row in seniors),
            frozenset(who for who, _ in people),
            frozenset(who for who, came in people if came),
        )


def _pay(session: Session, brand_id: int, counted: Counted, until: datetime) -> Iterator[Pay]:
    owed, member = tables.Compensation, tables.Member
    query = (
        select(owed, member.author_id)
        .join(member, col(member.id) == col(owed.member_id))
        .where(col(owed.due_at) < until)
        .order_by(col(owed.id))
    )
    for one, author_id in session.exec(_of_brand(query, col(member.committee_id), brand_id)):
        person = counted.whose(author_id)
        if person is not None and _before(until, one.cancelled_at) is None:
            yield Pay(person, one.due_at, _before(until, one.settled_at))


def _invitations(
    session: Session, brand_id: int, counted: Counted, until: datetime
) -> Iterator[Invited]:
    asked, offer = tables.Invitation, tables.Offer
    query = (
        select(asked, offer.author_id)
        .join(offer, col(offer.id) == col(asked.offer_id))
        .where(
            col(offer.brand_id) == brand_id,
            col(asked.sent_at) < until,
            col(asked.state) != "withdrawn",
        )
        .order_by(col(asked.id))
    )
    for one, author_id in session.exec(query):
        person = counted.whose(author_id)
        if person is not None and one.sent_at is not None:
            answered_at = _before(until, one.answered_at)
            yield Invited(person, one.sent_at, answered_at, one.answer if answered_at else None)


def _ledger(session: Session, brand_id: int, until: datetime) -> Iterator[Entry]:
    line = tables.LedgerEntry
    query = select(line).where(col(line.brand_id) == brand_id, col(line.at) < until)
    for one in session.exec(query.order_by(col(line.id))):
        if _before(until, one.cancelled_at) is None:
            yield Entry(
                one.kind,
                one.at,
                one.low_cents,
                one.amount_cents,
                one.high_cents,
                one.currency,
                one.confidence,
            )


def _worth(session: Session, brand_id: int, counted: Counted, until: datetime) -> list[Worth]:
    value = tables.CustomerValue
    query = (
        select(value.author_id, value.tier)
        .where(col(value.brand_id) == brand_id, col(value.as_of) < until)
        .order_by(col(value.as_of), col(value.id))
    )
    tiers = {counted.whose(author_id): tier for author_id, tier in session.exec(query)}
    return [Worth(person, tier) for person, tier in tiers.items() if person is not None]
