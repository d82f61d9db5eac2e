"""Stands before every page: no body larger than a form, and the headers on whatever goes out."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from soundingboard.web.pages import message

LARGEST_BODY = 32 * 1024  # bytes; an answer is some hundred


class Guard:
    """Refuses large bodies before they are read, and adds headers where a page set none."""

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str]) -> None:
        self._app, self._headers = app, headers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def send_guarded(told: Message) -> None:
            if told["type"] == "http.response.start":
                out = MutableHeaders(scope=told)
                for name, value in self._headers.items():
                    out.setdefault(name, value)
            await send(told)

        body = await _whole_body(scope, receive)
        if body is None:
            refusal = message("That is too much", "An answer is shorter than that.", status=413)
            await refusal(scope, receive, send_guarded)
            return
        await self._app(scope, _replay(body, receive), send_guarded)


async def _whole_body(scope: Scope, receive: Receive) -> bytes | None:
    """What was sent, or None if it is more than we take."""
    told = Headers(scope=scope).get("content-length", "0")
    if not told.isdecimal() or int(told) > LARGEST_BODY:
        return None
    body = bytearray()
    while True:
        part = await receive()
        body += part.get("body", b"")
        if len(body) > LARGEST_BODY:
            return None
        if part["type"] == "http.disconnect" or not part.get("more_body", False):
            return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Hands the body on once; afterwards asks the connection itself, as before."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
