"""The database: opened, migrated and handed out as short read or write transactions."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError
from sqlmodel import Session

from config.errors import ConfigError, StoreError
from store.migrations import upgrade
from store.search import SCRUB, SETTLE

BUSY_TIMEOUT_MS = 30_000
MERGED_AT_ONCE = 500
"""Pages of full text rewritten in one transaction: some 2 MB."""
_AT_WORK = 2  # changes; FTS5 makes fewer once there is nothing left to merge


class Store:
    """One database and the only two ways into it.

    `with store.write() as session` is one short transaction that takes the write lock when it
    begins, so that a read inside it can never be overtaken (SQLite answers such an upgrade with
    "locked" at once, whatever the time-out). No network or model call belongs inside it.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._write_engine = engine.execution_options(begin="IMMEDIATE")

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one state of the database and changes nothing."""
        with translated(), Session(self.engine, expire_on_commit=False) as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session that commits at the end, whole or not at all."""
        with translated(), Session(self._write_engine, expire_on_commit=False) as session:
            yield session
            session.commit()

    def settle(self) -> None:
        """Merge the words of deleted posts out of full text, in small steps (SQLite).

        Others write in between. Without it a deleted word stays in the file until chance merges it.
        """
        for words in SETTLE if self.is_sqlite else ():
            pages = -MERGED_AT_ONCE  # below zero: take all parts of the index into one merge
            while True:
                with self.write() as session:
                    raw: Any = session.connection().connection.dbapi_connection
                    before = raw.total_changes
                    session.execute(text(words), {"pages": pages})
                    if raw.total_changes - before < _AT_WORK:
                        break
                pages = MERGED_AT_ONCE

    def scour(self) -> None:
        """Leave no freed page or log behind that still holds what was deleted (SQLite)."""
        if not self.is_sqlite:
            return
        with translated(), self.engine.connect() as connection:
            raw = connection.connection.dbapi_connection
            assert raw is not None  # noqa: S101 - a checked-out connection has one
            for index in SCRUB:  # of full text: a deleted word stays in it until it is merged
                raw.execute(index)
            raw.execute("VACUUM")
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str, *, patience_ms: int = BUSY_TIMEOUT_MS) -> Store:
    """The store at `url`, created or brought to this version's tables.

    patience_ms : how long a write waits for another program's write to end, milliseconds
    Raises ConfigError for an address that is none, StoreError for a database that is damaged,
    locked, read-only or of a newer version.
    """
    engine = _engine(url, patience_ms)
    try:
        with translated():
            if engine.dialect.name == "sqlite":
                _check_file(engine)
            upgrade(engine)
    except BaseException:
        engine.dispose()
        raise
    return Store(engine)


def _engine(url: str, patience_ms: int) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            engine = create_engine(parsed, connect_args={"timeout": patience_ms / 1000})
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
        else:
            engine = create_engine(parsed, pool_pre_ping=True)
    except (ArgumentError, ImportError) as error:
        raise ConfigError(
            f"database_url is not a database we know: {make_safe(url)}",
            mend="Use sqlite:///soundingboard.db, or postgresql+psycopg://user@host/name with "
            "the extra soundingboard[postgres].",
        ) from error
    return engine


def make_safe(url: str) -> str:
    """The address without its password."""
    try:
        return make_url(url).render_as_string(hide_password=True)
    except ArgumentError:
        return url.split("@")[-1]


def _check_file(engine: Engine) -> None:
    """Refuse a file that is damaged or none of ours, before anything is written to it."""
    name = engine.url.database
    if not name or name == ":memory:":
        return
    path = Path(name)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        return
    with engine.connect() as connection:
        answer = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    if answer != "ok":
        raise StoreError(
            f"The database {path} is damaged ({answer}).",
            mend="Restore it from a backup; it was not touched.",
        )


def _prepare_sqlite(raw: sqlite3.Connection, _record: Any) -> None:
    raw.isolation_level = None  # we say BEGIN ourselves, see _begin_sqlite
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "secure_delete=ON",
    ):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    kind = connection.get_execution_options().get("begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {kind}")


@contextmanager
def translated() -> Iterator[None]:
    """Turn the driver's errors into ours, which say what to do."""
    try:
        yield
    except (OperationalError, DatabaseError) as error:
        words = str(error.orig)
        for sign, (problem, mend) in _TROUBLES.items():
            if sign in words:
                raise StoreError(f"{problem} ({words})", mend=mend) from error
        raise


_TROUBLES = {
    "locked": ("The database is in use.", "Wait for the other run to end and try again."),
    "full": ("The disk is full.", "Make room; nothing was half written."),
    "readonly": ("The database cannot be written.", "Check the rights of its file and folder."),
    "unable to open": ("The database cannot be opened.", "Check its path and rights."),
    "not a database": ("That file is not a database.", "Check database_url; it was not touched."),
    "malformed": ("The database is damaged.", "Restore it from a backup."),
    "connection failed": ("The database server does not answer.", "Check database_url."),
    "disk I/O": ("The disk failed.", "Check the disk; nothing was half written."),
}
