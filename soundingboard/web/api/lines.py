"""Every address of the interface for programs: the scope a token needs, and whose it must be."""

from __future__ import annotations

from dataclasses import dataclass

PREFIX = "/api/v1"

EVERYBODY = frozenset({"viewer", "moderator", "marketer", "admin"})
STAFF = EVERYBODY - {"viewer"}
MARKETERS = frozenset({"marketer", "admin"})
MODERATORS = frozenset({"moderator", "admin"})


@dataclass(frozen=True, slots=True)
class Line:
    """One address with one method.

    scope : of the token; None = everybody, or whoever signed what they send
    roles : of the token's owner today
    """

    method: str
    path: str
    scope: str | None
    roles: frozenset[str] = EVERYBODY


def _lines(scope: str, roles: frozenset[str], *asked: str) -> list[Line]:
    """Lines from "GET /path"."""
    return [Line(words.split()[0], PREFIX + words.split()[1], scope, roles) for words in asked]


LINES: tuple[Line, ...] = (
    Line("GET", f"{PREFIX}/openapi.json", None),
    Line("POST", f"{PREFIX}/import/{{grant}}", None),
    Line("GET", "/calendar/{token}.ics", None),
    Line("GET", "/healthz", None),
    Line("GET", "/metrics", "metrics"),
    *_lines(
        "read",
        EVERYBODY,
        "GET /brands",
        "GET /brands/{number}",
        "GET /sources",
        "GET /sources/{number}",
        "GET /posts",
        "GET /posts/{number}",
        "GET /authors",
        "GET /authors/{number}",
        "GET /candidates",
        "GET /candidates/{number}",
        "GET /candidates/{number}/decisions",
        "GET /slates",
        "GET /slates/{number}",
        "GET /committees",
        "GET /committees/{number}",
        "GET /committees/{number}/members",
        "GET /committees/{number}/meetings",
        "GET /members/{number}",
        "GET /meetings/{number}",
        "GET /suggestions",
        "GET /suggestions/{number}",
        "GET /invitations",
        "GET /invitations/{number}",
        "GET /review",
        "GET /review/{number}",
        "GET /kpis",
        "GET /kpis/{name}",
        "GET /goals",
        "GET /goals/{number}",
        "GET /events",
        "GET /events/{number}",
        "GET /alerts",
        "GET /alerts/{number}",
        "GET /webhooks/deliveries",
        "GET /webhooks/deliveries/{number}",
    ),
    *_lines(
        "write",
        STAFF,
        "POST /candidates/{number}/notes",
        "POST /candidates/{number}/assignments",
        "POST /suggestions",
        "POST /suggestions/{number}/steps",
        "POST /events",
        "DELETE /events/{number}",
        "POST /labels",
    ),
    *_lines(
        "write",
        MARKETERS,
        "POST /candidates/{number}/decisions",
        "POST /invitations",
        "POST /webhooks/deliveries/{number}/replay",
    ),
    *_lines(
        "write",
        MODERATORS,
        "POST /review/{number}/decisions",
        "POST /review/{number}/undo",
    ),
    *_lines("import", MARKETERS, "POST /import"),
)
"""Every address there is; one that is missing here answers nobody."""

RULES = {(line.method, line.path): line for line in LINES}

API_LINES: tuple[tuple[str, str, str | None], ...] = tuple(
    (line.method, line.path, line.scope) for line in LINES
)
"""(method, path, scope); no scope = everybody."""
