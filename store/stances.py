"""Queries about stances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, col, delete, select

from store import tables
from store.upsert import replace


def save_stances(session: Session, brand_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Take over what was just weighed; authors of whom nothing is left are forgotten."""
    replace(session, tables.Stance, rows, key=("author_id", "brand_id"))
    weighed = {row["author_id"] for row in rows}
    before = session.exec(
        select(tables.Stance.author_id).where(col(tables.Stance.brand_id) == brand_id)
    )
    for author_id in sorted(set(before) - weighed):
        session.execute(
            delete(tables.Stance).where(
                col(tables.Stance.brand_id) == brand_id, col(tables.Stance.author_id) == author_id
            )
        )


def stances(session: Session, brand_id: int) -> Sequence[tuple[tables.Stance, tables.Author]]:
    """Every weighed author with their stance, strongest feeling first, names breaking ties."""
    query = (
        select(tables.Stance, tables.Author)
        .join(tables.Author, col(tables.Author.id) == col(tables.Stance.author_id))
        .where(col(tables.Stance.brand_id) == brand_id)
        .order_by(col(tables.Stance.mu).desc(), col(tables.Author.site), col(tables.Author.key))
    )
    return [(stance, author) for stance, author in session.exec(query)]
