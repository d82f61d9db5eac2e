"""Brings a database to this version's tables, whole or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from config.errors import StoreError

_LOCK = 20261124  # any number; the same in every process that migrates
_BY_HAND = ("post_words", "post_grams", "post_gram_terms", "post_by_words")


def upgrade(engine: Engine) -> None:
    """Run the missing revisions in one transaction; two starters at once take turns.

    Raises StoreError when the database belongs to a newer version of the program.
    """
    scripts = _scripts()
    with engine.connect() as connection:
        if _revision(connection) == scripts.get_current_head():
            return
    with _remaking(engine) as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
        current = _revision(connection)
        known = {script.revision for script in scripts.walk_revisions()}
        if current is not None and current not in known:
            raise StoreError(
                f"The database was written by a newer version (revision {current}).",
                mend="Update soundingboard; the database was not touched.",
            )
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


@contextmanager
def _remaking(engine: Engine) -> Iterator[Connection]:
    """One write transaction in which a table can be dropped and made anew.

    SQLite would take the rows that refer to it along; so its foreign keys sleep, which only works
    outside a transaction, and are checked before the end.
    """
    sqlite = engine.dialect.name == "sqlite"
    with engine.execution_options(begin="IMMEDIATE").connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None  # noqa: S101 - a checked-out connection has one
        if sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise StoreError(
                        "Bringing the database to this version would tear it apart.",
                        mend="It was not touched; restore a backup, or ask for help.",
                    )
        finally:
            if sqlite:
                raw.execute("PRAGMA foreign_keys=ON")


def is_described(name: str | None, kind: str, _parents: Any) -> bool:
    """Whether a table or index of the database is one of ours; those of full text SQLite makes."""
    return not (kind in ("table", "index") and name is not None and name.startswith(_BY_HAND))


def _revision(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


@cache
def _scripts() -> ScriptDirectory:
    """The revisions, whose files a program reads once however many databases it opens."""
    return ScriptDirectory.from_config(_config())


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    return config
