"""One-time links: whoever has one chooses a password, or becomes the first administrator."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from config.errors import NotFoundError, RuleError
from soundingboard.access import audit, sessions, users
from soundingboard.access.passwords import HOUSE, Hasher, refuse_weak
from store import sign_ins, tables
from store import users as rows
from store.session import Store

FIRST_LASTS = timedelta(hours=24)
LASTS = timedelta(hours=72)
TERMINAL = "the terminal"
_ASK = "Ask an administrator for a new one."
_AGAIN = "Run: soundingboard user first-link"


@dataclass(frozen=True, slots=True)
class Welcomed:
    """Somebody who just chose a password and is signed in: the values of their two cookies."""

    user: tables.User
    token: str
    device: str


def first_link(session: Session, now: datetime) -> str | None:
    """The token of a link that makes the first administrator; None if there is one already.

    It lasts 24 hours and only one is good at a time. Whoever has it owns the house, so it is shown
    in the terminal and nowhere else.
    """
    rows.held(session)
    sign_ins.drop_links(session, None)
    if rows.is_run(session):
        return None
    token = _made(session, None, TERMINAL, now, FIRST_LASTS)
    audit.note(session, TERMINAL, "first_link_made", "user:first", now)
    return token


def new_link(session: Session, user_id: int, by: audit.Actor | str, now: datetime) -> str:
    """The token of a link by which a user chooses a (new) password within 72 hours.

    Older links of theirs die; the password they have works until they choose another. Raises
    NotFoundError, or RuleError for somebody who is disabled.
    """
    user = rows.user(session, user_id)
    if user is None:
        raise NotFoundError(f"There is no user {user_id}.", mend="soundingboard user list")
    if user.disabled_at is not None:
        raise RuleError(f"{user.name} may not come in.", mend="Enable them first.")
    sign_ins.drop_links(session, user_id)
    token = _made(session, user_id, by if isinstance(by, str) else by.name, now, LASTS)
    audit.note(session, by, "link_made", f"user:{user_id}", now)
    return token


def address_of(public_url: str, token: str) -> str:
    """The address of a one-time link."""
    return f"{public_url}/welcome/{token}"


def link(session: Session, token: str, now: datetime) -> tables.SignInLink:
    """The link with that token, not used up. Raises RuleError if it is not, or no more, good."""
    found = sign_ins.link_by(session, sessions.sha(token)) if sessions.is_secret(token) else None
    if found is None:
        raise _no_good("This link is not one of ours, or a newer one took its place.")
    mend = _ASK if found.user_id else _AGAIN
    if found.used_at is not None:
        raise _no_good("This link was used already.", mend)
    if found.expires_at <= now:
        raise _no_good("This link has run out.", mend)
    if found.user_id is None and rows.is_run(session):
        raise _no_good("There is an administrator already.")
    return found


def owner(session: Session, link: tables.SignInLink) -> tables.User | None:
    """Whose link that is; None = the first administrator's. Raises RuleError if they are out."""
    return _whose(session, link) if link.user_id else None


def choose_password(
    store: Store,
    token: str,
    password: str,
    *,
    brands: Sequence[str],
    agent: str,
    device: str | None,
    now: datetime,
    hasher: Hasher = HOUSE,
) -> Welcomed:
    """Use a user's link up: the password is theirs from now on, every other browser is signed out,
    and this one is signed in.

    Raises RuleError if the link is not good any more, or the password too weak (the link is then
    as good as before).
    """
    with store.read() as session:
        user = _whose(session, link(session, token, now))
    refuse_weak(password, (user.address, user.name, *brands))
    password_hash = hasher.hash(password)
    with store.write() as session:
        used = sign_ins.use_link(session, sessions.sha(token), now)
        if used is None:
            raise _no_good("This link was used already.", _ASK)
        user = _whose(session, used)
        user.password_hash = password_hash
        session.add(user)
        sessions.end_all(session, user.id or 0, now, forget=True)
        return _let_in(session, user, "password_chosen", agent, device, now)


def become_first_admin(
    store: Store,
    token: str,
    *,
    name: str,
    address: str,
    timezone: str,
    password: str,
    brands: Sequence[str],
    agent: str,
    device: str | None,
    now: datetime,
    hasher: Hasher = HOUSE,
) -> Welcomed:
    """Use the first link up: whoever has it is an administrator from now on, and signed in.

    Raises RuleError if the link is not good any more, or something given is (the link is then as
    good as before).
    """
    with store.read() as session:
        if link(session, token, now).user_id is not None:
            raise _no_good("This link is for somebody who is known already.")
        users.made(session, name, address, "admin", timezone, "", now)
    refuse_weak(password, (address, name, *brands))
    password_hash = hasher.hash(password)
    with store.write() as session:
        everybody = rows.held(session).values()
        used = sign_ins.use_link(session, sessions.sha(token), now)
        if used is None or any(u.role == "admin" and not u.disabled_at for u in everybody):
            raise _no_good("This link was used already.", _AGAIN)
        user = users.made(session, name, address, "admin", timezone, "the first link", now)
        user.password_hash = password_hash
        session.add(user)
        session.flush()
        return _let_in(session, user, "first_admin_made", agent, device, now)


def _let_in(
    session: Session, user: tables.User, action: str, agent: str, device: str | None, now: datetime
) -> Welcomed:
    known_as = device if device and sessions.is_secret(device) else sessions.new_secret()
    token = sessions.open_session(session, user, agent=agent, device=known_as, now=now)
    audit.note(session, user, action, f"user:{user.id}", now)
    return Welcomed(user, token, known_as)


def _whose(session: Session, link: tables.SignInLink) -> tables.User:
    user = rows.user(session, link.user_id) if link.user_id else None
    if user is None:
        raise _no_good("This link makes an administrator; it is for nobody known.")
    if user.disabled_at is not None:
        raise _no_good("This link is not good any more.", _ASK)
    return user


def _made(session: Session, user_id: int | None, by: str, now: datetime, lasts: timedelta) -> str:
    token = sessions.new_secret()
    session.add(
        tables.SignInLink(
            user_id=user_id,
            token_sha=sessions.sha(token),
            made_by=by,
            made_at=now,
            expires_at=now + lasts,
        )
    )
    session.flush()
    return token


def _no_good(problem: str, mend: str = "Open it just as it was given to you.") -> RuleError:
    return RuleError(problem, mend=mend)
