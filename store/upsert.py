"""Insert-or-leave and insert-or-replace, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel

Item = TypeVar("Item")
Row = Mapping[str, Any]

CHUNK = 400  # rows a statement: below SQLite's limit of bound values for our widest table


def insert_new(
    session: Session, table: type[SQLModel], rows: Sequence[Row], *, key: Sequence[str]
) -> None:
    """Insert the rows whose `key` columns are not there yet; leave the others as they are."""
    for some in chunks(rows):
        session.execute(_insert(session, table, some).on_conflict_do_nothing(index_elements=key))


def insert_once(session: Session, table: type[SQLModel], row: Row, *, key: Sequence[str]) -> bool:
    """Insert the row unless its `key` is there; True if it was not. Of several at once one wins."""
    statement = _insert(session, table, [row]).on_conflict_do_nothing(index_elements=key)
    told = statement.returning(getattr(table, key[0]))  # PostgreSQL counts no rows here
    return session.execute(told).first() is not None


def replace(
    session: Session,
    table: type[SQLModel],
    rows: Sequence[Row],
    *,
    key: Sequence[str],
    once: Sequence[str] = (),
) -> None:
    """Insert the rows; where the `key` columns are there already, take the other columns over.

    once : columns written with a new row only, and left alone afterwards
    """
    for some in chunks(rows):
        statement = _insert(session, table, some)
        taken = {n: statement.excluded[n] for n in some[0] if n not in key and n not in once}
        session.execute(statement.on_conflict_do_update(index_elements=key, set_=taken))


def chunks(items: Sequence[Item], size: int = CHUNK) -> Iterator[Sequence[Item]]:
    """The items in runs of at most `size`."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _insert(session: Session, table: type[SQLModel], rows: Sequence[Row]) -> Any:
    dialect = session.get_bind().dialect.name
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return insert(table).values([dict(row) for row in rows])
