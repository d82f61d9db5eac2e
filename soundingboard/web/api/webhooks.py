"""What your own programs were told by webhook, and telling them once more."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from config.errors import NotFoundError
from soundingboard.access import audit
from soundingboard.web.api.callers import caller_of
from soundingboard.web.api.etags import answered
from soundingboard.web.api.idempotency import KEY, once
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, number_after, numbered
from soundingboard.web.api.shapes import Moment, Number, Told
from soundingboard.wiring import Parts
from store import outbox, pages, tables

State = Literal["pending", "claimed", "sending", "sent", "retry", "failed", "uncertain", "withheld"]


class Delivery(Told):
    """One message to one of your hooks; its words stay with us."""

    number: int
    hook: str
    event: str
    state: State
    attempts: int
    made_at: Moment
    next_at: Moment | None
    sent_at: Moment | None
    problem: str | None


class Attempt(Told):
    """One attempt at a delivery, and what the other side said."""

    at: Moment
    phase: str
    outcome: str
    code: int | None
    words: str | None


class WholeDelivery(Delivery):
    """A delivery with every attempt at it."""

    log: list[Attempt]


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["webhooks"])

    @routes.get("/webhooks/deliveries", response_model=Page[Delivery])
    def list_deliveries(
        request: Request,
        state: Annotated[State | None, Query()] = None,
        limit: Limit = DEFAULT,
        cursor: Cursor = None,
    ) -> Response:
        """What your hooks were told or wait to be told, the newest first."""
        after = number_after(parts, "deliveries", cursor)
        with parts.store.read() as session:
            rows = pages.page(
                session,
                tables.OutboxRow,
                limit + 1,
                after=after,
                channel="webhook",
                state=state,
            )
        return numbered(
            request, parts, "deliveries", rows, limit, lambda some: list(map(_shown, some))
        )

    @routes.get("/webhooks/deliveries/{number}", response_model=WholeDelivery)
    def one_delivery(request: Request, number: Number) -> Response:
        """One delivery with every attempt at it."""
        with parts.store.read() as session:
            return answered(request, _whole(session, number))

    @routes.post(
        "/webhooks/deliveries/{number}/replay",
        response_model=WholeDelivery,
        status_code=202,
        dependencies=[KEY],
    )
    def replay(request: Request, number: Number) -> Response:
        """Let a failed delivery go once more, under the webhook-id it had."""
        caller, now = caller_of(request), parts.clock.now()

        def change(session: Session) -> WholeDelivery:
            _row(session, number)
            outbox.send_again(session, number, caller.name, now)
            audit.note(session, caller, "delivery_replayed", f"outbox:{number}", now)
            return _whole(session, number)

        return once(parts, request, None, change, 202)

    return routes


def _row(session: Session, number: int) -> tables.OutboxRow:
    row = session.get(tables.OutboxRow, number)
    if row is None or row.channel != "webhook":
        raise NotFoundError(
            f"There is no delivery {number}.", mend="See /api/v1/webhooks/deliveries."
        )
    return row


def _shown(row: tables.OutboxRow) -> Delivery:
    kept = ("state", "attempts", "made_at", "next_at", "sent_at", "problem")
    told = {name: getattr(row, name) for name in kept}
    return Delivery(number=row.id or 0, hook=row.receiver, event=row.kind, **told)


def _whole(session: Session, number: int) -> WholeDelivery:
    told = _shown(_row(session, number)).model_dump()
    tried = [Attempt(**one.model_dump()) for one in outbox.attempts_at(session, number)]
    return WholeDelivery(**told, log=tried)
