"""The page where a reader stops the digest, by a button or by their mail program's one click."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from soundingboard.unsubscribing import mark_of
from soundingboard.web.house import House
from soundingboard.web.pages import message, page
from store.tombstones import buried, bury, unbury

routes = APIRouter()
"""`/unsubscribe/{token}`: GET shows, POST changes."""


@routes.api_route("/unsubscribe/{token}", methods=["GET", "HEAD"])
def show(parts: House, token: str) -> Response:
    mark = mark_of(parts, token)
    with parts.store.read() as session:
        stopped = bool(buried(session, {mark}, "unsubscribed"))
    return _stopped_page() if stopped else _ask_page()


@routes.post("/unsubscribe/{token}")
def change(parts: House, token: str, what: Annotated[str, Form()] = "stop") -> Response:
    mark, now = mark_of(parts, token), parts.clock.now()
    with parts.store.write() as session:
        if what == "undo":
            unbury(session, mark, "unsubscribed")
        else:
            bury(session, {mark}, "unsubscribed", now)
    if what == "undo":
        return message("You will get the digest again", "The next one comes at its usual hour.")
    return _stopped_page()


def _ask_page() -> Response:
    return page(
        "unsubscribe.html.j2",
        title="Stop the digest?",
        line="You will get no more digests from us at this address.",
        what="stop",
        button="Stop the digest",
    )


def _stopped_page() -> Response:
    return page(
        "unsubscribe.html.j2",
        title="You get no more digests",
        line="We keep only a scrambled mark of your address, so that it stays that way.",
        what="undo",
        button="Send me the digest after all",
    )
