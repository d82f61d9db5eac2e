"""Pages of a table in order of its numbers, and what their rows point to, in one query each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlmodel import Session, SQLModel, col, select

from store import tables
from store.upsert import chunks

Row = TypeVar("Row", bound=SQLModel)


def page(
    session: Session,
    table: type[Row],
    limit: int,
    *,
    after: int | None = None,
    newest: bool = True,
    **held: object | Collection[object],
) -> Sequence[Row]:
    """Rows of a table by number, at most `limit` of those after the number `after`.

    newest : the highest number first
    held   : column = a value, or several of which any will do; None = whatever it is
    """
    number: Any = table.id  # type: ignore[attr-defined]
    query = select(table).order_by(number.desc() if newest else number).limit(limit)
    if after is not None:
        query = query.where(number < after if newest else number > after)
    for name, wanted in held.items():
        column = getattr(table, name)
        if isinstance(wanted, list | tuple | set | frozenset):
            query = query.where(column.in_(list(wanted)))
        elif wanted is not None:
            query = query.where(column == wanted)
    return session.exec(query).all()


def by_number(
    session: Session, table: type[Row], numbers: Iterable[int | None]
) -> Mapping[int, Row]:
    """These rows by their numbers; the missing are left out."""
    found: dict[int, Row] = {}
    number: Any = table.id  # type: ignore[attr-defined]
    for some in chunks(sorted({one for one in numbers if one is not None})):
        for row in session.exec(select(table).where(number.in_(some))):
            found[row.id or 0] = row  # type: ignore[attr-defined]
    return found


def charters_of(session: Session, brand_id: int) -> list[int]:
    """The numbers of all charters of a brand's committees."""
    query = (
        select(tables.Charter.id)
        .join(tables.Committee, col(tables.Committee.id) == col(tables.Charter.committee_id))
        .where(col(tables.Committee.brand_id) == brand_id)
    )
    return [number for number in session.exec(query) if number is not None]


def stances_of(session: Session, author_id: int) -> Sequence[tables.Stance]:
    """How an account stands to every brand it spoke about."""
    query = select(tables.Stance).where(col(tables.Stance.author_id) == author_id)
    return session.exec(query.order_by(col(tables.Stance.brand_id))).all()
