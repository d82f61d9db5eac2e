"""Styles and scripts of the pages, packed once and kept by browsers until they change."""

from __future__ import annotations

import gzip
import hashlib
from functools import cache
from importlib import resources
from typing import NamedTuple

from fastapi import APIRouter, Request
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from soundingboard.wiring import Parts

YEAR_S = 365 * 24 * 3600
_TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}


class StaticFile(NamedTuple):
    """A file as it is sent."""

    body: bytes
    packed: bytes
    kind: str
    version: str


def router(_parts: Parts) -> APIRouter:
    """`/static/{name}`: what lies in the folder `static`, and nothing else."""
    routes = APIRouter()

    @routes.api_route("/static/{name:path}", methods=["GET", "HEAD"])
    def static(request: Request, name: str) -> Response:
        return _sent(request, name)

    @routes.api_route("/favicon.ico", methods=["GET", "HEAD"])
    def favicon(request: Request) -> Response:
        return _sent(request, "mark.svg")

    return routes


def static_path(name: str) -> str:
    """The address of a file; another one as soon as the file changes."""
    return f"/static/{name}?v={files()[name].version}"


@cache
def files() -> dict[str, StaticFile]:
    """Every file by its name below the folder; read once, so no request opens a file."""
    folder = resources.files("soundingboard.web") / "static"
    found: dict[str, StaticFile] = {}
    for prefix in ("", "vendor/"):
        for file in (folder / prefix if prefix else folder).iterdir():
            kind = _TYPES.get(file.name.rsplit(".", 1)[-1])
            if kind and file.is_file():
                body = file.read_bytes()
                version = hashlib.sha256(body).hexdigest()[:12]
                packed = gzip.compress(body, 9, mtime=0)
                found[prefix + file.name] = StaticFile(body, packed, kind, version)
    return found


def _sent(request: Request, name: str) -> Response:
    file = files().get(name)
    if file is None:
        raise HTTPException(404)
    headers = {
        "Cache-Control": f"public, max-age={YEAR_S}, immutable",
        "ETag": f'"{file.version}"',
        "Vary": "Accept-Encoding",
        "Content-Type": file.kind,
    }
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, headers={**headers, "Content-Encoding": "gzip"})
    return Response(file.body, headers=headers)
