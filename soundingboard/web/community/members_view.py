"""Members as their pages show them: their seat, what they did, what they are owed."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlmodel import Session

from community.committees import badges as badge_rules
from community.committees.pay import money
from community.engagement import level, love
from community.promising.promise import Promise, tally
from soundingboard.committee_cards import pay_card
from store import badges as badge_queries
from store import board, meetings, pay, tables, trail
from store import invitations as invitation_queries
from store import members as member_queries
from store.acts import Act, acts_of
from store.counted import Counted
from store.moderation import by_id

MOST_STEPS = 60


def member_rows(
    session: Session,
    committee: tables.Committee,
    now: datetime,
    *,
    door: str | None = None,
    here: bool | None = True,
    owner: str | None = None,
) -> list[dict[str, Any]]:
    """The members of a committee by name, each with what the list shows of them."""
    identity = committee.id or 0
    found = [
        one
        for one in member_queries.members(session, identity, door=door, here=here)
        if owner is None or (one.owner or "") == owner
    ]
    authors = by_id(session, tables.Author, [one.author_id for one in found])
    acts = _acts(session, committee.brand_id, [one.author_id for one in found], now)
    read = board.acknowledged(session, identity)
    owed = _owed(session, identity)
    return [
        {
            "member": one,
            "author": authors[one.author_id],
            "level": level(love(acts[one.author_id], now)),
            "last_act": max((act.at for act in acts[one.author_id]), default=None),
            "acknowledged": read.get(one.id or 0),
            "owed": owed.get(one.id or 0, []),
            "over": one.term_until is not None and one.term_until <= now,
        }
        for one in found
    ]


def member_facts(
    session: Session,
    member: tables.Member,
    committee: tables.Committee,
    promised: list[Promise],
    now: datetime,
) -> dict[str, Any]:
    """Everything we know of one member; for readers whose look was written down."""
    number = member.id or 0
    acts = _acts(session, committee.brand_id, [member.author_id], now)[member.author_id]
    head = invitation_queries.by_id(session, member.invitation_id) if member.invitation_id else None
    asked = meetings.meetings_of(session, number)
    there = board.attendances_of(session, [one.id or 0 for one in asked])
    own = {one.id: next(a for a in there[one.id or 0] if a.member_id == number) for one in asked}
    entries = pay.entries(session, committee.id or 0, member_id=number)
    return {
        "author": session.get_one(tables.Author, member.author_id),
        "stance": member_queries.stance_of(session, member.author_id, committee.brand_id),
        "invitation": head.invitation if head else None,
        "consents": invitation_queries.consents(session, member.invitation_id)
        if member.invitation_id
        else [],
        "acknowledged": board.acknowledged(session, committee.id or 0).get(number),
        "love": love(acts, now),
        "level": level(love(acts, now)),
        "acts": _by_kind(acts),
        "last_act": max((act.at for act in acts), default=None),
        "suggestions": board.of_member(session, member),
        "meetings": [(one, own[one.id]) for one in reversed(asked)],
        "pay": [(entry, pay_card(entry, one, now)) for entry, one in entries],
        "badges": [
            (one, badge_rules.status(one, now), badge_rules.mark(one.document))
            for one in badge_queries.badges_of(session, number)
        ],
        "tally": tally(one for one in promised if one.member_id == number),
        "steps": list(trail.steps(session, committee.id or 0, member_id=number))[-MOST_STEPS:],
        "over": member.term_until is not None and member.term_until <= now,
    }


def _acts(
    session: Session, brand_id: int, author_ids: list[int], now: datetime
) -> dict[int, list[Act]]:
    """What each of these accounts' people did, by the account that has the seat."""
    # Members are people, or they would not have been let in: nobody else has to be looked up.
    counted = Counted(frozenset(), frozenset(), board.accounts_of(session, author_ids))
    found: dict[int, list[Act]] = defaultdict(list)
    for act in acts_of(session, brand_id, author_ids, counted, now):
        found[act.person].append(act)
    return found


def _by_kind(acts: list[Act]) -> dict[str, int]:
    kinds: dict[str, int] = defaultdict(int)
    for act in acts:
        kinds[act.kind] += 1
    return dict(kinds)


def _owed(session: Session, committee_id: int) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for one in pay.sums(session, committee_id):
        if one.owed:
            found[one.member_id].append(f"{money(one.owed)} {one.currency}")
    return found
