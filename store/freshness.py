"""Queries about how far the steps are behind each other for one brand."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from store import tables
from store.readings import count_unread


class Behind(NamedTuple):
    """What a listing of a brand would miss if it were made now.

    posts     : kept posts about the brand
    unread    : of these, how many `model` has not read as they stand
    unweighed : readings are newer than the stances made of them
    unranked  : stances are newer than the candidates made of them
    """

    posts: int
    unread: int
    unweighed: bool
    unranked: bool


def behind(session: Session, brand_id: int, model: str) -> Behind:
    """How far the steps are behind each other, where `model` is the reader in use."""
    about = (
        select(func.count())
        .select_from(tables.Mention)
        .where(col(tables.Mention.brand_id) == brand_id)
    )
    posts = session.exec(about).one()
    read_at = _newest(session, tables.Reading.read_at, tables.Reading.brand_id, brand_id)
    weighed_at = _newest(session, tables.Stance.weighed_at, tables.Stance.brand_id, brand_id)
    ranked_at = _newest(session, tables.Candidate.updated_at, tables.Candidate.brand_id, brand_id)
    return Behind(
        posts=posts,
        unread=count_unread(session, brand_id, model),
        unweighed=_is_older(weighed_at, read_at),
        unranked=_is_older(ranked_at, weighed_at),
    )


def _newest(session: Session, moment: datetime, of: int, brand_id: int) -> datetime | None:
    """The latest of a column of times where another one (both given as columns) is the brand."""
    return session.exec(select(func.max(col(moment))).where(col(of) == brand_id)).one()


def _is_older(made_at: datetime | None, from_at: datetime | None) -> bool:
    return from_at is not None and (made_at is None or made_at < from_at)
