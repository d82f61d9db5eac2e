"""Of several that ask the same at once, one answers; grants and counts, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from store import replays, tables
from store.gauges import answers, gauges
from store.grants import add, open_by_nonce, open_grant
from store.pages import by_number, page
from store.replays import Asked
from store.session import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def make_grant(store: Store) -> tables.Grant:
    with store.write() as session:
        return add(
            session,
            tables.Grant(
                kind="import_hook", subject="brand:1", name="shop", nonce="n", made_by="Ann",
                made_at=NOW,
            ),
        )  # fmt: skip


def test_of_many_that_take_a_question_on_at_once_one_gets_it(store: Store) -> None:
    asked = Asked("key", "request", grant_id=make_grant(store).id)

    def take(_number: int) -> bool:
        with store.write() as session:
            return replays.take(session, asked, NOW, NOW) is None

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(take, range(8))) == 1
    with store.write() as session:
        replays.keep(session, asked, 200, {"body": "{}"})
    with store.write() as session:
        known = replays.take(session, asked, NOW, NOW + timedelta(days=1))
        assert known is not None
        assert (known.status, known.answer) == (200, {"body": "{}"})
        replays.expire(session, NOW + timedelta(seconds=1))
    with store.write() as session:
        assert replays.take(session, asked, NOW, NOW) is None


def test_work_that_was_cut_off_is_taken_over_once_and_only_for_the_same_request(
    store: Store,
) -> None:
    asked = Asked("key", "request", grant_id=make_grant(store).id)
    later = NOW + timedelta(minutes=11)
    with store.write() as session:
        assert replays.take(session, asked, NOW, NOW) is None
        other = Asked("key", "another", grant_id=asked.grant_id)
        assert replays.take(session, other, later, later) is not None
        assert replays.take(session, asked, later, later) is None
        assert replays.take(session, asked, later, later) is not None
        replays.let_go(session, asked)
        assert replays.take(session, asked, later, later) is None
        replays.forget_all(session)
        assert page(session, tables.Replay, 10) == []


def test_a_revoked_grant_opens_nothing_and_pages_and_counts_are_alike(store: Store) -> None:
    row = make_grant(store)
    with store.write() as session:
        assert open_grant(session, row.id or 0, "calendar") is None
        assert open_by_nonce(session, "n", "import_hook") is not None
        session.get_one(tables.Grant, row.id).revoked_at = NOW
        session.flush()
        assert open_by_nonce(session, "n", "import_hook") is None
        assert open_grant(session, row.id or 0, "import_hook") is None
        assert list(by_number(session, tables.Grant, [row.id, None, 99])) == [row.id]
        assert page(session, tables.Grant, 1, after=row.id) == []
        assert page(session, tables.Grant, 1, kind=["calendar"]) == []
        assert answers(session)
        assert gauges(session, NOW, NOW).posts == 0
