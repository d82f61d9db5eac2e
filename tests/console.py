"""The console as its readers have it: a client signed in with a role, over the real application."""

from __future__ import annotations

from datetime import datetime

from fastapi import FastAPI
from fastapi.testclient import TestClient

from soundingboard.access import sessions
from soundingboard.wiring import Parts
from store import tables, users

ORIGIN = "https://voices.example.test"


def make_user(parts: Parts, role: str, name: str = "", timezone: str = "UTC") -> tables.User:
    """Somebody of ours with this role, made as if they had signed up long ago."""
    called = name or role.title()
    with parts.store.write() as session:
        known = users.by_address(session, f"{called.lower()}@example.test")
        if known is not None:
            return known
        user = tables.User(
            address=f"{called.lower()}@example.test",
            name=called,
            role=role,
            timezone=timezone,
            made_by="test",
            made_at=parts.clock.now(),
        )
        session.add(user)
        session.flush()
        return user


def cookie_of(parts: Parts, role: str, name: str = "", now: datetime | None = None) -> str:
    """The value of the session cookie of somebody with this role who just signed in."""
    user = make_user(parts, role, name)
    with parts.store.write() as session:
        return sessions.open_session(
            session, user, agent="test", device="test", now=now or parts.clock.now()
        )


def signed_in(app: FastAPI, parts: Parts, role: str = "admin", name: str = "") -> TestClient:
    """A client whose cookie says who they are; it follows no redirect by itself."""
    client = TestClient(app, base_url=ORIGIN, follow_redirects=False, raise_server_exceptions=False)
    client.cookies.set(
        sessions.SESSION_COOKIE, cookie_of(parts, role, name), domain="voices.example.test"
    )
    return client
