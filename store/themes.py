"""Queries about themes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session, col, select, update

from config.errors import NotFoundError
from store import tables
from store.upsert import chunks


def themes(session: Session, brand_id: int, *, retired: bool = False) -> Sequence[tables.Theme]:
    """The brand's themes, largest first."""
    query = select(tables.Theme).where(col(tables.Theme.brand_id) == brand_id)
    if not retired:
        query = query.where(col(tables.Theme.retired_at).is_(None))
    return session.exec(query.order_by(col(tables.Theme.size).desc(), col(tables.Theme.id))).all()


def get_theme(session: Session, brand_id: int, theme_id: int) -> tables.Theme:
    """One theme of a brand. Raises NotFoundError."""
    theme = session.get(tables.Theme, theme_id)
    if theme is None or theme.brand_id != brand_id:
        raise NotFoundError("There is no such theme.", mend="Choose one of /themes.")
    return theme


def assign(session: Session, brand_id: int, theme_of: Mapping[int, int | None]) -> None:
    """Write each post's theme, a few statements for all."""
    by_theme: dict[int | None, list[int]] = {}
    for post_id, theme_id in theme_of.items():
        by_theme.setdefault(theme_id, []).append(post_id)
    for theme_id, post_ids in by_theme.items():
        for some in chunks(sorted(post_ids)):
            session.execute(
                update(tables.Vector)
                .where(
                    col(tables.Vector.brand_id) == brand_id, col(tables.Vector.post_id).in_(some)
                )
                .values(theme_id=theme_id)
            )


def retire(session: Session, brand_id: int, kept: Sequence[int], now: datetime) -> None:
    """Close the themes that were not found again; their ids are never given to others."""
    session.execute(
        update(tables.Theme)
        .where(
            col(tables.Theme.brand_id) == brand_id,
            col(tables.Theme.id).not_in(kept),
            col(tables.Theme.retired_at).is_(None),
        )
        .values(retired_at=now)
    )
