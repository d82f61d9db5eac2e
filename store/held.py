"""Every row that hangs on an account, found along the references that erasure deletes along."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, func, select
from sqlmodel import Session, SQLModel, col

from store import tables
from store.upsert import chunks

Row = dict[str, Any]
_ROOTS = {"author"}


def rows_of(session: Session, author_ids: Sequence[int]) -> dict[str, list[Row]]:
    """{table: rows} of these accounts: themselves, and all that points to them, step by step.

    With them come the sources of their posts and what they suggested, which outlive them.
    """
    found: dict[str, list[Row]] = {}
    for table in SQLModel.metadata.sorted_tables:  # what is pointed to comes before what points
        rows = _rows(session, table, found, author_ids)
        if rows:
            found[table.name] = rows
    sources = {row["source_id"] for row in found.get("post", ())}
    if sources:
        found["source"] = _here(session, tables.Source, sources)
    return found


def _rows(
    session: Session, table: Table, found: dict[str, list[Row]], author_ids: Sequence[int]
) -> list[Row]:
    rows: dict[tuple[Any, ...], Row] = {}
    for column, known in _pointing(table, found, author_ids):
        for some in chunks(known):
            for row in session.execute(select(table).where(column.in_(some))).mappings():
                rows[tuple(row[key.name] for key in table.primary_key)] = dict(row)
    return [rows[key] for key in sorted(rows)]


def _pointing(
    table: Table, found: dict[str, list[Row]], author_ids: Sequence[int]
) -> list[tuple[Any, list[Any]]]:
    """The columns of a table that point to what was found, with the keys they may point to."""
    if table.name in _ROOTS:
        return [(table.c.id, list(author_ids))]
    ends = {
        key.parent: key.column.table.name for key in table.foreign_keys if key.column.name == "id"
    }
    belonging = [
        (column, end)
        for column, end in ends.items()
        if end in found and end != table.name and _belongs(table, column)
    ]
    return [(column, sorted({row["id"] for row in found[end]})) for column, end in belonging]


def _belongs(table: Table, column: Any) -> bool:
    """Whether the row goes with what the column points to, or was theirs to say."""
    (key,) = column.foreign_keys
    return key.ondelete == "CASCADE" or table.name == "suggestion"


def _here(session: Session, table: type[SQLModel], ids: set[int]) -> list[Row]:
    rows: Table = table.__table__  # type: ignore[attr-defined]
    found: list[Row] = []
    for some in chunks(sorted(ids)):
        found += [
            dict(row) for row in session.execute(select(rows).where(rows.c.id.in_(some))).mappings()
        ]
    return found


def newest_posts(
    session: Session, author_ids: Sequence[int], limit: int, post_id: int | None = None
) -> list[tuple[tables.Post, int]]:
    """The newest posts of these accounts, each with the first brand it is about.

    post_id : just this one
    """
    brand = (
        select(func.min(col(tables.Mention.brand_id)))
        .where(col(tables.Mention.post_id) == col(tables.Post.id))
        .scalar_subquery()
    )
    query = (
        select(tables.Post, brand)
        .where(col(tables.Post.author_id).in_(author_ids), brand.is_not(None))
        .order_by(col(tables.Post.at).desc(), col(tables.Post.id).desc())
    )
    if post_id is not None:
        query = query.where(col(tables.Post.id) == post_id)
    return [(post, number) for post, number in session.execute(query.limit(limit))]
