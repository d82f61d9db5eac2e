"""The database is opened safely, migrated once, and written whole or not at all."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError, StatementError
from sqlmodel import SQLModel, select

from config.errors import ConfigError, StoreError
from store import tables
from store.migrations import is_described
from store.session import Store, open_store

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


def test_the_migrations_make_exactly_the_tables_the_code_knows(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"include_name": is_described})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_opening_twice_changes_nothing(url: str, store: Store) -> None:
    with store.write() as session:
        session.add(tables.BrandRow(name="Pellow", created_at=NOW))
    again = open_store(url)
    with again.read() as session:
        assert [brand.name for brand in session.exec(select(tables.BrandRow))] == ["Pellow"]
    again.close()


def test_many_starters_at_once_migrate_once(empty_url: str) -> None:
    opened: list[Store] = []
    threads = [
        threading.Thread(target=lambda: opened.append(open_store(empty_url))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(opened) == 4
    for one in opened:
        one.close()


def test_a_failed_write_leaves_nothing_behind(store: Store) -> None:
    def broken_step() -> None:
        with store.write() as session:
            session.add(tables.BrandRow(name="half", created_at=NOW))
            session.flush()
            raise RuntimeError("the step broke")

    with pytest.raises(RuntimeError):
        broken_step()
    with store.read() as session:
        assert session.exec(select(tables.BrandRow)).all() == []


def test_times_come_back_aware_and_in_utc(store: Store) -> None:
    berlin = datetime(2026, 3, 8, 3, 30, tzinfo=timezone(timedelta(hours=1)))
    with store.write() as session:
        session.add(tables.BrandRow(name="Pellow", created_at=berlin))
    with store.read() as session:
        stored = session.exec(select(tables.BrandRow)).one().created_at
    assert stored == berlin
    assert stored.utcoffset() == timedelta(0)


def test_a_time_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="no zone"), store.write() as session:
        session.add(tables.BrandRow(name="Pellow", created_at=datetime(2026, 1, 1)))  # noqa: DTZ001


@pytest.mark.parametrize(
    ("column", "value"), [("p_love", 1.5), ("p_hate", -0.1), ("stance", "'fond'"), ("n_posts", -1)]
)
def test_the_database_itself_refuses_what_is_out_of_range(
    store: Store, column: str, value: float | str
) -> None:
    values = dict.fromkeys(("mu", "sd", "low", "high", "p_love", "p_hate", "p_torn"), "0")
    values |= {"passion": "0", "constructive": "0", "n_posts": "0", "n_threads": "0"}
    values |= {"author_id": "1", "brand_id": "1", "stance": "'love'", "weighed_at": "'2026-01-01'"}
    values[column] = str(value)
    with store.write() as session:
        session.add(tables.BrandRow(name="Pellow", created_at=NOW))
        session.add(tables.Author(site="a", key="a", name="a", first_seen=NOW))
    statement = f"INSERT INTO stance ({', '.join(values)}) VALUES ({', '.join(values.values())})"
    with pytest.raises(IntegrityError), store.write() as session:
        session.execute(text(statement))


def test_a_read_that_turns_into_a_write_is_never_overtaken(store: Store) -> None:
    def add_one() -> None:
        for _ in range(20):
            with store.write() as session:
                brand = session.get_one(tables.BrandRow, 1, with_for_update=True)
                brand.query_sha = str(int(brand.query_sha or 0) + 1)

    with store.write() as session:
        session.add(tables.BrandRow(name="Pellow", created_at=NOW, query_sha="0"))
    threads = [threading.Thread(target=add_one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with store.read() as session:
        assert session.get_one(tables.BrandRow, 1).query_sha == "80"


def test_a_database_of_a_newer_version_is_refused_untouched(url: str, store: Store) -> None:
    with store.write() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreError, match="newer version"):
        open_store(url)


def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "notes.db"
    path.write_text("dear diary " * 500)
    before = path.read_bytes()
    with pytest.raises(StoreError, match="not a database"):
        open_store(f"sqlite:///{path}")
    assert path.read_bytes() == before


def test_a_damaged_database_is_refused_with_advice(tmp_path: Path) -> None:
    path = tmp_path / "hurt.db"
    opened = open_store(f"sqlite:///{path}")
    opened.scour()
    opened.close()
    content = bytearray(path.read_bytes())
    content[4096:20480] = b"\xa5" * (20480 - 4096)
    path.write_bytes(bytes(content))
    with pytest.raises(StoreError, match="backup"):
        open_store(f"sqlite:///{path}")


def test_an_address_that_is_none_is_a_setting_to_mend() -> None:
    with pytest.raises(ConfigError, match="database_url"):
        open_store("mysql-ish nonsense")


def test_a_full_database_says_so_and_keeps_what_it_had(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'small.db'}")
    with store.write() as session:
        session.add(tables.BrandRow(name="Pellow", created_at=NOW))

    def fill_up() -> None:
        with store.write() as session:
            session.execute(text("PRAGMA max_page_count = 1"))
            for number in range(2000):
                session.add(tables.BrandRow(name=f"{number} " * 200, created_at=NOW))

    with pytest.raises(StoreError, match="full"):
        fill_up()
    with store.read() as session:
        assert [brand.name for brand in session.exec(select(tables.BrandRow))] == ["Pellow"]
    store.close()


def test_a_lock_held_by_another_program_is_told_apart(tmp_path: Path) -> None:
    path = tmp_path / "busy.db"
    store = open_store(f"sqlite:///{path}", patience_ms=50)
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="in use"), store.write() as session:
            session.execute(text("SELECT 1"))
    store.close()
