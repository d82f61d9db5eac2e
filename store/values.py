"""Queries about what customers are worth, as somebody imported it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlmodel import Session, select

from store import tables
from store.upsert import replace


def accounts_by_name(session: Session) -> Mapping[str, set[tuple[str, int]]]:
    """What an account may be called (its name or key, folded, without @) -> (site, id)."""
    found: dict[str, set[tuple[str, int]]] = defaultdict(set)
    query = select(tables.Author.id, tables.Author.site, tables.Author.name, tables.Author.key)
    for author_id, site, name, key in session.exec(query):
        for called in (name, key):
            found[called.removeprefix("@").casefold()].add((site, author_id or 0))
    return found


def save_values(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep tiers; the same account told of the same moment again replaces what was told."""
    newest = {(row["author_id"], row["brand_id"], row["as_of"]): row for row in rows}
    replace(
        session,
        tables.CustomerValue,
        list(newest.values()),
        key=("author_id", "brand_id", "as_of"),
    )
