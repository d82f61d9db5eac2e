"""The outbox: every message that leaves, what became of it, and those a person must look at."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from soundingboard.access import audit
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.reader import reader_of
from soundingboard.web.told import done
from store import outbox
from store.tables.delivering import OUTBOX_STATES

HERE = "/settings/outbox"
SHOWN = 100

routes = APIRouter()
"""`/settings/outbox` and what can be done with one message."""


@routes.api_route(HERE, methods=["GET", "HEAD"])
def overview(parts: House, request: Request) -> Response:
    wanted = request.query_params.get("state")
    states = {wanted} if wanted in OUTBOX_STATES else None
    with parts.store.read() as session:
        rows = outbox.messages(session, states=states, limit=SHOWN)
        counts = outbox.count_by_state(session)
        troubled = outbox.troubled(session)
    return show(
        request,
        parts,
        "settings/outbox.html.j2",
        rows=rows,
        troubled=troubled,
        states=[(s, s, counts[s], False) for s in OUTBOX_STATES if counts.get(s)],
        mail=bool(parts.settings.mail.host),
    )


@routes.post(f"{HERE}/{{number}}/again")
def again(parts: House, request: Request, number: int) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        outbox.send_again(session, number, reader.name, now)
        audit.note(session, reader, "message_sent_again", f"outbox:{number}", now)
    return done(parts, HERE, "It goes once more with the next run")


@routes.post(f"{HERE}/{{number}}/settle")
def settle(
    parts: House, request: Request, number: int, how: Annotated[Literal["sent", "not-sent"], Form()]
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        outbox.settle(session, number, how, reader.name, now)
        audit.note(session, reader, "message_settled", f"outbox:{number}", now)
    words = "Noted: it arrived" if how == "sent" else "It goes once more with the next run"
    return done(parts, HERE, words)
