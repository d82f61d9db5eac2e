"""Who is one of ours: roles, one-time links, passwords that hold, tokens that do not outlive."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import given
from hypothesis import strategies as st

from config.errors import NotFoundError, RuleError
from soundingboard.access import audit, own, sessions, tokens, users, welcome
from soundingboard.access.passwords import Hasher, refuse_weak
from soundingboard.access.sightings import Sightings
from soundingboard.access.welcome import Welcomed
from store import audit as log
from store import tables
from store.session import Store, open_store
from tests.copies import lay_database
from tests.fakes import NOW

CHEAP = Hasher(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
SECRET = "marmalade violin tundra 7"
HOUR = timedelta(hours=1)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(lay_database(tmp_path / "test.db"))
    yield opened
    opened.close()


@pytest.fixture
def ann(store: Store) -> Welcomed:
    """The first administrator, signed in."""
    with store.write() as session:
        token = welcome.first_link(session, NOW)
    return first_admin(store, token or "")


def first_admin(store: Store, token: str, **told: Any) -> Welcomed:
    given = {"name": "Ann", "address": "ann@lumen.test", "timezone": "Europe/Vienna"}
    return welcome.become_first_admin(
        store,
        token,
        **{**given, "password": SECRET, "now": NOW, **told},
        brands=["Lumen"],
        agent="Browser 1",
        device=None,
        hasher=CHEAP,
    )


def choose(store: Store, token: str, password: str = SECRET, **told: Any) -> Welcomed:
    return welcome.choose_password(
        store, token, password, brands=["Lumen"], agent="", device=None,
        hasher=CHEAP, **{"now": NOW, **told},
    )  # fmt: skip


def add(store: Store, name: str, role: str = "viewer") -> tuple[tables.User, str]:
    """A user, and the token of their link."""
    with store.write() as session:
        user = users.add(
            session, name=name, address=f"{name.lower()}@lumen.test", role=role,
            timezone="UTC", by="Ann", now=NOW,
        )  # fmt: skip
        return user, welcome.new_link(session, user.id or 0, "Ann", NOW)


def test_the_first_link_makes_one_administrator_and_only_one(store: Store) -> None:
    with store.write() as session:
        older = welcome.first_link(session, NOW)
        newer = welcome.first_link(session, NOW)
    with pytest.raises(RuleError, match="newer one"):
        first_admin(store, older or "")
    made = first_admin(store, newer or "")
    assert made.user.role == "admin"
    with store.write() as session:
        assert sessions.reader_by(session, made.token, NOW) == made.user
        assert welcome.first_link(session, NOW) is None
    with pytest.raises(RuleError, match="used already"):
        first_admin(store, newer or "", name="Eve", address="eve@lumen.test")


def test_a_first_link_runs_out_after_a_day_and_survives_a_weak_password(store: Store) -> None:
    with store.write() as session:
        token = welcome.first_link(session, NOW) or ""
    for wrong in ({"password": "lumen"}, {"address": "nowhere"}, {"timezone": "Mars/Olympus"}):
        with pytest.raises(RuleError):
            first_admin(store, token, **wrong)
    with pytest.raises(RuleError, match="run out"):
        first_admin(store, token, now=NOW + 24 * HOUR)
    assert first_admin(store, token).user.name == "Ann"


def test_one_link_opened_by_several_at_once_lets_one_in(store: Store, ann: Welcomed) -> None:
    _, token = add(store, "Bo")
    let_in: list[Welcomed] = []

    def open_it() -> None:
        try:
            let_in.append(choose(store, token))
        except RuleError:
            return

    threads = [threading.Thread(target=open_it) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(let_in) == 1


def test_a_new_link_kills_the_older_and_its_use_signs_out_everywhere(
    store: Store, ann: Welcomed
) -> None:
    user, first = add(store, "Bo")
    before = choose(store, first)
    with store.write() as session:
        older = welcome.new_link(session, user.id or 0, ann.user, NOW)
        newer = welcome.new_link(session, user.id or 0, ann.user, NOW)
        assert sessions.reader_by(session, before.token, NOW) is not None
    with pytest.raises(RuleError, match="newer one"):
        choose(store, older)
    after = choose(store, newer, "another violin tundra 8")
    with store.read() as session:
        assert sessions.reader_by(session, before.token, NOW) is None
        assert sessions.reader_by(session, after.token, NOW) is not None


def test_the_last_administrator_can_neither_be_demoted_nor_disabled(
    store: Store, ann: Welcomed
) -> None:
    bo, token = add(store, "Bo", "admin")
    me = ann.user.id or 0
    for step in (
        lambda s: users.disable(s, me, ann.user, NOW),
        lambda s: users.set_role(s, me, "viewer", ann.user, NOW),
    ):
        with pytest.raises(RuleError, match="only administrator"), store.write() as session:
            step(session)  # Bo has no password yet and could let nobody back in
    choose(store, token)
    with store.write() as session:
        users.set_role(session, me, "viewer", bo, NOW)
        assert sessions.reader_by(session, ann.token, NOW) is None
        with pytest.raises(RuleError, match="only administrator"):
            users.disable(session, bo.id or 0, bo, NOW)


def test_whoever_is_disabled_is_out_at_once_with_links_and_tokens(
    store: Store, ann: Welcomed
) -> None:
    bo, first = add(store, "Bo", "marketer")
    inside = choose(store, first)
    with store.write() as session:
        link = welcome.new_link(session, bo.id or 0, ann.user, NOW)
        _, words = tokens.make(
            session, inside.user, "import", ["import"], days=30, by=inside.user, now=NOW
        )
    header = f"Bearer {words}"
    with store.write() as session:
        assert tokens.bearer(session, header, NOW) is not None
        users.disable(session, bo.id or 0, ann.user, NOW)
        assert sessions.reader_by(session, inside.token, NOW) is None
        assert tokens.bearer(session, header, NOW) is None
        with pytest.raises(RuleError):
            welcome.new_link(session, bo.id or 0, ann.user, NOW)
    with pytest.raises(RuleError):
        choose(store, link)
    with store.write() as session:
        users.enable(session, bo.id or 0, ann.user, NOW)
        assert tokens.bearer(session, header, NOW) is not None
        assert sessions.reader_by(session, inside.token, NOW) is None
        assert audit.verify(session) is None
        done = [e.action for e in log.entries(session, subject=f"user:{bo.id}")]
    assert done[:2] == ["user_enabled", "user_disabled"]


@pytest.mark.parametrize(
    "told",
    [
        {"name": ""},
        {"name": "a" * 81},
        {"name": " ANN "},
        {"address": "ann@lumen.test"},
        {"address": "no address"},
        {"address": "a\0b@lumen"},
        {"role": "owner"},
        {"timezone": "Nowhere"},
        {"timezone": "../etc/passwd"},
    ],
)
def test_a_user_needs_a_name_an_address_a_role_and_a_zone_of_their_own(
    store: Store, ann: Welcomed, told: dict[str, str]
) -> None:
    right = {"name": "Bo", "address": "bo@lumen.test", "role": "viewer", "timezone": "UTC"}
    with pytest.raises(RuleError), store.write() as session:
        users.add(session, **{**right, **told}, by="Ann", now=NOW)
    with store.read() as session, pytest.raises(NotFoundError):
        users.one(session, "Bo")


@pytest.mark.parametrize(
    "password",
    ["short", "password123", "lumenlumenlumen", "ann@lumen.test", "aaaaaaaaaaaaaaa", "qwertyuiop",
     "Ann Lumenfan", "a1" * 200],
)  # fmt: skip
def test_passwords_anybody_would_try_are_refused(password: str) -> None:
    with pytest.raises(RuleError):
        refuse_weak(password, ["ann@lumen.test", "Ann Lumenfan", "Lumen"])


@pytest.mark.parametrize(
    "password", [SECRET, "кофе и молоко утром", "x7#Kq9!vLp2@", f"{SECRET} " * 9]
)
def test_good_passwords_are_taken_in_any_script_and_length(password: str) -> None:
    refuse_weak(password, ["ann@lumen.test", "Ann", "Lumen"])


@given(st.text(max_size=300))
def test_a_hash_fits_its_password_and_no_other(password: str) -> None:
    kept = CHEAP.hash(password)
    assert CHEAP.matches(kept, password) == (len(password) <= 256) or len(password) > 256
    assert not CHEAP.matches(kept, password + "x")
    assert not CHEAP.matches(None, password)
    assert not CHEAP.matches("not a hash", password)


def test_an_accent_is_the_same_however_it_is_typed() -> None:
    assert CHEAP.matches(CHEAP.hash("caf\u00e9 au lait 77"), "cafe\u0301 au lait 77")


def test_a_token_is_shown_once_and_works_until_it_ends_or_is_revoked(
    store: Store, ann: Welcomed
) -> None:
    with store.write() as session:
        token, words = tokens.make(
            session, ann.user, "reports", ["read", "metrics"], days=1, by=ann.user, now=NOW
        )
    assert words.startswith(f"{token.prefix}_")
    assert words not in str(token.model_dump())
    header = f"Bearer {words}"
    with store.write() as session:
        found = tokens.bearer(session, header, NOW)
        assert found is not None
        assert (found.user.name, found.scopes) == ("Ann", {"read", "metrics"})
        assert tokens.bearer(session, header, NOW + 24 * HOUR) is None
        for wrong in (None, "", words, f"Basic {words}", f"{header}x", header[:-1], "Bearer \0"):
            assert tokens.bearer(session, wrong, NOW) is None
        tokens.revoke(session, token.id or 0, ann.user, NOW)
        assert tokens.bearer(session, header, NOW) is None
        kept = str([entry.model_dump() for entry in log.entries(session)])
    assert words not in kept


def test_a_token_may_never_do_more_than_its_owner_may_now(store: Store, ann: Welcomed) -> None:
    bo, token = add(store, "Bo", "marketer")
    bo = choose(store, token).user
    with store.write() as session:
        with pytest.raises(RuleError, match="metrics"):
            tokens.make(session, bo, "x", ["metrics"], days=1, by=bo, now=NOW)
        _, words = tokens.make(session, bo, "x", ["read", "import"], days=1, by=bo, now=NOW)
        users.set_role(session, bo.id or 0, "viewer", ann.user, NOW)
        found = tokens.bearer(session, f"bearer {words}", NOW)
    assert found is not None
    assert found.scopes == {"read"}


def test_the_last_use_of_a_token_is_written_once_an_hour(store: Store, ann: Welcomed) -> None:
    with store.write() as session:
        token, _ = tokens.make(session, ann.user, "x", ["read"], days=None, by=ann.user, now=NOW)
    seen, written = Sightings(), []
    for minute in (0, 10, 59, 60, 70):
        seen.of_token(token.id or 0, NOW + timedelta(minutes=minute))
        written.append(seen.write(store))
    assert written == [1, 0, 0, 1, 0]


def test_what_a_user_sets_for_themselves_is_checked(store: Store, ann: Welcomed) -> None:
    me = ann.user.id or 0
    with store.write() as session:
        user = own.set_prefs(session, me, timezone="Asia/Tokyo", theme="dark", shortcuts=False)
        assert (user.timezone, user.prefs) == ("Asia/Tokyo", {"theme": "dark", "shortcuts": False})
        with pytest.raises(RuleError):
            own.set_prefs(session, me, timezone="UTC", theme="pink", shortcuts=True)
