"""The wording of invitations: versions that stay, placeholders, and what each must say."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from community.inviting import templates as rules
from config.errors import RuleError
from soundingboard.access import audit
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.reader import reader_of
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import templates

HERE = "/settings/templates"
KINDS: dict[str, rules.Kind] = {"invitation": "invitation", "reply": "reply"}
KIND_WORDS = {
    "invitation": "Invitation by mail",
    "reply": "Invitation a person posts as a reply",
}
Text = Annotated[str, Form(max_length=20_000)]

routes = APIRouter()
"""`/settings/templates`, `/settings/templates/{kind}`."""


def _page(
    parts: Parts, request: Request, kind: rules.Kind, subject: str, body: str, wrong: str = ""
) -> Response:
    with parts.store.read() as session:
        kept = templates.versions(session, kind, "en")
    return show(
        request,
        parts,
        "settings/wording.html.j2",
        422 if wrong else 200,
        kind=kind,
        title=KIND_WORDS[kind],
        subject=subject,
        body=body,
        versions=kept,
        placeholders=rules.PLACEHOLDERS,
        required=list(rules.REQUIRED),
        wrong=wrong,
    )


@routes.api_route(HERE, methods=["GET", "HEAD"])
def overview(parts: House, request: Request) -> Response:
    return show(request, parts, "settings/wordings.html.j2", kinds=KIND_WORDS)


@routes.api_route(f"{HERE}/{{kind}}", methods=["GET", "HEAD"])
def one(parts: House, request: Request, kind: str) -> Response:
    which = _kind(kind)
    with parts.store.read() as session:
        found = templates.newest(session, which, "en")
    subject, body = (found.subject, found.body) if found else rules.built_in(which)
    return _page(parts, request, which, subject, body)


@routes.post(f"{HERE}/{{kind}}")
def keep(
    parts: House, request: Request, kind: str, subject: Text = "", body: Text = ""
) -> Response:
    which, reader, now = _kind(kind), reader_of(request), parts.clock.now()
    try:
        with parts.store.write() as session:
            kept = rules.edit(session, which, "en", subject, body, by=reader.name, now=now)
            audit.note(session, reader, "template_kept", f"template:{kept.id}", now)
    except RuleError as error:
        return _page(parts, request, which, subject, body, str(error))
    return done(parts, f"{HERE}/{kind}", f"Version {kept.version} counts from now on")


def _kind(word: str) -> rules.Kind:
    if word not in KINDS:
        raise RuleError(f"There is no template {word!r}.", mend=f"There are: {', '.join(KINDS)}.")
    return KINDS[word]
