"""Posts brought by programs: by a hook that signs what it sends, or under a token."""

from __future__ import annotations

import hashlib
import hmac
import json
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import Session
from standardwebhooks.webhooks import Webhook

from config.errors import UnreadableError
from soundingboard import grants
from soundingboard.access import audit
from soundingboard.pipeline.importing import Imported, import_file
from soundingboard.web.api.brands import chosen
from soundingboard.web.api.callers import caller_of
from soundingboard.web.api.etags import tag_of
from soundingboard.web.api.idempotency import KEY, question_of, resolved, taken
from soundingboard.web.api.problems import Refusal
from soundingboard.web.api.shapes import LARGEST, OfBrand, Text, Told
from soundingboard.wiring import Parts
from store import grants as grant_queries
from store import replays, tables
from store.replays import Asked

LARGEST_BODY = 20 * 1024 * 1024
WINDOW = timedelta(minutes=5)
REFUSED_SHOWN = 1000
ONE_ARRAY, LINES = "application/json", ("application/x-ndjson", "application/jsonl")
_ROW: dict[str, Any] = {
    "type": "object",
    "properties": {"text": {"type": "string"}},
    "additionalProperties": True,
    "description": "One post: text or rating or nps, and author, date, id, url, title, language, "
    "likes … under the names that `soundingboard import` knows.",
}
BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            ONE_ARRAY: {"schema": {"anyOf": [{"type": "array", "items": _ROW}, _ROW]}},
            LINES[0]: {"schema": {"type": "string"}},
        },
    }
}
"""What the document says of the body, which is read as it comes."""


class RefusedRow(Told):
    """A row that was not taken in."""

    line: int = Field(description="Of what was sent, the first is 1.")
    reason: str


class Import(Told):
    """What became of the posts."""

    source: str
    added: int
    updated: int
    unchanged: int
    suppressed: int = Field(description="Kept out: they or their authors were erased.")
    refused: int
    refusals: list[RefusedRow] = Field(description=f"The first {REFUSED_SHOWN} of them.")


