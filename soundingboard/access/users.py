"""Users: who is one of ours, in which role, and whether they may come in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlmodel import Session

from community.history import clean, name_key
from config import checks
from config.errors import NotFoundError, RuleError
from soundingboard.access import audit, sessions
from store import tables
from store import users as rows
from store.tables.access import ROLES

LONGEST_NAME = 80


def add(
    session: Session,
    *,
    name: str,
    address: str,
    role: str,
    timezone: str,
    by: audit.Actor | str,
    now: datetime,
) -> tables.User:
    """Make somebody one of ours; they come in once they chose a password by their link.

    Raises RuleError for a name or address that is none or somebody else's, an unknown role or zone.
    """
    rows.held(session)
    whose = by if isinstance(by, str) else by.name
    user = made(session, name, address, role, timezone, whose, now)
    session.add(user)
    session.flush()
    audit.note(session, by, "user_added", f"user:{user.id}", now, role=role)
    return user


def made(
    session: Session, name: str, address: str, role: str, timezone: str, by: str, now: datetime
) -> tables.User:
    """A user as they would be written, checked against the others. Raises RuleError as `add`."""
    called, at = " ".join(clean(name).split()), rows.folded(address)
    if not called or len(called) > LONGEST_NAME or not called.isprintable():
        raise RuleError(f"A user needs a name of 1 to {LONGEST_NAME} characters.")
    if role not in ROLES:
        raise RuleError(f"{role!r} is no role.", mend=f"Roles are {', '.join(ROLES)}.")
    _checked(checks.mail_address, at)
    if len(at) > rows.LONGEST_ADDRESS:
        raise RuleError("That mail address is too long.", mend="Check it.")
    _checked(checks.zone, timezone)
    for other in rows.users(session):
        if other.address == at:
            raise RuleError(f"{at} is {other.name}'s address.", mend="Give them a new link.")
        if name_key(other.name) == name_key(called):
            raise RuleError(
                f"Somebody is called {other.name} already.",
                mend="Add what tells them apart, as in a second name.",
            )
    return tables.User(
        address=at, name=called, role=role, timezone=timezone, made_by=by, made_at=now
    )


def set_role(
    session: Session, user_id: int, role: str, by: audit.Actor | str, now: datetime
) -> tables.User:
    """Give a user another role; they have to sign in again. The same role changes nothing.

    Raises NotFoundError, RuleError for an unknown role or the last administrator.
    """
    if role not in ROLES:
        raise RuleError(f"{role!r} is no role.", mend=f"Roles are {', '.join(ROLES)}.")
    everybody = rows.held(session)
    user = _of(everybody, user_id)
    if user.role == role:
        return user
    _keep_an_admin(everybody, user)
    before, user.role = user.role, role
    session.add(user)
    sessions.end_all(session, user_id, now)
    audit.note(session, by, "role_changed", f"user:{user_id}", now, before=before, after=role)
    return user


def disable(session: Session, user_id: int, by: audit.Actor | str, now: datetime) -> tables.User:
    """Let a user in no more: signed out everywhere, links and tokens dead. Again changes nothing.

    Raises NotFoundError, RuleError for the last administrator.
    """
    everybody = rows.held(session)
    user = _of(everybody, user_id)
    if user.disabled_at is not None:
        return user
    _keep_an_admin(everybody, user)
    user.disabled_at = now
    session.add(user)
    ended = sessions.end_all(session, user_id, now)
    audit.note(session, by, "user_disabled", f"user:{user_id}", now, sessions=ended)
    return user


def enable(session: Session, user_id: int, by: audit.Actor | str, now: datetime) -> tables.User:
    """Let a user in again, with the role and password they had. Raises NotFoundError."""
    user = _of(rows.held(session), user_id)
    if user.disabled_at is not None:
        user.disabled_at = None
        session.add(user)
        session.flush()
        audit.note(session, by, "user_enabled", f"user:{user_id}", now)
    return user


def one(session: Session, told: str) -> tables.User:
    """The user of that number, address or name. Raises NotFoundError."""
    key = told.strip()
    for user in rows.users(session):
        if key == str(user.id) or rows.folded(key) == user.address:
            return user
        if name_key(key) == name_key(user.name):
            return user
    raise NotFoundError(f"There is no user {key!r}.", mend="See: soundingboard user list")


def _of(everybody: dict[int, tables.User], user_id: int) -> tables.User:
    if user_id not in everybody:
        raise NotFoundError(f"There is no user {user_id}.", mend="See: soundingboard user list")
    return everybody[user_id]


def _keep_an_admin(everybody: dict[int, tables.User], user: tables.User) -> None:
    """Raises RuleError if without this one nobody were left who can sign in and give roles."""
    able = {
        key
        for key, one in everybody.items()
        if one.role == "admin" and one.disabled_at is None and one.password_hash is not None
    }
    if able == {user.id}:
        raise RuleError(
            f"{user.name} is the only administrator.", mend="Make somebody else one first."
        )


def _checked(check: Callable[[str], object], value: str) -> None:
    try:
        check(value)
    except ValueError as error:
        raise RuleError(f"{str(error)[:1].upper()}{str(error)[1:]}.") from None
