"""Databases at this version's tables, migrated once and then copied to where a test needs one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text

from store.session import open_store


def lay_database(path: Path) -> str:
    """The address of a SQLite database there: laid now and empty, unless a file is there."""
    if not path.exists():
        path.write_bytes(_migrated())
    return f"sqlite:///{path}"


@cache
def _migrated() -> bytes:
    """A database file that went through every migration, from nothing."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "migrated.db")
        open_store(f"sqlite:///{path}").close()
        assert list(Path(folder).iterdir()) == [path]  # whoever closes last leaves no log behind
        return path.read_bytes()


class Postgres:
    """The databases of a PostgreSQL server that is there for tests alone.

    Nothing on it outlives the run, so it never waits for the disk; what one program sees of
    another's writes, and what a killed program leaves behind, stay as they are anywhere.

    address : of its database called postgres
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self._engine = create_engine(address, isolation_level="AUTOCOMMIT")
        self._numbers = count(1)
        for what in ("fsync", "full_page_writes", "synchronous_commit"):
            self._say(f"ALTER SYSTEM SET {what} = off")
        self._say("SELECT pg_reload_conf()")

    def url(self, name: str) -> str:
        return self.address.replace("/postgres?", f"/{name}?")

    def create(self, template: str) -> str:
        """The name of a new database, a copy of that one."""
        name = f"test{next(self._numbers)}"
        self._say(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def lent(self, template: str) -> Iterator[str]:
        """The address of such a copy, dropped when the test has ended."""
        name = self.create(template)
        yield self.url(name)
        self._say(f"DROP DATABASE {name} WITH (FORCE)")

    def close(self) -> None:
        self._engine.dispose()

    def _say(self, statement: str) -> None:
        with self._engine.connect() as connection:
            connection.execute(text(statement))
