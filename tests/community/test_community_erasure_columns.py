"""Erasure reaches every column of every table, on both databases, also those made tomorrow."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Boolean, CheckConstraint, Column, Float, Integer, Table, insert, select
from sqlmodel import SQLModel

from community.forgetting import covered
from community.forgetting.erasure import forget
from store import tables
from store.session import Store, open_store
from store.tables.columns import UtcTime
from store.tombstones import Marker
from tests.copies import lay_database

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MARKER = Marker(b"a key for tests")
HANDLE = "marawinters"
SENTINEL = "Zyxwvut sentinel: the lid of my carafe leaks on every single morning!"
BEN, MARA = 1, 2
LISTED = {
    ("alert", "posts"): [1, 2],
    ("candidate", "evidence"): [1, 2],
    ("candidate", "parts"): {},
    ("candidate", "themes"): [],
    ("theme", "posts"): [1, 2],
    ("theme", "terms"): ["lid", HANDLE],
    ("theme", "weeks"): [1, 2],
}


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    if request.param == "sqlite":
        opened = open_store(lay_database(tmp_path / "a.db"))
    else:
        opened = open_store(request.getfixturevalue("postgres_url"))
    yield opened
    opened.close()


def wordy() -> Iterator[tuple[str, str]]:
    """Every column that is no number, time or yes-and-no."""
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, Integer | Float | Boolean | UtcTime):
                yield table.name, column.name


def lists_of(table: str, column: str) -> list[dict[str, tuple[str, ...]]]:
    return [each for each in covered.LISTS if column in each.get(table, ())]


def test_erasure_says_what_it_does_with_every_column_that_can_hold_words() -> None:
    said = Counter(
        (table, column)
        for each in covered.LISTS
        for table, columns in each.items()
        for column in columns
    )
    assert set(said) == set(wordy())
    assert max(said.values()) == 1
    assert set(covered.TABLES) == set(SQLModel.metadata.tables)


def a_row(table: Table, number: int) -> dict[str, Any]:
    """A row that hangs on Ben (1) or Mara (2); whatever may speak of her does."""
    return {
        column.name: _value(table, column, number)
        for column in table.columns
        if column is not table.autoincrement_column
    }


def _value(table: Table, column: Column[Any], number: int) -> Any:
    if column.foreign_keys:
        itself = any(key.column.table is table for key in column.foreign_keys)
        return None if itself else number
    if isinstance(column.type, Boolean):
        return False
    if isinstance(column.type, Integer | Float):
        counts_on = column.primary_key or column.name in ("version", "sequence", "fence")
        return number if counts_on else 0
    if isinstance(column.type, UtcTime):
        return NOW
    if (table.name, column.name) in LISTED:
        return LISTED[table.name, column.name]
    return _words(table, column, number)


def _words(table: Table, column: Column[Any], number: int) -> Any:
    known = [
        found[1]
        for rule in table.constraints
        if isinstance(rule, CheckConstraint)
        and (found := re.match(rf"{column.name} IN \('(\w+)'", str(rule.sqltext)))
    ]
    if known:
        return known[0]
    (listed,) = lists_of(table.name, column.name)
    theirs = listed is covered.THEIRS and number == MARA
    speaks = theirs or listed in (covered.SAID, covered.CALLED, covered.APART)
    words = f"{HANDLE} wrote: {SENTINEL} ({number})" if speaks else f"{column.name} {number}"
    if table.name == "author" and column.name in ("key", "name"):
        return HANDLE if number == MARA else "ben"
    if "JSON" in repr(column.type):
        return {"told": [words, {words: number}]}
    return words.encode() if "Binary" in repr(column.type) else words


def fill(store: Store) -> None:
    with store.write() as session:
        for table in SQLModel.metadata.sorted_tables:
            if table.name != "tombstone":
                session.execute(insert(table), [a_row(table, n) for n in (BEN, MARA)])


def still_told(store: Store) -> list[str]:
    """Where anything is left of her, in any case and spelling."""
    found = []
    with store.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            for row in session.execute(select(table)).mappings():
                for name, value in row.items():
                    told = value.decode("latin-1") if isinstance(value, bytes) else str(value)
                    told = f"{told} {json.dumps(value, default=str)}".casefold()
                    if HANDLE in told or "zyxwvut" in told or "every single morning" in told:
                        found.append(f"{table.name}.{name}")
    return found


def test_nothing_of_a_person_is_left_in_any_column_of_any_table(store: Store) -> None:
    fill(store)
    assert len(set(still_told(store))) > 100
    with store.read() as session:
        mara = session.get(tables.Author, MARA)
        assert mara is not None
    forget(store, MARKER, [mara], NOW, [])
    assert still_told(store) == []


def test_what_belongs_to_others_stays_row_by_row(store: Store) -> None:
    fill(store)
    with store.read() as session:
        mara = session.get(tables.Author, MARA)
        assert mara is not None
    report = forget(store, MARKER, [mara], NOW, [])
    assert (report.accounts, report.suggestions, report.messages) == (1, 1, 1)
    with store.read() as session:
        left = {
            table.name: len(session.execute(select(table)).all())
            for table in SQLModel.metadata.sorted_tables
        }
    # both digests' files were never there; answers kept for programs go whole
    gone = {"digest", "slate", "tombstone", "person", "replay"}
    assert {name for name, count in left.items() if count == 0} <= gone
    hers = {"author", "post", "member", "candidate", "invitation", "consent", "badge", "address"}
    assert {name: left[name] for name in hers} == dict.fromkeys(hers, 1)
    assert left["suggestion"] == 2


def test_a_message_that_names_them_is_withheld_or_emptied_and_never_sent_again(
    store: Store,
) -> None:
    states = ("pending", "retry", "claimed", "failed", "sending", "sent", "uncertain")
    fill(store)
    with store.write() as session:
        for state in states:
            session.add(
                tables.OutboxRow(
                    key=f"digest/{state}", channel="mail", kind="digest", receiver="a@b.test",
                    subject="today", text=f"@{HANDLE} wrote again", html=None, message_id=state,
                    message=b"frozen " + HANDLE.encode(), state=state, fence=3, made_at=NOW,
                )
            )  # fmt: skip
        mara = session.get(tables.Author, MARA)
        assert mara is not None
    forget(store, MARKER, [mara], NOW, [])
    with store.read() as session:
        rows = {
            row.key: (row.state, row.fence, row.text, row.message)
            for row in map(tables.OutboxRow.model_validate, _outbox(session))
        }
    for state in states[:4]:
        assert rows[f"digest/{state}"] == ("withheld", 4, "[erased]", None)
    for state in states[4:]:
        assert rows[f"digest/{state}"] == (state, 3, "[erased]", None)


def _outbox(session: Any) -> list[dict[str, Any]]:
    return [
        dict(row) for row in session.execute(select(SQLModel.metadata.tables["outbox"])).mappings()
    ]
