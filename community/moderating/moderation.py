"""The review queue: what is brought up, who decides it, and how a decision is taken back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from sqlmodel import Session

from community.history import clean, named
from community.moderating import changes, rulings
from community.moderating.matters import Matter
from community.moderating.priority import Record, priority, rank, urgency
from config.errors import NotFoundError, RuleError
from store import moderation as queue_queries
from store import review_queue, tables
from store.review_queue import QueueFilter

CLAIM = timedelta(minutes=30)
"""How long whoever took an item may think about it before others can."""
HOUSE = "soundingboard"
"""Who brings up what the rules found."""
AT_ONCE = 20
"""Items that are looked at together for one that nobody has."""

_TIMES = ("decided_at", "claimed_until", "snoozed_until")

Outcome = Literal["new", "reopened", "added", "known"]


class Queued(NamedTuple):
    """An item with its priority at the moment the queue was looked at."""

    item: tables.ReviewItem
    priority: float


def bring_up(session: Session, matter: Matter, now: datetime) -> Outcome:
    """Put what the rules found before a moderator; it is there once, however often it is found.

    A decided item is opened again only by evidence that was not there before.
    """
    item, made = queue_queries.open_item(session, _row(matter, now))
    if made:
        changes.add_step(session, item, "opened", HOUSE, "; ".join(matter.cues.values()), now)
        _weigh(session, [item])
        return "new"
    return _renew(session, item, matter, HOUSE, now, again=False)


def report(
    session: Session,
    matter: Matter,
    reporter: str,
    reason: str,
    now: datetime,
    *,
    words: str | None = None,
) -> tuple[tables.ReviewItem, Outcome]:
    """Somebody brings something up; once each, and a decided item is opened again by a new voice.

    Raises RuleError without a name, or for a reason that is none of REPORT_REASONS.
    """
    who = named(reporter)
    rulings.require(rulings.REPORT_REASONS, matter.kind, reason, words)
    item, made = queue_queries.open_item(session, _row(matter, now))
    told = {"item_id": item.id, "reporter": who, "reason": reason, "words": clean(words) or None}
    fresh = queue_queries.add_report(session, {**told, "at": now})
    outcome: Outcome = "new"
    if not made:
        outcome = _renew(session, item, matter, who, now, again=fresh)
    if fresh:
        changes.add_step(session, item, "reported", who, clean(words) or reason, now)
        _weigh(session, [item])
    return item, "added" if fresh and outcome == "known" else outcome


def queue(
    session: Session,
    now: datetime,
    *,
    brand_id: int | None = None,
    kind: str | None = None,
    state: str | None = "open",
    limit: int | None = None,
) -> list[Queued]:
    """Items, the most pressing first; the longer open, then the lower id break ties.

    state : open (also those put off), decided, or None for both
    """
    found = [
        Queued(item, priority(item.priority, item.opened_at, now))
        for item in queue_queries.items(session, brand_id, state=state, kind=kind, limit=limit)
    ]
    return sorted(found, key=lambda one: (-one.priority, one.item.opened_at, one.item.id or 0))


def weigh_again(session: Session, brand_id: int) -> None:
    """Bring the urgency of open items up to date with their reporters' track records."""
    _weigh(session, queue_queries.items(session, brand_id))


def claim(
    session: Session, item: tables.ReviewItem, actor: str, now: datetime, *, seen: int | None = None
) -> None:
    """Take an item, so that nobody else decides it for half an hour.

    seen : the version the person had before their eyes; None = the one of `item`

    Raises RuleError if it is decided, somebody else's just now, or changed in between.
    """
    who = named(actor)
    changes.refuse_taken(session, item, who, now, seen)
    changes.move(session, item, {"claimed_by": who, "claimed_until": now + CLAIM})
    changes.add_step(session, item, "claimed", who, None, now)


def claim_next(
    session: Session, actor: str, now: datetime, *, brand_id: int | None = None
) -> tables.ReviewItem | None:
    """Take the most pressing item that nobody else has; None if there is none."""
    who, last = named(actor), None
    while some := review_queue.page(
        session, QueueFilter(brand_id, held="free"), now, after=last, limit=AT_ONCE
    ):
        for last in some:
            item = one_item(session, last.id or 0)
            try:
                claim(session, item, who, now)
            except RuleError:
                continue  # a colleague was quicker
            return item
    return None


def release(session: Session, item: tables.ReviewItem, actor: str, now: datetime) -> None:
    """Give an item back. Raises RuleError if it is not theirs."""
    who = named(actor)
    if item.claimed_by != who:
        raise RuleError(f"{item.claimed_by or 'Nobody'} has this item.", mend="Nothing to release.")
    changes.move(session, item, {"claimed_by": None, "claimed_until": None})
    changes.add_step(session, item, "released", who, None, now)


def decide(
    session: Session,
    item: tables.ReviewItem,
    actor: str,
    decision: str,
    now: datetime,
    *,
    reason: str,
    note: str | None = None,
    seen: int | None = None,
) -> tables.ModerationStep:
    """Decide an item for one of REASONS; what follows from it happens in the same transaction.

    seen : as of `claim`

    Raises RuleError as `claim` does, for an unknown decision or reason, or for one that cannot be
    carried out (a person with two accounts on one site).
    """
    who = named(actor)
    rulings.require(rulings.DECISIONS, item.kind, decision)
    rulings.require(rulings.REASONS, item.kind, reason, note)
    changes.refuse_taken(session, item, who, now, seen)
    rulings.refuse(session, item, decision, who)
    before = _standing_now(session, item) | rulings.snapshot(session, item, who)
    said = {"decision": decision, "reason": reason, "note": clean(note) or None}
    free = {"claimed_by": None, "claimed_until": None, "snoozed_until": None}
    done = {"state": "decided", "decided_by": who, "decided_at": now}
    changes.move(session, item, done | said | free)
    why = f"{rulings.REASONS[item.kind][reason]}{f': {clean(note)}' if clean(note) else ''}"
    rulings.carry_out(session, item, decision, who, why, now)
    for one in queue_queries.reports(session, item.id or 0):
        queue_queries.set_report(session, one, upheld=rulings.upheld(decision), told_at=None)
    return changes.add_step(session, item, "decided", who, f"{decision}: {why}", now, before=before)


