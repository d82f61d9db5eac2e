"""What went wrong, as programs are told it (RFC 9457, application/problem+json)."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from config.errors import (
    ConfigError,
    NotFoundError,
    RuleError,
    SoundingBoardError,
    StoreError,
    UnreadableError,
)

MEDIA_TYPE = "application/problem+json"
URN = "urn:soundingboard:problem:"

KINDS: Mapping[str, tuple[int, str]] = {
    # what it is called -> status, title
    "bad-request": (400, "The request is none"),
    "no-token": (401, "A token is needed"),
    "bad-signature": (401, "The signature does not fit"),
    "not-allowed": (403, "The token may not do this"),
    "not-found": (404, "There is no such thing"),
    "wrong-method": (405, "That cannot be done here"),
    "against-a-rule": (409, "A rule of the house forbids this"),
    "in-progress": (409, "The same request is being worked on"),
    "overtaken": (412, "It changed in between"),
    "too-large": (413, "That is too much"),
    "wrong-type": (415, "Send JSON"),
    "unreadable": (422, "The request could not be read"),
    "key-used": (422, "The key was used for another request"),
    "broken": (500, "Something broke on our side"),
    "busy": (503, "One moment, please"),
}
_BY_STATUS = {status: kind for kind, (status, _) in reversed(list(KINDS.items()))}

log = logging.getLogger("soundingboard.web.api")


class Wrong(BaseModel):
    """One thing that is wrong with a request."""

    where: str = Field(description="Which part of the request, as in body.reason.")
    what: str = Field(description="What is wrong with it.")


class Problem(BaseModel):
    """Why a request was not answered, and what to do about it (RFC 9457)."""

    type: str = Field(description="Which kind of problem; programs go by it.")
    title: str = Field(description="The kind in words.")
    status: int = Field(description="The HTTP status.")
    detail: str = Field(description="What went wrong this time.")
    mend: str = Field(description="What to do about it; may be empty.")
    instance: str = Field(description="The address that was asked.")
    errors: list[Wrong] = Field(default=[], description="What could not be read, one by one.")


class Refusal(Exception):
    """A request is refused for one of KINDS."""

    def __init__(
        self,
        kind: str,
        detail: str,
        *,
        mend: str = "",
        errors: Sequence[Wrong] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.kind, self.detail, self.mend = kind, detail, mend
        self.errors, self.headers = tuple(errors), dict(headers or {})

    @property
    def status(self) -> int:
        return KINDS[self.kind][0]


def told(refusal: Refusal, instance: str) -> dict[str, Any]:
    """A problem as plain JSON."""
    status, title = KINDS[refusal.kind]
    return Problem(
        type=URN + refusal.kind,
        title=title,
        status=status,
        detail=refusal.detail,
        mend=refusal.mend,
        instance=instance,
        errors=list(refusal.errors),
    ).model_dump()


def answer(refusal: Refusal, instance: str) -> Response:
    """A problem as an answer."""
    return again(told(refusal, instance), refusal.headers)


def again(problem: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """A problem that was told before, as an answer."""
    body = json.dumps(problem).encode("ascii")  # ascii: half characters of hostile input survive
    return Response(
        body, problem["status"], {"Cache-Control": "no-store", **(headers or {})}, MEDIA_TYPE
    )


def of_error(error: SoundingBoardError) -> Refusal:
    """One of our errors as a problem; faults of our side say nothing of the inside."""
    kinds = (
        (NotFoundError, "not-found"),
        (RuleError, "against-a-rule"),
        (ConfigError, "against-a-rule"),
        (UnreadableError, "unreadable"),
    )
    for of, kind in kinds:
        if isinstance(error, of):
            return Refusal(kind, error.problem, mend=error.mend)
    log.warning("a request could not be answered: %s", error)
    if isinstance(error, StoreError):
        words = "We cannot look that up just now; nothing was changed."
        return Refusal("busy", words, mend="Try again in a minute.", headers={"Retry-After": "60"})
    return broken()


def of_http(error: HTTPException) -> Refusal:
    """What the framework refuses by itself."""
    kind = _BY_STATUS.get(error.status_code, "bad-request")
    words = {
        "not-found": ("There is nothing at this address.", "See /api/v1/openapi.json."),
        "wrong-method": ("This address does not take that method.", "See its Allow header."),
    }
    detail, mend = words.get(kind, ("The request could not be understood.", ""))
    headers = {} if error.headers is None else dict(error.headers)
    return Refusal(kind, detail, mend=mend, headers=headers)


def of_invalid(error: RequestValidationError) -> Refusal:
    """Which parts of a request do not fit; never what stood in them."""
    errors = [
        Wrong(where=".".join(map(str, one["loc"])), what=str(one["msg"]))
        for one in error.errors()[:20]
    ]
    return Refusal(
        "unreadable",
        f"{len(errors)} part{'' if len(errors) == 1 else 's'} of the request could not be read.",
        mend="Mend what `errors` names; /api/v1/openapi.json says what fits.",
        errors=errors,
    )


def broken() -> Refusal:
    """Our own fault."""
    return Refusal("broken", "Nothing was changed.", mend="Try again later; we wrote it down.")


def refusal_of(error: Exception) -> Refusal:
    """Any error as a problem."""
    if isinstance(error, Refusal):
        return error
    if isinstance(error, SoundingBoardError):
        return of_error(error)
    if isinstance(error, RequestValidationError):
        return of_invalid(error)
    if isinstance(error, HTTPException):
        return of_http(error)
    log.error("a request broke", exc_info=error)
    return broken()


def add_problems(app: FastAPI) -> None:
    """Answer every error of an app with a problem."""

    def handle(request: Request, error: Exception) -> Response:
        return answer(refusal_of(error), request.url.path)

    for kind in (Refusal, SoundingBoardError, RequestValidationError, HTTPException):
        app.add_exception_handler(kind, handle)
    app.add_middleware(_Unbroken)


class _Unbroken:
    """Answers what nobody foresaw, so that no page of the console is shown in its place."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        started = False

        async def send_noted(told: Message) -> None:
            nonlocal started
            started = started or told["type"] == "http.response.start"
            await send(told)

        try:
            await self._app(scope, receive, send_noted)
        except Exception as error:
            refusal = refusal_of(error)
            if started or scope["type"] != "http":
                raise
            await answer(refusal, Request(scope).url.path)(scope, receive, send)
