"""The audit log: who did or looked at what, checked and exported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from soundingboard.access import audit
from soundingboard.web.console import show
from soundingboard.web.exporting import FORMATS, exported
from soundingboard.web.house import House
from soundingboard.web.reader import reader_of
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import audit as rows
from store import tables, users

HERE = "/settings/audit"
PAGE = 50
PIECE = 500
COLUMNS = (
    "number", "at", "user_id", "actor", "action", "subject", "details", "before_sha", "sha",
)  # fmt: skip

routes = APIRouter()
"""`/settings/audit`: GET lists; POST `check` follows the chain, `export` gives it as a file."""


@routes.api_route(HERE, methods=["GET", "HEAD"])
def list_(
    parts: House,
    request: Request,
    user: str = "",
    action: str = "",
    subject: str = "",
    after: str = "",
) -> Response:
    asked = _filter(user, action, subject)
    with parts.store.read() as session:
        found = rows.entries(session, **asked, before=_number(after), limit=PAGE + 1)
        people = [(one.id, one.name) for one in users.users(session)]
        actions = [(code, words_of(code)) for code in rows.actions(session)]
        head = audit.head(session)
    return show(
        request,
        parts,
        "audit/audit.html.j2",
        entries=found[:PAGE],
        more=found[PAGE - 1].number if len(found) > PAGE else None,
        asked={"user": user, "action": action, "subject": subject},
        people=people,
        actions=actions,
        head=head,
        words_of=words_of,
    )


@routes.post(f"{HERE}/check")
def check(parts: House, remembered: Annotated[str, Form()] = "") -> Response:
    known = audit.Head.read(remembered) if remembered.strip() else None
    with parts.store.read() as session:
        broken, head = audit.verify(session, known), audit.head(session)
    if broken is not None:
        words = f"The log is broken from entry {broken} on. Compare it with a backup."
        return done(parts, HERE, words, wrong=True)
    count = head.number if head else 0
    return done(parts, HERE, f"The log is whole: {count} entries, none changed or missing.")


@routes.post(f"{HERE}/export")
def export(
    parts: House,
    request: Request,
    kind: Annotated[str, Form(alias="as")] = "csv",
    user: str = "",
    action: str = "",
    subject: str = "",
) -> Response:
    asked = _filter(user, action, subject)
    if kind in FORMATS:
        with parts.store.write() as session:
            audit.note(
                session,
                reader_of(request),
                "list_exported",
                "list:audit",
                parts.clock.now(),
                format=kind,
                filters=[name for name, value in asked.items() if value is not None],
            )
    return exported(_everything(parts, asked), COLUMNS, "audit", kind)


def words_of(action: str) -> str:
    """A code as words.

    >>> words_of("role_changed")
    'Role changed'
    """
    return action.replace("_", " ").capitalize()


def _filter(user: str, action: str, subject: str) -> dict[str, Any]:
    return {
        "user_id": _number(user),
        "action": _told(action),
        "subject": _told(subject),
    }


def _told(text: str) -> str | None:
    """What was asked for, without what no database can look for; nothing = everything."""
    return "".join(c for c in text.strip() if c.isprintable())[:100] or None


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _everything(parts: Parts, asked: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """All entries of a filter, the newest first, read in short pieces."""
    before: int | None = None
    while True:
        with parts.store.read() as session:
            found = rows.entries(session, **asked, before=before, limit=PIECE)
        yield from (_row(entry) for entry in found)
        if len(found) < PIECE:
            return
        before = found[-1].number


def _row(entry: tables.AuditEntry) -> dict[str, Any]:
    return {column: getattr(entry, column) for column in COLUMNS}