def undo(
    session: Session,
    item: tables.ReviewItem,
    actor: str,
    now: datetime,
    *,
    note: str | None = None,
    seen: int | None = None,
) -> tables.ModerationStep:
    """Take the last decision back: the item, and what followed from it, stand as before it.

    Once more takes the one before that back, where the item was opened again in between. Raises
    RuleError if nothing was decided, or if it changed in between.
    """
    who = named(actor)
    changes.refuse_stale(session, item, seen)
    held = standing(queue_queries.steps(session, item.id or 0))
    if not held:
        raise RuleError("Nothing was decided yet, so there is nothing to take back.")
    before: dict[str, Any] = dict(held[-1].before)
    kept: dict[str, Any] = before["item"]
    times = {name: _time(kept.get(name)) for name in _TIMES}
    changes.move(session, item, {**kept, **times})
    rulings.take_back(session, item, before, who, now)
    for one in queue_queries.reports(session, item.id or 0):
        if str(one.id) in before["reports"]:
            right, told_at = before["reports"][str(one.id)]
            queue_queries.set_report(session, one, upheld=right, told_at=_time(told_at))
    words = f"{held[-1].words}{f' ({clean(note)})' if clean(note) else ''}"
    return changes.add_step(session, item, "undone", who, words, now)


def standing(steps: Iterable[tables.ModerationStep]) -> list[tables.ModerationStep]:
    """The decisions that were not taken back, oldest first."""
    held: list[tables.ModerationStep] = []
    for step in steps:
        if step.step == "undone":
            held.pop()
        elif step.step == "decided":
            held.append(step)
    return held


def one_item(session: Session, item_id: int) -> tables.ReviewItem:
    """The item of that number, held until the transaction ends. Raises NotFoundError."""
    item = queue_queries.get_item(session, item_id)
    if item is None:
        raise NotFoundError(
            f"There is no review item {item_id}.", mend="Numbers are as in: moderation list"
        )
    return item


def _row(matter: Matter, now: datetime) -> dict[str, Any]:
    told = ("kind", "brand_id", "subject", "post_id", "author_id", "other_id", "flag_id")
    row = {name: getattr(matter, name) for name in told}
    return row | {"why": matter.why, "opened_at": now}


def _renew(
    session: Session,
    item: tables.ReviewItem,
    matter: Matter,
    actor: str,
    now: datetime,
    *,
    again: bool,
) -> Outcome:
    """Take over what is known now; open a decided item again for new evidence or a new voice."""
    seen: set[str] = set(item.why.get("seen", ()))  # type: ignore[call-overload]
    news = sorted(matter.signs - seen)
    why = matter.why | {"seen": sorted(matter.signs | seen)}
    if actor != HOUSE:  # a report tells of no cues of its own, so those there stand
        why |= {"cues": item.why.get("cues", {}) | dict(matter.cues)}  # type: ignore[operator]
        why |= {"weight": max(matter.weight, float(item.why.get("weight", 0)))}  # type: ignore[arg-type]
    told_now: dict[str, Any] = {"why": why}
    reopens = item.state == "decided" and bool(news or again)
    if reopens:
        told_now |= {"state": "open", "reopened": item.reopened + 1, "opened_at": now}
    if news or again:  # whoever put it off did not know of this
        told_now |= {"snoozed_until": None}
    if reopens or news or (again and item.snoozed_until is not None):
        changes.move(session, item, told_now)
        told = [matter.cues.get(sign, sign) for sign in news]
        step = "reopened" if reopens else "added" if news else "woken"
        changes.add_step(session, item, step, actor, "; ".join(told), now)
    elif why != item.why:
        queue_queries.set_why(session, item, why)
    _weigh(session, [item])
    return "reopened" if reopens else "added" if news else "known"


def _weigh(session: Session, items: Sequence[tables.ReviewItem]) -> None:
    said = queue_queries.reports_of(session, [item.id or 0 for item in items])
    names = {one.reporter for told in said.values() for one in told}
    records = queue_queries.track_records(session, names)
    for item in items:
        why: dict[str, Any] = item.why
        urgent = urgency(
            float(why.get("weight", 0.0)),
            [Record(*records.get(one.reporter, (0, 0))) for one in said.get(item.id or 0, ())],
            followers=why.get("followers"),
            replies=why.get("replies"),
        )
        points = round(urgent, 4)
        queue_queries.set_urgency(session, item, points, rank(points, item.opened_at))


def _standing_now(session: Session, item: tables.ReviewItem) -> dict[str, Any]:
    """The item and its reports as they are before a decision."""
    kept: dict[str, Any] = {
        name: getattr(item, name)
        for name in ("state", "decision", "reason", "note", "decided_by", "claimed_by")
    }
    for name in _TIMES:
        at = getattr(item, name)
        kept[name] = at.isoformat() if at else None
    told = {
        str(one.id): [one.upheld, one.told_at.isoformat() if one.told_at else None]
        for one in queue_queries.reports(session, item.id or 0)
    }
    return {"item": kept, "reports": told}


def _time(told: str | None) -> datetime | None:
    return None if told is None else datetime.fromisoformat(told)
