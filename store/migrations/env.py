"""Alembic's entry: runs on the connection that `upgrade` hands in."""

from __future__ import annotations

from alembic import context
from sqlmodel import SQLModel

from store import tables
from store.migrations import is_described

assert tables  # noqa: S101 - importing them fills the metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    include_name=is_described,
    render_as_batch=True,
    transactional_ddl=True,
    transaction_per_migration=False,
)
context.run_migrations()
