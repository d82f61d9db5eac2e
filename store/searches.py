"""Queries of saved searches: lists with their filter, kept under a name."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, or_, select

from config.errors import NotFoundError, RuleError
from store import tables

LONGEST_NAME = 60
LONGEST_QUERY = 500
MOST_OWN = 50
"""Searches one person keeps for one list; a row of links is read, not searched."""


def searches(session: Session, user_id: int, page: str) -> Sequence[tables.SavedSearch]:
    """What this person sees on a list: their own searches and shared ones, by name."""
    kept = tables.SavedSearch
    query = select(kept).where(
        col(kept.page) == page, or_(col(kept.user_id) == user_id, col(kept.shared))
    )
    return session.exec(query.order_by(func.lower(kept.name), col(kept.id)).limit(200)).all()


def save(
    session: Session,
    user_id: int,
    page: str,
    name: str,
    query: str,
    now: datetime,
    *,
    shared: bool = False,
) -> tables.SavedSearch:
    """Keep a list with its filter; a search of theirs with this name is replaced.

    Raises RuleError for no name, too long ones, or too many searches.
    """
    called = _one_line(name)
    if not called:
        raise RuleError("A search needs a name.", mend="Say what it finds, in a few words.")
    if len(called) > LONGEST_NAME or len(query) > LONGEST_QUERY:
        raise RuleError(
            "That is too long to keep.", mend=f"A name has at most {LONGEST_NAME} letters."
        )
    row = _called(session, user_id, page, called)
    if row is None:
        _refuse_many(session, user_id, page)
        row = tables.SavedSearch(user_id=user_id, page=page, name=called, query="", made_at=now)
    row.query, row.shared, row.made_at = query, shared, now
    session.add(row)
    session.flush()
    return row


def remove(session: Session, user_id: int, search_id: int) -> tables.SavedSearch:
    """Forget a search of one's own. Raises NotFoundError for anybody else's."""
    row = session.get(tables.SavedSearch, search_id)
    if row is None or row.user_id != user_id:
        raise NotFoundError("That is no search of yours.", mend="Who saved a search can remove it.")
    session.delete(row)
    session.flush()
    return row


def _called(session: Session, user_id: int, page: str, name: str) -> tables.SavedSearch | None:
    kept = tables.SavedSearch
    query = select(kept).where(
        col(kept.user_id) == user_id, col(kept.page) == page, col(kept.name) == name
    )
    return session.exec(query).first()


def _refuse_many(session: Session, user_id: int, page: str) -> None:
    kept = tables.SavedSearch
    query = select(func.count()).where(col(kept.user_id) == user_id, col(kept.page) == page)
    if session.exec(query.select_from(kept)).one() >= MOST_OWN:
        raise RuleError(
            f"You keep {MOST_OWN} searches already.", mend="Remove one that you do not use."
        )


def _one_line(name: str) -> str:
    kept = (" " if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") else c for c in name)
    return " ".join("".join(kept).split())