async def _body(request: Request) -> bytes:
    """What was sent, as it came."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > LARGEST_BODY:
            raise Refusal("too-large", "At most 20 MB at once.", mend="Send it in several pieces.")
    return bytes(body)


Body = Annotated[bytes, Depends(_body)]


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["import"])

    @routes.post("/import", response_model=Import, dependencies=[KEY], openapi_extra=BODY)
    def bring(request: Request, body: Body, brand: OfBrand = None, source: Text = None) -> Response:
        """Take in posts about a brand, as JSON or JSON lines; twice changes nothing."""
        question = question_of(request, None, body)
        known = taken(parts, question) if question else None
        if known is not None:
            return known
        caller = caller_of(request)
        with parts.store.read() as session:
            row = chosen(session, brand)

        def write_down(session: Session, done: Import) -> None:
            audit.note(
                session, caller, "imported", f"brand:{row.id}", parts.clock.now(), added=done.added
            )

        return _take_in(parts, request, body, row.name, source or "api", question, write_down)

    @routes.post("/import/{grant}", response_model=Import, openapi_extra=BODY)
    def deliver(request: Request, grant: int, body: Body) -> Response:
        """Take in posts from a program that signs them (standardwebhooks.com)."""
        row, told_as = _signed(parts, request, grant, body)
        question = Asked(key_sha=_sha(told_as.encode()), request_sha=_sha(body), grant_id=row.id)
        known = taken(parts, question)
        if known is not None:
            return known
        with parts.store.read() as session:
            brand = chosen(session, grants.opened(row))

        def write_down(session: Session, done: Import) -> None:
            now = parts.clock.now()
            held = grant_queries.get_grant(session, row.id or 0)
            held.used_at = now
            session.add(held)
            audit.note(session, f"hook {row.id}", "imported", row.subject, now, added=done.added)

        return _take_in(parts, request, body, brand.name, row.name, question, write_down)

    return routes


def _signed(parts: Parts, request: Request, number: int, body: bytes) -> tuple[tables.Grant, str]:
    """The grant whose secret signed this delivery, and its webhook-id.

    Raises Refusal (401) for one that is unknown, revoked, unsigned, or older or newer than WINDOW:
    always the same, so that nobody can find out which.
    """
    told_as, at = request.headers.get("webhook-id", ""), _time(request)
    with parts.store.read() as session:
        usable = 1 <= number <= LARGEST
        row = grant_queries.open_grant(session, number, grants.IMPORT_HOOK) if usable else None
    signer = Webhook(grants.hook_secret(parts, row.nonce if row else ""))
    try:
        wanted = signer.sign(told_as, at or parts.clock.now(), body.decode())
        given = request.headers.get("webhook-signature", "").split(" ")
        fits = any(hmac.compare_digest(wanted.encode(), one.encode()) for one in given)
    except ValueError:  # no UTF-8, or no ASCII where there should be
        fits = False
    in_time = at is not None and abs(parts.clock.now() - at) <= WINDOW
    if row is None or not told_as or not fits or not in_time:
        raise Refusal(
            "bad-signature",
            "The delivery is not signed with this hook's secret, or its time is off.",
            mend="Sign webhook-id, webhook-timestamp and the body; see standardwebhooks.com.",
        )
    return row, told_as


def _time(request: Request) -> datetime | None:
    told = request.headers.get("webhook-timestamp", "")
    if not (told.isascii() and told.isdecimal() and len(told) <= 11):
        return None
    return datetime.fromtimestamp(int(told), UTC)


def _take_in(
    parts: Parts,
    request: Request,
    body: bytes,
    brand: str,
    source: str,
    question: Asked | None,
    write_down: Callable[[Session, Import], None],
) -> Response:
    """Import what was sent, and keep the answer with the last of it."""
    if question is None:
        done = _imported(parts, request, body, brand, source)
        with parts.store.write() as session:
            write_down(session, done)
        return _answer(done)
    with resolved(parts, question, request.url.path):
        done = _imported(parts, request, body, brand, source)
        with parts.store.write() as session:
            write_down(session, done)
            replays.keep(session, question, 200, {"body": done.model_dump_json()})
    return _answer(done)


def _answer(done: Import) -> Response:
    body = done.model_dump_json().encode()
    return Response(body, 200, {"ETag": tag_of(body)}, "application/json")


def _imported(parts: Parts, request: Request, body: bytes, brand: str, source: str) -> Import:
    """Hand what was sent to the importer of files, which is the only one."""
    rows = _rows(request, body)
    with tempfile.TemporaryDirectory(prefix="soundingboard-import-") as folder:
        path = Path(folder) / "posts.jsonl"
        path.write_bytes(rows)
        try:
            return _told(import_file(parts, path, brand, name=source), f"{brand}/{source}")
        except UnreadableError as error:
            raise Refusal("unreadable", f"{error.reason}.", mend=error.mend) from error


def _rows(request: Request, body: bytes) -> bytes:
    """What was sent as lines of JSON or one array. Raises Refusal for anything else."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in (ONE_ARRAY, *LINES):
        raise Refusal(
            "wrong-type",
            "Posts come as JSON or JSON lines.",
            mend=f"Send Content-Type: {ONE_ARRAY} or {LINES[0]}.",
        )
    text = body.removeprefix(b"\xef\xbb\xbf").strip()
    if text[:1] not in (b"[", b"{"):
        raise Refusal(
            "unreadable", "There are no posts in it.", mend="Send an array, or an object a line."
        )
    if kind == ONE_ARRAY and text.startswith(b"{"):
        return _one_line(text)
    return text


def _one_line(text: bytes) -> bytes:
    """One object over several lines as one line; what is none goes on as it came."""
    try:
        return json.dumps(json.loads(text)).encode("ascii")
    except (ValueError, RecursionError):
        return text


def _told(done: Imported, source: str) -> Import:
    shown = done.rejected[:REFUSED_SHOWN]
    return Import(
        source=source,
        added=done.saved.added,
        updated=done.saved.updated,
        unchanged=done.saved.unchanged,
        suppressed=done.saved.suppressed,
        refused=len(done.rejected),
        refusals=[RefusedRow(line=row.line, reason=row.reason) for row in shown],
    )


def _sha(told: bytes) -> str:
    return hashlib.sha256(told).hexdigest()
