"""The review queue a page at a time: filtered, in the order of urgency, age or decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func

from store import tables

MOST_COUNTED = 1_000
"""Counts look at so many; more is said as "1,000+"."""
KINDS = ("post", "merge", "reading", "flag")
STATES = ("waiting", "snoozed", "decided")
HELD = ("mine", "others", "free")
SORTS = ("urgency", "age")

_Item = tables.ReviewItem


@dataclass(frozen=True, slots=True)
class QueueFilter:
    """Which items are meant; None = whatever it is.

    state : waiting (open and not put off), snoozed (put off until later), decided
    held  : mine, others (claimed by a colleague just now), free
    me    : whose "mine" is meant
    """

    brand_id: int | None = None
    kind: str | None = None
    state: str = "waiting"
    held: str | None = None
    me: str = ""


def page(
    session: Session,
    wanted: QueueFilter,
    now: datetime,
    *,
    sort: str = "urgency",
    after: tables.ReviewItem | None = None,
    limit: int = 50,
) -> list[tables.ReviewItem]:
    """Items that match, or those after an item in that order.

    sort : of what waits: urgency, or age (the longest open first)

    What was decided goes by decision, newest first; what is put off by when it comes back; what
    somebody claimed by when it is free again. Each of these orders is an index's.
    """
    order, descending = _order(wanted, sort)
    number = col(_Item.id)
    query = select_columns(_Item).where(*_conditions(wanted, now))
    if after is not None:
        query = query.where(_beyond(order, getattr(after, order.key), after.id, descending))
    query = query.order_by(order.desc() if descending else order, number)
    return list(session.execute(query.limit(limit)).scalars())


def count(session: Session, wanted: QueueFilter, now: datetime) -> tuple[int, bool]:
    """How many items match, and whether there are more than were counted."""
    some = (
        select_columns(col(_Item.id))
        .where(*_conditions(wanted, now))
        .limit(MOST_COUNTED + 1)
        .subquery()
    )
    found = session.execute(select_columns(func.count()).select_from(some)).scalar_one()
    return min(found, MOST_COUNTED), found > MOST_COUNTED


def before(
    session: Session, wanted: QueueFilter, now: datetime, item: tables.ReviewItem, sort: str
) -> int:
    """How many items stand before this one in that order, at most MOST_COUNTED."""
    order, descending = _order(wanted, sort)
    value = getattr(item, order.key)
    ahead = order > value if descending else order < value
    number = col(_Item.id)
    some = (
        select_columns(number)
        .where(*_conditions(wanted, now), or_(ahead, and_(order == value, number < item.id)))
        .limit(MOST_COUNTED)
        .subquery()
    )
    found: int = session.execute(select_columns(func.count()).select_from(some)).scalar_one()
    return found


def kinds(session: Session, wanted: QueueFilter, now: datetime) -> Mapping[str, tuple[int, bool]]:
    """Kind -> how many match, whatever kind the filter asks for; kinds without any are absent."""
    counted = {kind: count(session, replace(wanted, kind=kind), now) for kind in KINDS}
    return {kind: found for kind, found in counted.items() if found[0]}


def next_awake(session: Session, brand_id: int | None, now: datetime) -> datetime | None:
    """When the next item that was put off comes back."""
    wanted = QueueFilter(brand_id=brand_id, state="snoozed")
    query = select_columns(func.min(_Item.snoozed_until)).where(*_conditions(wanted, now))
    found: datetime | None = session.execute(query).scalar_one()
    return found


def _conditions(wanted: QueueFilter, now: datetime) -> list[Any]:
    awake = or_(col(_Item.snoozed_until).is_(None), col(_Item.snoozed_until) <= now)
    taken = and_(col(_Item.claimed_by).is_not(None), col(_Item.claimed_until) > now)
    found: list[Any] = [_Item.state == ("decided" if wanted.state == "decided" else "open")]
    if wanted.brand_id is not None:
        found.append(_Item.brand_id == wanted.brand_id)
    if wanted.state == "waiting":
        found.append(awake)
    elif wanted.state == "snoozed":
        found.append(col(_Item.snoozed_until) > now)
    if wanted.kind is not None:
        found.append(_Item.kind == wanted.kind)
    if wanted.held == "mine":
        found += [taken, _Item.claimed_by == wanted.me]
    elif wanted.held == "others":
        found += [taken, _Item.claimed_by != wanted.me]
    elif wanted.held == "free":
        free = or_(col(_Item.claimed_until).is_(None), col(_Item.claimed_until) <= now)
        found.append(or_(col(_Item.claimed_by).is_(None), free))
    return found


def _order(wanted: QueueFilter, sort: str) -> tuple[Any, bool]:
    if wanted.state == "decided":
        return col(_Item.decided_at), True
    if wanted.state == "snoozed":
        return col(_Item.snoozed_until), False
    if wanted.held in ("mine", "others"):
        return col(_Item.claimed_until), False
    return (col(_Item.opened_at), False) if sort == "age" else (col(_Item.rank), True)


def _beyond(order: Any, value: Any, number: int | None, descending: bool) -> Any:
    behind = order < value if descending else order > value
    return or_(behind, and_(order == value, col(_Item.id) > number))


def conversation(session: Session, post: tables.Post, most: int = 3) -> list[tables.Post]:
    """The posts that this one answers, as far as we have them, the oldest first."""
    found: list[tables.Post] = []
    key = post.parent_key
    while key and len(found) < most:
        query = select_columns(tables.Post).where(
            col(tables.Post.source_id) == post.source_id, col(tables.Post.native_key) == key
        )
        parent = session.execute(query).scalars().first()
        if parent is None or parent.id in (post.id, *(one.id for one in found)):
            break
        found.insert(0, parent)
        key = parent.parent_key
    return found
