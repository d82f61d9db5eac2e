"""What users change of their own account: their password, time zone, theme and shortcuts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from config import checks
from config.errors import RuleError
from soundingboard.access import audit, sessions
from soundingboard.access.passwords import HOUSE, Hasher, refuse_weak
from soundingboard.access.signing_in import prove
from store import sign_ins, tables, users
from store.session import Store
from store.tombstones import Marker

THEMES = ("auto", "light", "dark")


def change_password(
    store: Store,
    marker: Marker,
    user: tables.User,
    current: str,
    new: str,
    *,
    token: str,
    client: str,
    device: str | None,
    brands: Sequence[str],
    now: datetime,
    hasher: Hasher = HOUSE,
) -> None:
    """Change a user's own password: every other browser of theirs is signed out and forgotten.

    token : the cookie of the session that stays. The current password is proven like at the door,
    waits and all, so that a browser left open is no way to guess it.

    Raises RuleError for a new password that is weak, a current one that is wrong, or if they have
    to wait.
    """
    refuse_weak(new, (user.address, user.name, *brands))
    proof = prove(
        store,
        marker,
        user.address,
        current,
        client=client,
        device=device or sessions.new_secret(),
        now=now,
        hasher=hasher,
    )
    if proof.user is None or proof.attempt_id is None:
        wait = f"Wait {proof.retry_after} seconds, then try again." if proof.retry_after else ""
        raise RuleError(
            "That is not your current password.", mend=wait or "Type it once more, slowly."
        )
    password_hash = hasher.hash(new)
    with store.write() as session:
        fresh = users.user(session, user.id or 0)
        if fresh is None or fresh.password_hash != proof.user.password_hash:
            raise RuleError("Your password was changed meanwhile.", mend="Sign in again.")
        sign_ins.pass_attempt(session, proof.attempt_id)
        fresh.password_hash = password_hash
        session.add(fresh)
        ended = sessions.end_all(session, fresh.id or 0, now, but=token, forget=True)
        sign_ins.drop_links(session, fresh.id)
        audit.note(session, fresh, "password_changed", f"user:{fresh.id}", now, sessions=ended)


def set_prefs(
    session: Session,
    user_id: int,
    *,
    timezone: str,
    theme: str,
    shortcuts: bool,
) -> tables.User:
    """Set in which zone a user reads times, how pages look, and whether keys do anything.

    Raises RuleError for a zone or theme that is none.
    """
    user = users.user(session, user_id)
    if user is None:
        raise RuleError("This account is gone.", mend="Sign in again.")
    if theme not in THEMES:
        raise RuleError(f"{theme!r} is no theme.", mend=f"Themes are {', '.join(THEMES)}.")
    try:
        user.timezone = checks.zone(timezone)
    except ValueError as error:
        raise RuleError(f"{error}.", mend="Choose one from the list.") from None
    user.prefs = {**user.prefs, "theme": theme, "shortcuts": shortcuts}
    session.add(user)
    session.flush()
    return user
