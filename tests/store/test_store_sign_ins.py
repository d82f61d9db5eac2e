"""Many at once at the door, on both databases: attempts are counted, links used and admins kept."""

from __future__ import annotations

import threading
from collections.abc import Callable

from argon2 import PasswordHasher

from config.errors import RuleError
from soundingboard.access import sessions, tokens, users, welcome
from soundingboard.access.passwords import Hasher
from soundingboard.access.signing_in import sign_in
from store import user_sessions
from store.session import Store
from store.tombstones import Marker
from tests.fakes import NOW

CHEAP = Hasher(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
SECRET = "marmalade violin tundra 7"


def at_once(count: int, step: Callable[[int], object]) -> list[object]:
    """What each of `count` threads got; a rule that forbade it counts as None."""
    got: list[object] = [None] * count

    def run(i: int) -> None:
        try:
            got[i] = step(i)
        except RuleError:
            got[i] = None

    threads = [threading.Thread(target=run, args=(i,)) for i in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return got


def add_admin(store: Store, name: str) -> int:
    with store.write() as session:
        user = users.add(
            session,
            name=name,
            address=f"{name}@lumen.test",
            role="admin",
            timezone="UTC",
            by="Op",
            now=NOW,
        )
        user.password_hash = CHEAP.hash(SECRET)
        session.add(user)
        session.flush()
        return user.id or 0


def attempt(store: Store, password: str) -> object:
    return sign_in(
        store,
        Marker(b"k"),
        "ann@lumen.test",
        password,
        client="192.0.2.1",
        device=None,
        agent="",
        now=NOW,
        hasher=CHEAP,
    )


def test_guesses_at_once_are_counted_one_by_one(store: Store) -> None:
    add_admin(store, "ann")
    outcomes = at_once(12, lambda _i: attempt(store, "wrong"))
    waits = [getattr(outcome, "retry_after", None) for outcome in outcomes]
    assert waits.count(0) <= 4
    assert set(waits) <= {0, 60}
    refused = attempt(store, SECRET)
    assert getattr(refused, "token", "") is None


def test_a_link_opened_by_several_at_once_is_used_once(store: Store) -> None:
    admin = add_admin(store, "ann")
    with store.write() as session:
        link = welcome.new_link(session, admin, "Op", NOW)
    got = at_once(
        6,
        lambda _i: welcome.choose_password(
            store, link, SECRET, brands=(), agent="", device=None, now=NOW, hasher=CHEAP
        ),
    )
    assert sum(one is not None for one in got) == 1


def test_two_administrators_who_disable_each_other_at_once_leave_one(store: Store) -> None:
    ids = [add_admin(store, "ann"), add_admin(store, "bo")]

    def disable(i: int) -> object:
        with store.write() as session:
            return users.disable(session, ids[i], "Op", NOW)

    assert sum(one is not None for one in at_once(2, disable)) == 1


def test_what_was_used_is_noted_and_found_again(store: Store) -> None:
    admin = add_admin(store, "ann")
    with store.write() as session:
        user = users.one(session, "ann")
        cookie = sessions.open_session(session, user, agent="", device="x" * 43, now=NOW)
        _, words = tokens.make(session, user, "t", ["read"], days=1, by=user, now=NOW)
    with store.read() as session:
        assert user_sessions.knows(session, admin, sessions.sha("x" * 43))
        assert sessions.reader_by(session, cookie, NOW) is not None
        found = tokens.bearer(session, f"Bearer {words}", NOW)
        assert found is not None
        assert user_sessions.last_seen(session) == {admin: NOW}
