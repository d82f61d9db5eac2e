"""The programme at a glance: seats, the next meeting, promises, and who waits for an answer."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from community.committees.committee import not_acknowledged
from community.committees.members import rotation, to_thank
from community.kpis.intervals import wilson
from community.promising.promise import Promise, tally
from community.promising.promises import promises_of
from soundingboard.web.community.place import Place
from soundingboard.web.masking import masked, may_see_names
from soundingboard.web.reader import Reader
from soundingboard.wiring import Parts
from store import asked, board, meetings, pay, tables
from store import members as member_queries
from store.board import BoardFilter
from store.committee import newest_charter

SOON = timedelta(days=14)
_OPENS = {"suggestion": "/suggestions/{}", "meeting": "/meetings/{}"}


def overview(parts: Parts, session: Session, place: Place) -> dict[str, Any]:
    """Facts of the reader's brand; those of a committee are empty while there is none."""
    now, brand_id, committee_id = parts.clock.now(), place.brand_id, place.committee_id
    promised = promises_of(session, brand_id, now, parts.settings.promises)
    counted = tally(promised)
    sitting = member_queries.members(session, committee_id, here=True)
    charter = newest_charter(session, committee_id)
    return {
        "seats": [one for one in sitting if one.door == "committee"],
        "lighter": [one for one in sitting if one.door == "community"],
        "wanted": parts.settings.slate.seats,
        "charter": charter,
        "unread": not_acknowledged(session, charter) if charter else [],
        "meeting": next_meeting(session, committee_id, now),
        "tally": counted,
        "reach": wilson(counted.kept, counted.n) if counted.n else None,
        "late": [
            _shown(one, place, now)
            for one in sorted(promised, key=lambda one: one.state == "broken")
            if one.state in ("overdue", "broken")
        ],
        "soon": [
            _shown(one, place, now)
            for one in promised
            if one.state == "open" and one.due_at is not None and one.due_at <= now + SOON
        ],
        "waiting": _waiting(session, brand_id),
        "board": board.counts(session, brand_id, BoardFilter()),
        "ending": rotation(session, committee_id, now=now),
        "to_thank": to_thank(session, committee_id),
        "owed": len(pay.overdue(session, now, committee_id=committee_id)),
    }


def next_meeting(session: Session, committee_id: int, now: datetime) -> tables.Meeting | None:
    """The next meeting that was neither held nor cancelled."""
    coming = (
        one
        for one in meetings.meetings(session, committee_id)
        if one.cancelled_at is None and one.held_at is None and one.ends_at > now
    )
    return next(coming, None)


def _shown(promise: Promise, place: Place, now: datetime) -> dict[str, Any]:
    kind, _, number = promise.ref.partition("/")
    return {
        "promise": promise,
        "words": _sentence(masked_words(promise, place.reader)),
        "href": "/pay" if kind == "compensation" else _opens(kind, number, place),
        "days": (now - promise.due_at).days if promise.due_at else None,
    }


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _opens(kind: str, number: str, place: Place) -> str:
    """Where a promise is kept."""
    if kind in _OPENS:
        return _OPENS[kind].format(number)
    return f"/committees/{place.committee_id}"


def masked_words(promise: Promise, reader: Reader) -> str:
    """What was promised; for roles that need not know a member, without their name."""
    if promise.member_id is None or may_see_names(reader.role):
        return promise.words
    name = rf"(?<!\w){re.escape(promise.to)}(?!\w)"
    return re.sub(name, lambda _: masked(promise.to, reader.role), promise.words)


def _waiting(session: Session, brand_id: int) -> dict[str, int]:
    """Whose answer we wait for, and who waits for ours."""
    reached = asked.funnel(session, brand_id)
    return {
        "drafted": sum(one.number for one in reached if one.state == "drafted"),
        "sent": sum(one.number for one in reached if one.state == "sent"),
        "approved": sum(one.number for one in reached if one.state == "approved"),
    }
