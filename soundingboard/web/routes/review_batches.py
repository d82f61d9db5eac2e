"""Many review items at once: what is meant is worded first, then one decision and one undo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import Session

from community.moderating import moderation, rulings, snoozing
from community.moderating.batches import Act, Batch, each, take_back
from community.moderating.usual import ACCEPT, REJECT
from config.errors import RuleError
from soundingboard.access import audit
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.reader import Reader, reader_of
from soundingboard.web.reviewing.asked import HOME, Asked, number
from soundingboard.web.reviewing.undoing import steps_of, undo_path
from soundingboard.web.routes.review import LARGEST, put_off, reason_for, wanted_by
from soundingboard.web.told import done
from store import moderation as queue_queries
from store import review_queue, tables
from store.upsert import chunks

BULK = "/review/bulk"
Selected = Annotated[int, Field(ge=0, le=LARGEST)]
MOST = 1000
"""Items that one batch takes; a longer list is decided in several."""
AT_ONCE = 50
"""Items of one transaction, so that nobody waits long for it to end."""
HOURS = 24

routes = APIRouter()
"""`/review/bulk` and `/review/undo`."""


@routes.api_route(BULK, methods=["GET", "HEAD"])
def worded(parts: House, request: Request) -> Response:
    """What is about to be decided, in words; nothing happens yet."""
    now = parts.clock.now()
    with parts.store.read() as session:
        wanted = wanted_by(request, session)
        view = _view(session, request, wanted, now)
    return show(request, parts, "review/bulk.html.j2", **view)


@routes.post(BULK)
def decide(
    parts: House,
    request: Request,
    decision: Annotated[str, Form()],
    item: Annotated[list[Selected] | None, Form()] = None,
    as_of: Annotated[datetime | None, Form()] = None,
    reason: Annotated[str, Form()] = "",
    note: Annotated[str, Form(max_length=2000)] = "",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.read() as session:
        wanted = wanted_by(request, session)
        meant = item or _all(session, wanted, now, as_of)
    if not meant:
        raise RuleError("Nothing is selected.", mend="Select items of the list with x.")
    act = _act(reader, now, decision, reason, note)
    batch = Batch()
    for some in chunks(meant[:MOST], AT_ONCE):
        with parts.store.write() as session:
            part = each(session, some, act)
            refused = {one for one, _ in part.refused}
            for one in some:
                if one not in refused:
                    audit.note(session, reader, _code(decision), f"review:{one}", now,
                        decision=decision, batch=True)  # fmt: skip
        batch.add(part)
    undo = "" if decision == "undo" else undo_path(parts, batch.steps, reader.id)
    words = _counted(batch, len(meant[:MOST]), _said(decision))
    return done(parts, wanted.path(item=None), words, undo=undo, wrong=not batch.steps)


@routes.post("/review/undo")
def undo(parts: House, request: Request, steps: str = "") -> Response:
    reader, now = reader_of(request), parts.clock.now()
    meant, batch = steps_of(parts, steps, reader.id), Batch()
    numbers: dict[int | None, int] = {}
    for some in chunks(sorted(meant, reverse=True), AT_ONCE):
        with parts.store.write() as session:
            numbers = {s.id: s.item_id for s in queue_queries.steps_by_id(session, some)}
            part = take_back(session, some, reader.name, now)
            refused = {one for one, _ in part.refused}
            for one in sorted(set(numbers.values()) - refused):
                audit.note(session, reader, "review_undone", f"review:{one}", now)
        batch.add(part)
    to = f"/review/{next(iter(numbers.values()))}" if len(meant) == 1 and numbers else HOME
    words = _counted(batch, len(meant), "taken back")
    return done(parts, to, words, wrong=not batch.steps)


def _view(session: Session, request: Request, wanted: Asked, now: datetime) -> dict[str, Any]:
    """What is meant: the items named, or all that match the filter."""
    named = [one for told in request.query_params.getlist("item") if (one := number(told))]
    total, capped = review_queue.count(session, wanted.filter, now)
    if named:
        rows = queue_queries.by_id(session, tables.ReviewItem, named[:MOST]).values()
        kinds = Counter(row.kind for row in rows)
    else:
        found = review_queue.kinds(session, wanted.filter, now)
        kinds = Counter({k: n for k, (n, _) in found.items() if wanted.filter.kind in (None, k)})
    said = request.query_params.get("said", "")
    return {
        "asked": wanted,
        "named": named,
        "kinds": dict(kinds),
        "total": len(named) if named else total,
        "capped": capped and not named,
        "most": MOST,
        "as_of": now.isoformat(),
        "decisions": {kind: rulings.DECISIONS[kind] for kind in kinds},
        "reasons": {kind: rulings.REASONS[kind] for kind in kinds},
        "chosen": _chosen(said, list(kinds), wanted.filter.state),
    }


def _chosen(said: str, kinds: Sequence[str], state: str) -> str:
    """The choice that a key on the list stands for, where it stands for one."""
    if state == "decided":
        return "undo"
    if said == "snooze":
        return "snooze"
    codes = {"accept": ACCEPT, "reject": REJECT}.get(said, {})
    return f"{kinds[0]}:{codes[kinds[0]]}" if len(kinds) == 1 and kinds[0] in codes else ""


def _all(session: Session, wanted: Asked, now: datetime, as_of: datetime | None) -> list[int]:
    """All that match and were there when the page was shown: nobody decides what they never saw."""
    if as_of is None or as_of.tzinfo is None:
        raise RuleError("Nothing is selected.", mend="Select items of the list with x.")
    found = review_queue.page(session, wanted.filter, now, sort=wanted.sort, limit=MOST)
    return [one.id for one in found if one.id and one.opened_at <= as_of]


def _act(reader: Reader, now: datetime, decision: str, reason: str, note: str) -> Act:
    """What is done to each of them. Raises RuleError for a choice that is none."""
    kind, _, code = decision.partition(":")
    _, _, reason_code = reason.rpartition(":")

    def decide(session: Session, item: tables.ReviewItem) -> tables.ModerationStep:
        if item.kind != kind:
            raise RuleError(f"It is a {item.kind}, and this was about a {kind}.")
        why = reason_code or reason_for(session, item, code)
        return moderation.decide(session, item, reader.name, code, now, reason=why, note=note)

    def snooze(session: Session, item: tables.ReviewItem) -> tables.ModerationStep:
        until = put_off(reader, now, HOURS, "")
        return snoozing.snooze(session, item, reader.name, until, now, note=note)

    def undo(session: Session, item: tables.ReviewItem) -> tables.ModerationStep:
        return moderation.undo(session, item, reader.name, now, note=note)

    if decision in ("snooze", "undo"):
        return snooze if decision == "snooze" else undo
    if kind not in rulings.DECISIONS or code not in rulings.DECISIONS[kind]:
        raise RuleError("No decision was chosen.", mend="Choose one of the list.")
    return decide


def _code(decision: str) -> str:
    return {"snooze": "review_snoozed", "undo": "review_undone"}.get(decision, "review_decided")


def _said(decision: str) -> str:
    plain = {"snooze": "put off until tomorrow", "undo": "taken back"}.get(decision)
    return plain or f"decided: {decision.partition(':')[2].replace('_', ' ')}"


def _counted(batch: Batch, meant: int, said: str) -> str:
    """How many were done, how many were not, and why."""
    if meant == 1 and batch.steps:
        return said[:1].upper() + said[1:]
    words = f"{len(batch.steps)} of {meant} {said}"
    if batch.refused:
        why = "; ".join(f"{reason} ({count})" for reason, count in batch.why_not[:3])
        words += f". Not done: {why}"
    return words
