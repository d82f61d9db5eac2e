"""The audit log has no gap, whoever writes at once, and every change of it is found."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, insert, text

from soundingboard.access import audit
from soundingboard.access.audit import Head
from store import audit as rows
from store import tables
from store.session import Store

NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
COLUMNS = ("at", "user_id", "actor", "action", "subject", "details", "before_sha", "sha")


def fill(store: Store, count: int = 6) -> Head:
    with store.write() as session:
        for i in range(count):
            audit.note(
                session,
                "Ann Lee",
                ("post_hidden", "person_opened")[i % 2],
                f"author:{i // 2}",
                NOW + timedelta(minutes=i),
                posts=i,
                share=0.1 * i,
                columns=["id", "name"],
            )
        found = audit.head(session)
    assert found is not None
    return found


def replace_all(store: Store, entries: Sequence[dict[str, Any]]) -> None:
    """What somebody with the database in their hands could make of the log."""
    with store.write() as session:
        session.execute(delete(tables.AuditEntry))
        if entries:
            session.execute(insert(tables.AuditEntry), list(entries))


def dumped(store: Store) -> list[dict[str, Any]]:
    with store.read() as session:
        return [dict(entry._mapping) for entry in rows.in_order(session)]


def broken(store: Store, head: Head | None = None) -> int | None:
    with store.read() as session:
        return audit.verify(session, head)


def test_a_log_is_whole_as_it_was_written(store: Store) -> None:
    assert broken(store) is None
    head = fill(store)
    assert head.number == 6
    assert broken(store) is None
    assert broken(store, head) is None
    assert broken(store, Head.read(f"{head.number}:{head.sha}")) is None


def test_writers_at_once_leave_neither_gap_nor_fork(store: Store) -> None:
    def write(name: str) -> None:
        for i in range(10):
            with store.write() as session:
                audit.note(session, name, "person_opened", f"author:{i}", NOW)

    writers = [threading.Thread(target=write, args=(f"writer {i}",)) for i in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [entry["number"] for entry in dumped(store)] == list(range(1, 41))
    assert broken(store) is None


def test_an_entry_goes_with_the_transaction_that_failed(store: Store) -> None:
    fill(store, 2)

    def fail() -> None:
        with store.write() as session:
            audit.note(session, "Ann", "post_hidden", "post:1", NOW)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    fill(store, 1)
    assert [entry["number"] for entry in dumped(store)] == [1, 2, 3]
    assert broken(store) is None


def test_entries_come_newest_first_and_page_by_number(store: Store) -> None:
    fill(store)
    with store.read() as session:
        first = rows.entries(session, limit=4)
        rest = rows.entries(session, before=first[-1].number, limit=4)
        hidden = rows.entries(session, action="post_hidden", subject="author:1")
        assert [e.number for e in (*first, *rest)] == [6, 5, 4, 3, 2, 1]
        assert [e.number for e in hidden] == [3]
        assert rows.actions(session) == ["person_opened", "post_hidden"]


def test_a_log_cut_short_is_found_by_whoever_remembers_its_end(store: Store) -> None:
    head = fill(store)
    replace_all(store, dumped(store)[:4])
    assert broken(store) is None
    assert broken(store, head) == 5
    replace_all(store, [])
    assert broken(store, head) == 1


def test_a_log_written_anew_is_found_by_whoever_remembers_its_end(store: Store) -> None:
    head = fill(store)
    replace_all(store, [])
    with store.write() as session:
        for i in range(8):
            audit.note(session, "Eve", "post_hidden", f"author:{i}", NOW)
    assert broken(store) is None
    assert broken(store, head) == 6


Forgery = Callable[[list[dict[str, Any]], Any], None]


def change(entries: list[dict[str, Any]], data: Any) -> None:
    entry = data.draw(st.sampled_from(entries))
    column = data.draw(st.sampled_from(COLUMNS))
    forged: dict[str, st.SearchStrategy[Any]] = {
        "at": st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
        "user_id": st.none(),
        "details": st.dictionaries(st.sampled_from("abc"), st.integers(), max_size=2),
    }
    words = st.text("abc:0123456789", max_size=64)
    value = data.draw(forged.get(column, words).filter(lambda v: v != entry[column] or v is None))
    if value == entry[column]:
        column, value = "actor", f"{entry['actor']}."
    entry[column] = value


def remove(entries: list[dict[str, Any]], data: Any) -> None:
    del entries[data.draw(st.integers(0, len(entries) - 2))]


def reorder(entries: list[dict[str, Any]], data: Any) -> None:
    first, second = data.draw(
        st.lists(st.integers(0, len(entries) - 1), min_size=2, max_size=2, unique=True)
    )
    one, other = entries[first], entries[second]
    one["number"], other["number"] = other["number"], one["number"]


def invent(entries: list[dict[str, Any]], data: Any) -> None:
    last = entries[-1]
    copy = dict(entries[data.draw(st.integers(0, len(entries) - 1))])
    entries.append({**copy, "number": last["number"] + 1})


@given(st.data())
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_changed_removed_reordered_or_invented_is_found(
    store: Store, data: Any
) -> None:
    replace_all(store, [])
    fill(store)
    entries = dumped(store)
    forge: Forgery = data.draw(st.sampled_from([change, remove, reorder, invent]))
    forge(entries, data)
    replace_all(store, entries)
    assert broken(store) is not None


@given(
    st.dictionaries(
        st.text(max_size=20),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
            lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
            max_leaves=6,
        ),
        max_size=4,
    ),
    st.text(),
)
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_told_it_can_be_kept_and_still_be_checked(
    store: Store, details: dict[str, Any], actor: str
) -> None:
    told = {f"d{i}": value for i, value in enumerate(details.values())}
    with store.write() as session:
        session.execute(delete(tables.AuditEntry))
        audit.note(session, actor, "person_opened", "author:1", NOW, nested=details, **told)
    assert broken(store) is None


def test_no_words_about_anybody_are_kept(store: Store) -> None:
    with store.write() as session:
        entry = audit.note(
            session,
            "Ann",
            "list_exported",
            "brand:1",
            NOW,
            rows=312,
            format="csv",
            query='author:"Bob Stone" hates the lid',
            to="bob@example.com",
            columns=["id", "Bob Stone"],
        )
        kept = dict(entry.details)
    assert kept == {
        "rows": 312,
        "format": "csv",
        "query": "32 characters",
        "to": "15 characters",
        "columns": ["id", "9 characters"],
    }


def test_a_row_forged_by_hand_in_the_file_is_found(store: Store) -> None:
    fill(store)
    with store.write() as session:
        session.execute(text("UPDATE audit_entry SET actor = 'Nobody' WHERE number = 4"))
    assert broken(store) == 4
