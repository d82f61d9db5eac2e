"""Signing in: slow for guessers, the same for everybody, and never closed to a known browser."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import event
from sqlmodel import select

from config.errors import RuleError
from soundingboard.access import own, sessions, users, welcome
from soundingboard.access.passwords import Hasher
from soundingboard.access.sightings import Sightings
from soundingboard.access.signing_in import Outcome, sign_in
from soundingboard.access.upkeep import keep_up
from store import audit as log
from store import tables
from store.session import Store, open_store
from store.tombstones import Marker
from tests.copies import lay_database
from tests.fakes import NOW

MARKER = Marker(b"a key of the tests")
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
SECRET = "marmalade violin tundra 7"
ADDRESS = "ann@lumen.test"
DAY = timedelta(days=1)


class CountingHasher(Hasher):
    """A cheap hasher that counts what it was asked to check, and how many at once."""

    def __init__(self) -> None:
        super().__init__(CHEAP)
        self.checked = 0

    def matches(self, password_hash: str | None, password: str) -> bool:
        self.checked += 1
        return super().matches(password_hash, password)


@dataclass
class Door:
    """A house with one administrator, Ann, and a clock that is turned by hand."""

    store: Store
    hasher: CountingHasher = field(default_factory=CountingHasher)
    now: datetime = NOW

    def try_in(
        self,
        password: str = SECRET,
        address: str = ADDRESS,
        *,
        client: str = "203.0.113.7",
        device: str | None = None,
    ) -> Outcome:
        return sign_in(
            self.store,
            MARKER,
            address,
            password,
            client=client,
            device=device,
            agent="Browser 1",
            now=self.now,
            hasher=self.hasher,
        )

    def reader(self, token: str | None) -> tables.User | None:
        with self.store.read() as session:
            return sessions.reader_by(session, token, self.now)


@pytest.fixture
def door(tmp_path: Path) -> Iterator[Door]:
    store = open_store(lay_database(tmp_path / "test.db"))
    made = Door(store)
    with store.write() as session:
        link = welcome.first_link(session, NOW)
    welcome.become_first_admin(
        store,
        link or "",
        name="Ann",
        address=ADDRESS,
        timezone="UTC",
        password=SECRET,
        brands=["Lumen"],
        agent="",
        device=None,
        now=NOW,
        hasher=made.hasher,
    )
    yield made
    store.close()


def test_the_right_password_opens_a_new_session_however_the_address_is_typed(door: Door) -> None:
    first, second = door.try_in(), door.try_in(address="  ANN@Lumen.test ")
    assert first.token is not None
    assert first.token != second.token
    assert door.reader(first.token) == door.reader(second.token)
    with door.store.read() as session:
        kept = str([row.model_dump() for row in session.exec(select(tables.UserSession))])
    assert first.token not in kept
    assert first.device not in kept


@pytest.mark.parametrize("apart_s", [0, 20, 300])
def test_guessing_all_day_reaches_twenty_checks_at_most(door: Door, apart_s: int) -> None:
    for i in range(280):  # ten thousand do the same and take a minute
        door.now = NOW + timedelta(seconds=i * apart_s)
        door.try_in(f"guess number {i}", client=f"198.51.{i % 250}.{i % 199}")
    assert 5 <= door.hasher.checked <= 20


def test_one_place_that_tries_many_accounts_is_slowed_as_much(door: Door) -> None:
    for i in range(280):
        door.now = NOW + timedelta(minutes=5 * i)
        door.try_in("guess", address=f"user{i}@lumen.test", client=f"2001:db8:1:2::{i:x}")
    assert door.hasher.checked <= 20


def test_guessers_at_once_get_no_more_tries_than_one_after_the_other(door: Door) -> None:
    threads = [threading.Thread(target=door.try_in, args=("guess",)) for _ in range(24)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert door.hasher.checked == 5


def test_waits_double_from_a_minute_to_four_hours(door: Door) -> None:
    waits = []
    for _ in range(16):
        waits.append(door.try_in("guess").retry_after)
        door.now += timedelta(seconds=waits[-1])
    assert waits[:4] == [0, 0, 0, 0]
    assert waits[4:12] == [60 * 2**i for i in range(8)]
    assert set(waits[12:]) == {4 * 3600}


def test_a_known_browser_gets_in_whatever_strangers_do(door: Door) -> None:
    known = door.try_in()
    for i in range(20):
        door.try_in(f"guess {i}")
    assert door.try_in().user is None
    assert door.try_in(device=known.device).user is not None
    for i in range(10):
        door.try_in(f"guess {i}", device=known.device)
    assert door.try_in(device=known.device).user is None  # it has a budget of its own
    door.now += timedelta(minutes=1)
    assert door.try_in(device=known.device).user is not None


def test_a_browser_known_to_one_user_is_a_stranger_to_another(door: Door) -> None:
    known = door.try_in()
    for _ in range(8):
        door.try_in("guess", address="bob@lumen.test", device=known.device)
    refused = door.try_in("guess", address="bob@lumen.test", device=known.device)
    assert refused.retry_after > 0
    assert door.hasher.checked == 1 + 5


def test_success_gives_guessers_no_new_tries(door: Door) -> None:
    for _ in range(4):
        door.try_in("guess")
    assert door.try_in().user is not None
    door.try_in("guess")
    assert door.try_in("guess").retry_after == 60


def test_whoever_must_wait_leaves_no_row_and_costs_no_hash(door: Door) -> None:
    for _ in range(6):
        door.try_in("guess")
    with statements(door.store) as asked:
        door.try_in("guess")
    assert not [line for line in asked if not line.startswith("SELECT")]


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """The SQL sent meanwhile, without its values."""
    seen: list[str] = []

    def hear(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(re.sub(r"\s+", " ", statement))

    event.listen(store.engine, "before_cursor_execute", hear)
    try:
        yield seen
    finally:
        event.remove(store.engine, "before_cursor_execute", hear)


def test_failing_costs_the_same_work_and_says_the_same_whoever_was_named(door: Door) -> None:
    with door.store.write() as session:
        users.add(session, name="Bo", address="bo@lumen.test", role="viewer", timezone="UTC",
                  by="Ann", now=NOW)  # fmt: skip
        gone = users.add(session, name="Cy", address="cy@lumen.test", role="viewer",
                         timezone="UTC", by="Ann", now=NOW)  # fmt: skip
        users.disable(session, gone.id or 0, "Ann", NOW)
    work = []
    for i, address in enumerate((ADDRESS, "bo@lumen.test", "cy@lumen.test", "no@lumen.test")):
        before = door.hasher.checked
        with statements(door.store) as asked:
            outcome = door.try_in("wrong", address=address, client=f"192.0.2.{i}")
        work.append((outcome.user, outcome.retry_after, door.hasher.checked - before, asked))
    assert all(done == work[0] for done in work)


def test_hostile_addresses_and_passwords_only_fail(door: Door) -> None:
    for i, words in enumerate(("\0", "a\0b@x.test", "\ud800", "'; --", "a" * 100_000, "٣@٣.٣", "")):
        outcome = door.try_in(words, address=words, client=words, device=words)
        assert (outcome.user, i) == (None, i)


def test_sessions_end_when_idle_when_old_and_when_signed_out(door: Door) -> None:
    token = door.try_in().token or ""
    seen = Sightings()
    door.now += timedelta(hours=11)
    seen.of_session(token, door.now)
    keep_up(door.store, seen, door.now)
    door.now += timedelta(hours=11)
    assert door.reader(token) is not None
    door.now += timedelta(hours=2)
    assert door.reader(token) is None

    token = door.try_in().token or ""
    started = door.now
    while door.now - started < 7 * DAY:
        assert door.reader(token) is not None
        seen.of_session(token, door.now)
        keep_up(door.store, seen, door.now)
        door.now += timedelta(hours=8)
    assert door.reader(token) is None

    token = door.try_in().token or ""
    with door.store.write() as session:
        assert sessions.end(session, token, door.now)
    assert door.reader(token) is None
    assert door.reader("x" * 43) is None


def test_a_changed_password_ends_all_other_sessions_and_forgets_their_browsers(
    door: Door,
) -> None:
    mine, other = door.try_in(), door.try_in()
    assert mine.user is not None
    change = {
        "token": mine.token or "",
        "client": "203.0.113.7",
        "device": mine.device,
        "brands": ["Lumen"],
        "now": door.now,
        "hasher": door.hasher,
    }
    with pytest.raises(RuleError, match="not your current"):
        own.change_password(
            door.store, MARKER, mine.user, "wrong", "teapot aurora 51 kelp", **change
        )  # type: ignore[arg-type]
    own.change_password(door.store, MARKER, mine.user, SECRET, "teapot aurora 51 kelp", **change)  # type: ignore[arg-type]
    assert door.reader(mine.token) is not None
    assert door.reader(other.token) is None
    assert door.try_in().user is None
    for _ in range(8):
        door.try_in("guess")
    assert door.try_in("teapot aurora 51 kelp", device=other.device).user is None
    assert door.try_in("teapot aurora 51 kelp", device=mine.device).user is not None


def test_attempts_are_kept_a_day_and_everything_is_in_the_log(door: Door) -> None:
    door.try_in("guess", address="no@lumen.test")
    door.try_in("guess")
    door.try_in()
    keep_up(door.store, Sightings(), door.now + DAY + timedelta(seconds=1))
    with door.store.read() as session:
        assert session.exec(select(tables.SignInAttempt)).all() == []
        told = [(e.action, e.subject) for e in log.entries(session, limit=3)]
    assert told == [
        ("signed_in", "user:1"),
        ("sign_in_failed", "user:1"),
        ("sign_in_failed", "user:unknown"),
    ]


def test_hashes_made_with_older_parameters_are_renewed(door: Door) -> None:
    stronger = Hasher(PasswordHasher(time_cost=2, memory_cost=8, parallelism=1))
    with door.store.read() as session:
        before = users.one(session, "Ann").password_hash
    sign_in(door.store, MARKER, ADDRESS, SECRET, client="x", device=None, agent="",
            now=NOW, hasher=stronger)  # fmt: skip
    with door.store.read() as session:
        after = users.one(session, "Ann").password_hash
    assert before != after
    assert door.try_in().user is not None
