"""Review items: what waits for a moderator, and what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import Session

from community.moderating import moderation, rulings
from community.moderating.moderation import Queued
from community.moderating.priority import priority
from config.errors import NotFoundError
from soundingboard.access import audit
from soundingboard.reviewing import item_cards
from soundingboard.web.api.callers import Caller, caller_of
from soundingboard.web.api.etags import IF_MATCH, answered, refuse_overtaken
from soundingboard.web.api.idempotency import KEY, once
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, number_after, numbered
from soundingboard.web.api.shapes import Moment, Number, Of, Seen, Told, Words
from soundingboard.wiring import Parts
from store import pages, tables

Kind = Literal["post", "merge", "reading", "flag"]
State = Literal["open", "decided"]


class Item(Told):
    """One thing a moderator decides; `about` is null for a viewer's token, as it names people."""

    number: int
    kind: Kind
    brand: str
    post: int | None
    authors: list[int]
    about: str | None
    why: list[str]
    priority: float
    state: State
    version: int = Field(description="Counts decisions and claims; send it back with yours.")
    opened_at: Moment
    reopened: int
    claimed_by: str | None
    decision: str | None
    reason: str | None
    note: str | None
    decided_by: str | None
    decided_at: Moment | None


class WholeItem(Item):
    """An item with what may be decided, and for which reasons: code -> what it means."""

    decisions: dict[str, str]
    reasons: dict[str, str]


class NewRuling(Seen):
    """What is decided and why; the codes stand in the item."""

    decision: Words = Field(max_length=80)
    reason: Words = Field(max_length=80)
    note: Words | None = None


class Undoing(Seen):
    """Why the last decision is taken back."""

    note: Words | None = None


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["review"])
    _reads(routes, parts)
    _writes(routes, parts)
    return routes


def _reads(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/review", response_model=Page[Item])
    def list_items(
        request: Request,
        brand: Of = None,
        kind: Annotated[Kind | None, Query()] = None,
        state: Annotated[State | None, Query()] = None,
        limit: Limit = DEFAULT,
        cursor: Cursor = None,
    ) -> Response:
        """What was brought up, the newest first; `priority` says what presses most."""
        after, caller, now = (
            number_after(parts, "review", cursor), caller_of(request), parts.clock.now()
        )  # fmt: skip
        with parts.store.read() as session:
            rows = pages.page(
                session,
                tables.ReviewItem,
                limit + 1,
                after=after,
                brand_id=brand,
                kind=kind,
                state=state,
            )
            told = _shown(session, rows[:limit], caller, now)
        return numbered(request, parts, "review", rows, limit, lambda _some: told)

    @routes.get("/review/{number}", response_model=WholeItem)
    def one_item(request: Request, number: Number) -> Response:
        """One item with what may be decided."""
        with parts.store.read() as session:
            row = session.get(tables.ReviewItem, number)
            if row is None:
                raise NotFoundError(f"There is no item {number}.", mend="See /api/v1/review.")
            whole = _whole(session, row, caller_of(request), parts.clock.now())
        return answered(request, whole)


def _writes(routes: APIRouter, parts: Parts) -> None:
    @routes.post(
        "/review/{number}/decisions",
        response_model=WholeItem,
        status_code=201,
        dependencies=[KEY, IF_MATCH],
    )
    def decide(request: Request, number: Number, told: NewRuling) -> Response:
        """Decide an item; what follows from it happens at once, and nobody is written to."""

        def change(session: Session) -> WholeItem:
            caller, now, item = _held(session, parts, request, number, told.version)
            moderation.decide(
                session, item, caller.name, told.decision, now, reason=told.reason, note=told.note
            )
            audit.note(
                session, caller, "review_decided", f"review:{number}", now, decision=told.decision
            )
            return _whole(session, moderation.one_item(session, number), caller, now)

        return once(parts, request, told, change)

    @routes.post(
        "/review/{number}/undo",
        response_model=WholeItem,
        status_code=201,
        dependencies=[KEY, IF_MATCH],
    )
    def undo(request: Request, number: Number, told: Undoing) -> Response:
        """Take the last decision back, with all that followed from it."""

        def change(session: Session) -> WholeItem:
            caller, now, item = _held(session, parts, request, number, told.version)
            moderation.undo(session, item, caller.name, now, note=told.note)
            audit.note(session, caller, "review_undone", f"review:{number}", now)
            return _whole(session, moderation.one_item(session, number), caller, now)

        return once(parts, request, told, change)


def _held(
    session: Session, parts: Parts, request: Request, number: int, seen: int | None
) -> tuple[Caller, datetime, tables.ReviewItem]:
    """Who asks, when, and the item, if it is still what they looked at."""
    caller, now, item = caller_of(request), parts.clock.now(), moderation.one_item(session, number)
    refuse_overtaken(request, _whole(session, item, caller, now), item.version, seen)
    return caller, now, item


def _shown(
    session: Session, rows: Sequence[tables.ReviewItem], caller: Caller, now: datetime
) -> list[Item]:
    queued = [Queued(row, priority(row.priority, row.opened_at, now)) for row in rows]
    return [
        Item(
            **{**card, "about": caller.naming(card["about"]), "note": caller.naming(row.note)},
            number=card["id"],
            post=row.post_id,
            authors=[who for who in (row.author_id, row.other_id) if who is not None],
        )
        for row, card in zip(rows, item_cards(session, queued, now), strict=True)
    ]


def _whole(session: Session, row: tables.ReviewItem, caller: Caller, now: datetime) -> WholeItem:
    (item,) = _shown(session, [row], caller, now)
    return WholeItem(
        **item.model_dump(),
        decisions=rulings.DECISIONS[row.kind],
        reasons=rulings.REASONS[row.kind],
    )
