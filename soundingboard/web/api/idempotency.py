"""The same request under the same key is done once, and answered alike (Idempotency-Key)."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Annotated, Any

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel
from sqlmodel import Session

from soundingboard.web.api.callers import caller_of
from soundingboard.web.api.etags import tag_of
from soundingboard.web.api.problems import Refusal, again, refusal_of, told
from soundingboard.wiring import Parts
from store import replays
from store.replays import Asked

KEPT = timedelta(hours=24)
CUT_OFF = timedelta(minutes=10)
"""Work begun so long ago and not answered was cut off; nothing of it was kept."""

Change = Callable[[Session], BaseModel]


def _key(
    _key: Annotated[
        str | None,
        Header(
            alias="Idempotency-Key",
            min_length=1,
            max_length=255,
            description="Any words of your own, new for each request; kept for 24 hours.",
        ),
    ] = None,
) -> None:
    """Tells the document that this header is read."""


KEY = Depends(_key)


def once(
    parts: Parts,
    request: Request,
    asked: BaseModel | None,
    change: Change,
    status: int = 201,
) -> Response:
    """Do a change in one transaction, with its answer kept under the request's key, if it has one.

    Asked again with the same key it is not done again: the answer is given once more, refusals
    included. Raises Refusal: 422 for a key of another request, 409 while the first is worked on.
    """
    question = question_of(request, asked)
    if question is None:
        with parts.store.write() as session:
            shown = change(session)
        return _answer(status, shown.model_dump_json().encode())
    known = taken(parts, question)
    if known is not None:
        return known
    with resolved(parts, question, request.url.path), parts.store.write() as session:
        body = change(session).model_dump_json().encode()
        replays.keep(session, question, status, {"body": body.decode()})
    return _answer(status, body)


def question_of(
    request: Request, asked: BaseModel | None, body: bytes | None = None
) -> Asked | None:
    """What is asked under which key; None = without a key.

    body : as it came, where it is not read into `asked`
    """
    key = request.headers.get("idempotency-key")
    if key is None:
        return None
    words = "" if asked is None else asked.model_dump_json()
    if body is not None:
        words = hashlib.sha256(body).hexdigest()
    return Asked(
        key_sha=_sha(key),
        request_sha=_sha(request.method, request.url.path, request.url.query, words),
        token_id=caller_of(request).token_id,
    )


def taken(parts: Parts, question: Asked) -> Response | None:
    """The answer given before; None = nobody was asked this, and it is ours to answer now.

    Raises Refusal (409, 422).
    """
    now = parts.clock.now()
    with parts.store.write() as session:
        replays.expire(session, now - KEPT)
        known = replays.take(session, question, now, now - CUT_OFF)
    if known is None:
        return None
    if known.request_sha != question.request_sha:
        raise Refusal(
            "key-used",
            "This Idempotency-Key came with another request before.",
            mend="Take a new key for a new request.",
        )
    if known.status is None:
        raise Refusal(
            "in-progress",
            "The request with this key is being worked on.",
            mend="Ask again in a moment.",
            headers={"Retry-After": "1"},
        )
    return replayed(known.status, known.answer)


def replayed(status: int, answer: Mapping[str, Any]) -> Response:
    """An answer given once more; it says so in a header."""
    headers = {"Idempotency-Replayed": "true"}
    if status >= 400:
        return again(answer, headers)
    return _answer(status, str(answer["body"]).encode(), headers)


class resolved:
    """While work on a question lasts: a refusal is kept as its answer, a fault lets it go."""

    def __init__(self, parts: Parts, question: Asked, path: str) -> None:
        self._parts, self._question, self._path = parts, question, path

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        if error is None:
            return
        refusal = refusal_of(error) if isinstance(error, Exception) else None
        with self._parts.store.write() as session:
            if refusal is None or refusal.status >= 500:
                replays.let_go(session, self._question)
            else:
                problem = told(refusal, self._path)
                replays.keep(session, self._question, refusal.status, problem)


def _answer(status: int, body: bytes, headers: Mapping[str, str] | None = None) -> Response:
    kept = {"ETag": tag_of(body), "Cache-Control": "no-store", **(headers or {})}
    return Response(body, status, kept, "application/json")


def _sha(*words: str) -> str:
    told = "\x00".join(words).encode("utf-8", "surrogatepass")
    return hashlib.sha256(told).hexdigest()
