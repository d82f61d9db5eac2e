"""Answers with their fingerprint: unchanged ones are not sent again, overtaken changes refused."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Header, Request
from fastapi.responses import Response
from pydantic import BaseModel

from soundingboard.web.api.problems import Refusal

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def _if_match(
    _tag: Annotated[
        str | None,
        Header(alias="If-Match", description="The ETag of what you looked at; else 412."),
    ] = None,
) -> None:
    """Tells the document that this header is read."""


IF_MATCH = Depends(_if_match)


def answered(
    request: Request,
    shown: BaseModel,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """The answer as JSON with its ETag; 304 and nothing where the asker has it already."""
    return tagged(request, shown.model_dump_json().encode(), "application/json", status, headers)


def tagged(
    request: Request,
    body: bytes,
    media_type: str,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Any answer with its ETag, as `answered`."""
    tag = tag_of(body)
    kept = {"ETag": tag, "Cache-Control": "private, no-cache", **(headers or {})}
    if request.method in ("GET", "HEAD") and _names(request.headers.get("if-none-match"), tag):
        return Response(None, 304, kept)
    return Response(body, status, kept, media_type)


def tag_of(body: bytes) -> str:
    """SHA-256 of an answer, cut to 32 hex digits, as an ETag."""
    return f'"{hashlib.sha256(body).hexdigest()[:32]}"'


def refuse_overtaken(request: Request, shown: BaseModel, version: int, seen: int | None) -> None:
    """Hold a change to what its maker looked at.

    shown : as it stands now, held; its ETag must be among those of If-Match
    seen  : the version they looked at, if they said so; `version` is today's

    Raises Refusal (412).
    """
    wanted = request.headers.get("if-match")
    now = tag_of(shown.model_dump_json().encode())
    same = wanted is None or wanted.strip() == "*" or _names(wanted, now, weak=False)
    if same and seen in (None, version):
        return
    raise Refusal(
        "overtaken",
        f"It stands at version {version} now.",
        mend="Get it again, look, and decide anew.",
        headers={"ETag": now},
    )


def _names(header: str | None, tag: str, *, weak: bool = True) -> bool:
    """Whether a list of ETags names this one; If-Match takes no weak ones (RFC 9110, 13.1.1)."""
    if header is None:
        return False
    if header.strip() == "*":
        return True
    return any(
        found[1] == tag and (weak or not found[0].startswith("W/"))
        for found in _TAG.finditer(header)
    )
