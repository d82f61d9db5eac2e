"""Which program asks, for whom, and whether the table of lines lets it in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from soundingboard.access import tokens
from soundingboard.web.api.lines import PREFIX, RULES
from soundingboard.web.api.problems import Refusal
from soundingboard.web.masking import masked, may_see_addresses, may_see_names
from soundingboard.wiring import Parts

BEARER = HTTPBearer(
    scheme_name="token",
    auto_error=False,
    description="A token, as `soundingboard token add` or the settings page make it.",
)


@dataclass(frozen=True, slots=True)
class Caller:
    """A program, in the name of the user whose token it holds; what it does is theirs.

    id, name, role : of the user
    """

    token_id: int
    id: int
    name: str
    role: str

    @property
    def sees_people(self) -> bool:
        """Whether it is told the names and addresses of members."""
        return may_see_addresses(self.role)

    def masked(self, handle: str) -> str:
        """An account's name, as far as this role sees it."""
        return masked(handle, self.role)

    def naming(self, words: str | None) -> str | None:
        """Words or an address that may name an account: only for who sees handles."""
        return words if may_see_names(self.role) else None


def admission(parts: Parts) -> Callable[..., None]:
    """A dependency of every route: who asks, and whether its line lets them in."""

    def admit(
        request: Request,
        _shown: Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)],
    ) -> None:
        _refuse_nul(request)
        let_in(parts, request, PREFIX + request.scope["route"].path)

    return admit


def let_in(parts: Parts, request: Request, path: str) -> None:
    """Look up the line of this address. Raises Refusal (401, 403)."""
    line = RULES.get((request.method, path))
    if line is None:  # a route nobody put into the table
        raise Refusal("not-allowed", "Nobody may ask this.")
    if line.scope is None:
        return
    now = parts.clock.now()
    with parts.store.read() as session:
        bearer = tokens.bearer(session, request.headers.get("authorization"), now)
    if bearer is None:
        raise Refusal(
            "no-token",
            "No token came with the request, or it ended or was revoked.",
            mend="Send: Authorization: Bearer sb_…",
            headers={"WWW-Authenticate": "Bearer"},
        )
    if line.scope not in bearer.scopes or bearer.user.role not in line.roles:
        raise Refusal(
            "not-allowed",
            f"This needs a token with the scope {line.scope}, of one of these roles: "
            f"{', '.join(sorted(line.roles))}.",
            mend="An admin of yours can make another token, or change the role.",
            headers={
                "WWW-Authenticate": f'Bearer error="insufficient_scope", scope="{line.scope}"'
            },
        )
    parts.sightings.of_token(bearer.token.id or 0, now)
    user = bearer.user
    request.state.caller = Caller(bearer.token.id or 0, user.id or 0, user.name, user.role)


def caller_of(request: Request) -> Caller:
    """Who asks; there is one wherever a line names a scope."""
    caller: Caller = request.state.caller
    return caller


def _refuse_nul(request: Request) -> None:
    """No database can look for it."""
    if "%00" in request.url.query or "%00" in request.scope.get("raw_path", b"").decode("latin-1"):
        raise Refusal("unreadable", "The address holds a character that cannot be kept.")
