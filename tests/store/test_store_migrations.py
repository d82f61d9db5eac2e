"""A database of an earlier version is brought to this one with every row it had."""

from __future__ import annotations

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel

from store.migrations import _config, is_described
from store.session import _engine, open_store

ROWS = """
INSERT INTO brand (id, name, created_at) VALUES (1, 'Lumen', '2026-01-01 00:00:00');
INSERT INTO author (id, site, key, name, is_bot, is_staff, is_media, opted_out, first_seen)
VALUES (1, 'forum', 'ann', 'ann', FALSE, FALSE, FALSE, FALSE, '2026-01-01 00:00:00');
INSERT INTO candidate (id, author_id, brand_id, side, listed, why_not, utility, parts, themes,
    evidence, state, version, updated_at)
VALUES (1, 1, 1, 'love', TRUE, '[]', 0.5, '{}', '[]', '[]', 'approved', 1, '2026-01-01 00:00:00');
INSERT INTO decision (id, candidate_id, action, actor, before, after, at)
VALUES (1, 1, 'approve', 'Ann', 'proposed', 'approved', '2026-01-01 00:00:00');
INSERT INTO tombstone (mark, kind, at) VALUES ('m', 'erased', '2026-01-01 00:00:00');
"""


def test_a_database_of_the_first_version_keeps_its_rows(empty_url: str) -> None:
    engine = _engine(empty_url, 1000)
    with engine.execution_options(begin="IMMEDIATE").begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        for statement in ROWS.strip().split(";\n"):
            connection.execute(text(statement.rstrip(";")))
    engine.dispose()
    store = open_store(empty_url)
    with store.engine.connect() as connection:
        for table in ("candidate", "decision", "tombstone", "author"):
            assert connection.execute(text(f"SELECT count(*) FROM {table}")).scalar() == 1, table
        connection.execute(text("UPDATE candidate SET state = 'invited'"))
        connection.execute(text("DELETE FROM candidate"))
        assert connection.execute(text("SELECT count(*) FROM decision")).scalar() == 0
        connection.rollback()
    store.close()


def test_the_migrations_make_the_tables_that_the_code_describes(empty_url: str) -> None:
    store = open_store(empty_url)
    with store.engine.connect() as connection:
        opts = {"render_as_batch": True, "include_name": is_described}
        context = MigrationContext.configure(connection, opts=opts)
        assert compare_metadata(context, SQLModel.metadata) == []
    store.close()
