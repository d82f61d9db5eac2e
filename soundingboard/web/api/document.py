"""The OpenAPI document: as the routes say it, with scopes, problems and the signed hook added."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from soundingboard.web.api.lines import PREFIX, RULES
from soundingboard.web.api.problems import KINDS, MEDIA_TYPE, Problem

_REFERENCE = "#/components/schemas/Problem"
_ALWAYS = (400, 401, 403, 422, 500, 503)
_WORDS = """\
Programs read and change here what people see and do in the console, by the same rules.

Lists come in pages: follow `next`, or the Link header. Errors are problems (RFC 9457); their
`mend` says what to do. A POST with an Idempotency-Key is done once. What can be changed has an
ETag: send it back with If-Match. Nothing that is sent to a person can be let go here."""


def document(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI 3.1 document of the interface."""
    made = get_openapi(
        title="Sounding Board",
        version="1",
        summary="What people say about your brand, and whom you ask to advise you.",
        description=_WORDS,
        routes=app.routes,
        servers=[{"url": PREFIX}],
    )
    schemas = made.setdefault("components", {}).setdefault("schemas", {})
    problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(problem.pop("$defs", {}))
    schemas["Problem"] = problem
    schemes = made["components"].setdefault("securitySchemes", {})
    schemes["webhook"] = {
        "type": "apiKey",
        "in": "header",
        "name": "webhook-signature",
        "description": "Signed with the hook's secret, see standardwebhooks.com.",
    }
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            _complete(operation, method.upper(), path)
    return made


def _complete(operation: dict[str, Any], method: str, path: str) -> None:
    """Add to one operation who may ask it, and every problem it may answer with."""
    line = RULES[method, PREFIX + path]
    operation["security"] = [{"webhook": []} if line.scope is None else {"token": [line.scope]}]
    responses = operation["responses"]
    for status in sorted({*_ALWAYS, *_problems(method, path)}):
        responses[str(status)] = _response(status)
    if method == "GET":
        responses["304"] = {"description": "You have it already (If-None-Match)."}


def _problems(method: str, path: str) -> set[int]:
    found = {404}
    if method != "GET":
        found |= {409}
    if method in ("POST", "DELETE") and "{number}" in path:
        found |= {412}
    if path.startswith("/import"):
        found |= {413, 415}
    return found


def _response(status: int) -> dict[str, Any]:
    titles = [title for of, title in KINDS.values() if of == status]
    return {
        "description": "; ".join(titles),
        "content": {MEDIA_TYPE: {"schema": {"$ref": _REFERENCE}}},
    }
