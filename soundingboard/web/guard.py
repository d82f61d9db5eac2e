"""Stands before every page: nothing too large, nothing from another site, headers on answers."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from soundingboard.web.api.problems import Refusal, answer
from soundingboard.web.cross_site import is_cross_site
from soundingboard.web.pages import message

LARGEST_BODY = 1024 * 1024  # bytes; a form is some thousand
LARGEST_FILE = 20 * 1024 * 1024  # bytes, where a file is taken in
LARGEST_ANSWER = 32 * 1024  # bytes; from somebody who is not signed in
TAKES_FILES = ("/api/v1/import", "/settings/sources/import", "/recruits/import")
OPEN_TO_ALL = ("/invitation/", "/unsubscribe/", "/sign-in", "/welcome/", "/member/", "/my-data/")


class Guard:
    """Refuses large bodies and other sites' requests, and adds headers where a page set none."""

    def __init__(self, app: ASGIApp, *, headers: Mapping[str, str], origin: str) -> None:
        self._app, self._headers = app, headers
        self._origins = frozenset({origin.rstrip("/")})

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

        if is_cross_site(scope["method"], Headers(scope=scope), self._origins):
            words = ("That came from another site", "Nothing was done. Use our own pages.")
            await _refusal(scope, "not-allowed", *words, 403)(scope, receive, send_guarded)
            return
        body = await _whole_body(scope, receive)
        if body is None:
            words = ("That is too much", "An answer is shorter than that.")
            await _refusal(scope, "too-large", *words, 413)(scope, receive, send_guarded)
            return
        await self._app(scope, _replay(body, receive), send_guarded)


def _refusal(scope: Scope, kind: str, title: str, words: str, status: int) -> Response:
    """A page for readers, a problem for programs."""
    if scope["path"].startswith("/api/"):
        return answer(Refusal(kind, f"{title}.", mend=words), scope["path"])
    return message(title, words, status=status)


async def _whole_body(scope: Scope, receive: Receive) -> bytes | None:
    """What was sent, or None if it is more than we take."""
    largest = _largest(scope["path"])
    told = Headers(scope=scope).get("content-length", "0")
    if not told.isdecimal() or int(told) > largest:
        return None
    body = bytearray()
    while True:
        part = await receive()
        body += part.get("body", b"")
        if len(body) > largest:
            return None
        if part["type"] == "http.disconnect" or not part.get("more_body", False):
            return bytes(body)


def _largest(path: str) -> int:
    """Bytes that an address takes."""
    if path.startswith(TAKES_FILES):
        return LARGEST_FILE
    return LARGEST_ANSWER if path.startswith(OPEN_TO_ALL) else LARGEST_BODY


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
