"""Signing in: a password proven slowly for strangers, with the same work whoever was named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from soundingboard.access import audit, sessions
from soundingboard.access.passwords import HOUSE, Hasher
from soundingboard.access.throttle import Visitor, wait_s
from store import sign_ins, tables, user_sessions, users
from store.session import Store
from store.tombstones import Marker

FAILED = "That address and password do not belong together."
"""What every failure says, whether the address is unknown, disabled, or the password wrong."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How an attempt to sign in ended.

    token       : the value of the new session cookie, if it passed
    device      : the value of the cookie by which this browser is known from now on
    retry_after : seconds until the next attempt is looked at; 0 = at once
    """

    user: tables.User | None
    token: str | None
    device: str
    retry_after: int = 0


@dataclass(frozen=True, slots=True)
class Proof:
    """Whether somebody proved to be a user, and the attempt that was counted."""

    user: tables.User | None
    attempt_id: int | None = None
    retry_after: int = 0


def sign_in(
    store: Store,
    marker: Marker,
    address: str,
    password: str,
    *,
    client: str,
    device: str | None,
    agent: str,
    now: datetime,
    hasher: Hasher = HOUSE,
) -> Outcome:
    """Sign a browser in, if the password is the address's and it may try now.

    client : the net address it comes from; device : the value of its device cookie, if it has one
    """
    known_as = device if device and sessions.is_secret(device) else sessions.new_secret()
    proof = prove(
        store, marker, address, password, client=client, device=known_as, now=now, hasher=hasher
    )
    user, token = proof.user, None
    if user is not None and proof.attempt_id is not None:
        renewed = _renewed(hasher, user, password)
        with store.write() as session:
            fresh = users.user(session, user.id or 0)
            if fresh is None or not _same(fresh, user):
                return Outcome(None, None, known_as)
            sign_ins.pass_attempt(session, proof.attempt_id)
            fresh.password_hash = renewed
            session.add(fresh)
            token = sessions.open_session(session, fresh, agent=agent, device=known_as, now=now)
            audit.note(session, fresh, "signed_in", f"user:{fresh.id}", now)
        user = fresh
    return Outcome(user, token, known_as, proof.retry_after)


def prove(
    store: Store,
    marker: Marker,
    address: str,
    password: str,
    *,
    client: str,
    device: str,
    now: datetime,
    hasher: Hasher = HOUSE,
) -> Proof:
    """Whether the password is that of the address; the attempt counts as failed until it is noted
    as passed.

    It is counted before the password is looked at, so that many at once get no more tries than
    one after the other, and it is looked at outside any transaction. Whoever has to wait is told
    so without a row written or a hash made.
    """
    typed = users.folded(address)
    with store.read() as session:
        visitor = _visitor(session, marker, typed, client, device)
        wait = wait_s(session, visitor, now)
    if wait:
        return Proof(None, retry_after=wait)
    with store.write() as session:
        sign_ins.hold(session)
        wait = wait_s(session, visitor, now)
        if wait:
            return Proof(None, retry_after=wait)
        attempt = tables.SignInAttempt(
            account=visitor.account,
            client=visitor.client,
            device=visitor.device,
            passed=False,
            at=now,
        )
        session.add(attempt)
        session.flush()
        user = users.by_address(session, typed)
    may_come = user is not None and user.disabled_at is None
    kept = user.password_hash if user is not None and may_come else None
    if hasher.matches(kept, password):
        return Proof(user, attempt.id)
    with store.write() as session:
        whom = f"user:{user.id}" if user is not None else "user:unknown"
        audit.note(session, "", "sign_in_failed", whom, now)
        wait = wait_s(session, visitor, now)
    return Proof(None, attempt.id, wait)


def _visitor(session: Session, marker: Marker, typed: str, client: str, device: str) -> Visitor:
    """Asks the same questions whether or not the address is somebody's."""
    user = users.by_address(session, typed)
    device_sha = sessions.sha(device)
    is_known = user_sessions.knows(session, (user.id if user else None) or 0, device_sha)
    return Visitor.of(marker, typed, client, device_sha if is_known else None)


def _renewed(hasher: Hasher, user: tables.User, password: str) -> str | None:
    """The hash to keep: a new one where today's parameters are stronger."""
    kept = user.password_hash
    return hasher.hash(password) if kept and hasher.is_outdated(kept) else kept


def _same(fresh: tables.User, proven: tables.User) -> bool:
    """Whether nobody disabled them or changed their password while theirs was being checked."""
    return fresh.disabled_at is None and fresh.password_hash == proven.password_hash
