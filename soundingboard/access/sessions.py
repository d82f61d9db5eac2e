"""Sessions: one browser signed in, known by a cookie of which only a hash is kept."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from soundingboard.access import audit
from store import tables, user_sessions

SESSION_COOKIE, DEVICE_COOKIE = "__Host-session", "__Host-device"
IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_AGENT_LENGTH = 200


def new_secret() -> str:
    """256 bits for a cookie, a link or a token, as 43 characters."""
    return secrets.token_urlsafe(32)


def is_secret(text: str | None) -> bool:
    """Whether that looks like one of ours."""
    return text is not None and _SECRET.fullmatch(text) is not None


def sha(secret: str) -> str:
    """What is kept of a secret: SHA-256 in hex. Its 256 bits cannot be guessed, so no salt."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def open_session(
    session: Session, user: tables.User, *, agent: str, device: str, now: datetime
) -> str:
    """Sign a browser in; the value of its new cookie, never seen before.

    agent  : how the browser calls itself, to know it again in a list
    device : the value of the cookie by which this browser is known later
    """
    secret = new_secret()
    session.add(
        tables.UserSession(
            user_id=user.id or 0,
            token_sha=sha(secret),
            device=sha(device),
            agent=_printable(agent),
            made_at=now,
            seen_at=now,
        )
    )
    session.flush()
    return secret


def reader_by(session: Session, token: str | None, now: datetime) -> tables.User | None:
    """Who is signed in with this cookie; None if nobody is, or not any more. Writes nothing."""
    if token is None or not is_secret(token):
        return None
    return user_sessions.user_by(
        session, sha(token), seen_after=now - IDLE, made_after=now - LONGEST
    )


def open_of(session: Session, user_id: int, now: datetime) -> Sequence[tables.UserSession]:
    """The browsers a user is signed in with, the one used last first."""
    return user_sessions.open_sessions(
        session, user_id, seen_after=now - IDLE, made_after=now - LONGEST
    )


def end(session: Session, token: str, now: datetime) -> bool:
    """Sign this browser out; False if it was not signed in."""
    return user_sessions.end(session, sha(token), now) is not None


def end_others(session: Session, user: tables.User, token: str, now: datetime) -> int:
    """Sign every other browser of a user out, and forget them as known; how many."""
    ended = end_all(session, user.id or 0, now, but=token, forget=True)
    audit.note(session, user, "sessions_ended", f"user:{user.id}", now, sessions=ended)
    return ended


def end_all(
    session: Session, user_id: int, now: datetime, *, but: str | None = None, forget: bool = False
) -> int:
    """Sign a user out everywhere, save where the cookie is `but`; how many browsers that were.

    forget : none of those browsers counts as known any more
    """
    kept = sha(but) if but else ""
    return user_sessions.end_all(session, user_id, now, but=kept, forget=forget)


def _printable(agent: str) -> str:
    return "".join(c for c in agent[:_AGENT_LENGTH] if c.isprintable())
