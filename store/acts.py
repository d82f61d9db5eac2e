"""Queries about acts: what members did for a brand of their own accord."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from store import tables
from store.counted import Counted
from store.upsert import chunks


class Act(NamedTuple):
    """Somebody did something that counts.

    person : their first account
    kind   : post (in their own words, about the brand), survey (an answer with a score),
             suggestion (raised by themselves), meeting (they came)
    """

    person: int
    at: datetime
    kind: str


def acts_of(
    session: Session, brand_id: int, people: Iterable[int], counted: Counted, until: datetime
) -> list[Act]:
    """All acts of these people before `until`, oldest first.

    Reading, voting, an RSVP, and saying that one has read the charter are none. A suggestion that
    somebody of ours took from a post is none either: the post is one already.
    """
    wanted = frozenset(people)
    found = _posts(session, brand_id, sorted(counted.accounts(wanted)), until)
    found |= set(_suggestions(session, brand_id, until))
    found |= set(_meetings(session, brand_id, until))
    acts = ((counted.whose(author_id), at, kind) for author_id, at, kind, _ in found)
    return sorted(Act(who, at, kind) for who, at, kind in acts if who is not None and who in wanted)


_Found = tuple[int | None, datetime, str, str]  # account, when, kind, what tells it from another


def _posts(session: Session, brand_id: int, accounts: list[int], until: datetime) -> set[_Found]:
    """Posts whose day is known; one that two sources showed us is one."""
    found: set[_Found] = set()
    post = tables.Post
    columns: Any = (post.author_id, post.at, post.kind, post.nps, post.text_sha)
    for some in chunks(accounts):
        query = (
            select(*columns)
            .join(tables.Mention, col(tables.Mention.post_id) == col(post.id))
            .where(
                col(tables.Mention.brand_id) == brand_id,
                col(post.author_id).in_(some),
                col(post.at) < until,
                col(post.is_repost).is_(False),
                col(post.kind) != "article",
                col(post.time_quality) != "missing",
            )
        )
        for author_id, at, kind, nps, sha in session.exec(query):
            scored = nps is not None
            if kind != "survey" or scored:
                found.add((author_id, at, "survey" if scored else "post", sha))
    return found


def _suggestions(session: Session, brand_id: int, until: datetime) -> Iterable[_Found]:
    raised = tables.Suggestion
    query = (
        select(raised.id, tables.Member.author_id, raised.raised_at)
        .join(tables.Member, col(tables.Member.id) == col(raised.member_id))
        .join(tables.Committee, col(tables.Committee.id) == col(raised.committee_id))
        .where(
            col(tables.Committee.brand_id) == brand_id,
            col(raised.post_id).is_(None),
            col(raised.raised_at) < until,
        )
    )
    for number, author_id, at in session.exec(query):
        yield author_id, at, "suggestion", str(number)


def _meetings(session: Session, brand_id: int, until: datetime) -> Iterable[_Found]:
    meeting = tables.Meeting
    query = (
        select(meeting.id, tables.Member.author_id, meeting.starts_at)
        .join(tables.Attendance, col(tables.Attendance.meeting_id) == col(meeting.id))
        .join(tables.Member, col(tables.Member.id) == col(tables.Attendance.member_id))
        .join(tables.Committee, col(tables.Committee.id) == col(meeting.committee_id))
        .where(
            col(tables.Committee.brand_id) == brand_id,
            col(tables.Attendance.came).is_(True),
            col(meeting.cancelled_at).is_(None),
            col(meeting.starts_at) < until,
        )
    )
    for number, author_id, at in session.exec(query):
        yield author_id, at, "meeting", str(number)
