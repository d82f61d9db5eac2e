"""Tokens: what programs sign in with, shown once and never allowed more than their owner."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from config.errors import NotFoundError, RuleError
from soundingboard.access import audit
from soundingboard.access.sessions import new_secret, sha
from store import tables
from store import tokens as rows

SCOPES = ("read", "write", "import", "metrics")
ALLOWED = {
    "viewer": frozenset({"read"}),
    "moderator": frozenset({"read", "write"}),
    "marketer": frozenset({"read", "write", "import"}),
    "admin": frozenset(SCOPES),
}
"""Which scopes a role may hand to a program."""
LONGEST_DAYS = 366
_NAME_LENGTH = 80
_BEARER = re.compile(r"bearer +(sb_[0-9a-f]{8}_[A-Za-z0-9_-]{43})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bearer:
    """A program at the door: its token, whose it is, and what it may do today."""

    token: tables.ApiToken
    user: tables.User
    scopes: frozenset[str]


def make(
    session: Session,
    user: tables.User,
    name: str,
    scopes: Collection[str],
    *,
    days: int | None,
    by: audit.Actor | str,
    now: datetime,
) -> tuple[tables.ApiToken, str]:
    """A new token of a user, and its words, which nobody can show again.

    days : until it ends, 1..366; None = until it is revoked

    Raises RuleError for a name that is none, scopes the user's role does not have, or a time that
    is too long.
    """
    called = " ".join(name.split())[:_NAME_LENGTH]
    if not called or not called.isprintable():
        raise RuleError("A token needs a name.", mend="Say which program uses it.")
    _refuse_scopes(user, scopes)
    if days is not None and not 1 <= days <= LONGEST_DAYS:
        raise RuleError(f"A token lasts 1 to {LONGEST_DAYS} days.", mend="Give fewer days.")
    prefix = f"sb_{secrets.token_hex(4)}"
    words = f"{prefix}_{new_secret()}"
    token = tables.ApiToken(
        user_id=user.id or 0,
        name=called,
        prefix=prefix,
        token_sha=sha(words),
        scopes=[scope for scope in SCOPES if scope in scopes],
        made_at=now,
        expires_at=None if days is None else now + timedelta(days=days),
    )
    session.add(token)
    session.flush()
    audit.note(
        session, by, "token_made", f"token:{token.id}", now, user=user.id, scopes=token.scopes
    )
    return token, words


def _refuse_scopes(user: tables.User, scopes: Collection[str]) -> None:
    if user.disabled_at is not None:
        raise RuleError(f"{user.name} may not come in.", mend="Enable them first.")
    if not scopes or set(scopes) - set(SCOPES):
        raise RuleError(
            "A token needs scopes we know.", mend=f"Take one or more of {', '.join(SCOPES)}."
        )
    beyond = [scope for scope in SCOPES if scope in set(scopes) - ALLOWED[user.role]]
    if beyond:
        raise RuleError(
            f"{user.name} is {user.role} and may not hand out {', '.join(beyond)}.",
            mend="Leave it out, or let somebody make the token whose role has it.",
        )


def revoke(
    session: Session, token_id: int, by: audit.Actor | str, now: datetime
) -> tables.ApiToken:
    """End a token at once and for good; again changes nothing. Raises NotFoundError."""
    token = rows.token(session, token_id)
    if token is None:
        raise NotFoundError(f"There is no token {token_id}.", mend="soundingboard token list")
    if token.revoked_at is None:
        token.revoked_at = now
        session.add(token)
        session.flush()
        audit.note(session, by, "token_revoked", f"token:{token.id}", now, user=token.user_id)
    return token


def bearer(session: Session, header: str | None, now: datetime) -> Bearer | None:
    """Who asks, by the whole Authorization header; None if nobody may. Writes nothing.

    Dead are tokens that ended or were revoked, and all tokens of a user who is disabled.
    """
    told = _BEARER.fullmatch(header.strip()) if header else None
    if told is None:
        return None
    token_sha = sha(told[1])
    found = rows.token_by(session, token_sha)
    if found is None or not hmac.compare_digest(found[0].token_sha, token_sha):
        return None
    token, user = found
    if state_of(token, user, now) != "active":
        return None
    return Bearer(token, user, frozenset(token.scopes) & ALLOWED[user.role])


def state_of(token: tables.ApiToken, user: tables.User, now: datetime) -> str:
    """active, or why it is not: revoked, ended, or its owner disabled."""
    if token.revoked_at is not None:
        return "revoked"
    if token.expires_at is not None and token.expires_at <= now:
        return "ended"
    return "owner disabled" if user.disabled_at is not None else "active"
