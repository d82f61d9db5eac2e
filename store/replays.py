"""Queries of replays: who asked what under which key, and the answer they got."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete, select, update

from store import tables
from store.upsert import insert_once


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of one program.

    token_id, grant_id : exactly one says who asks
    key_sha            : of the key it was asked under; request_sha : of all that was asked
    """

    key_sha: str
    request_sha: str
    token_id: int | None = None
    grant_id: int | None = None


def take(session: Session, asked: Asked, now: datetime, stale: datetime) -> tables.Replay | None:
    """Take the question on, or what is known of one asked earlier under the same key.

    stale : work begun before then was cut off; it is taken on anew

    None = it is ours to answer. Of several at once one takes it.
    """
    row: dict[str, Any] = {
        "token_id": asked.token_id,
        "grant_id": asked.grant_id,
        "key_sha": asked.key_sha,
        "request_sha": asked.request_sha,
        "answer": {},
        "at": now,
    }
    owner = "token_id" if asked.token_id is not None else "grant_id"
    if insert_once(session, tables.Replay, row, key=(owner, "key_sha")):
        return None
    known = _of(session, asked)
    if known is None:  # it was let go at this moment
        return tables.Replay(**row)
    cut_off = known.status is None and known.at < stale
    return None if cut_off and _take_over(session, known, asked, now) else known


def _take_over(session: Session, known: tables.Replay, asked: Asked, now: datetime) -> bool:
    """Whether work that was cut off is ours now."""
    if known.request_sha != asked.request_sha:
        return False
    done = session.execute(
        update(tables.Replay)
        .where(col(tables.Replay.id) == known.id, col(tables.Replay.at) == known.at)
        .values(at=now)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def keep(session: Session, asked: Asked, status: int, answer: Mapping[str, Any]) -> None:
    """Keep the answer; in the transaction that did what it tells of."""
    session.execute(
        update(tables.Replay).where(*_same(asked)).values(status=status, answer=dict(answer))
    )


def let_go(session: Session, asked: Asked) -> None:
    """Forget a question that got no answer, so that it may be asked again at once."""
    session.execute(delete(tables.Replay).where(*_same(asked), col(tables.Replay.status).is_(None)))


def expire(session: Session, before: datetime) -> None:
    """Forget questions asked before then."""
    session.execute(delete(tables.Replay).where(col(tables.Replay.at) < before))


def forget_all(session: Session) -> None:
    """Forget every answer: any of them may tell of somebody who is being erased."""
    session.execute(delete(tables.Replay))


def _of(session: Session, asked: Asked) -> tables.Replay | None:
    query = select(tables.Replay).where(*_same(asked))
    return session.exec(query.execution_options(populate_existing=True)).first()


def _same(asked: Asked) -> tuple[Any, ...]:
    return (
        col(tables.Replay.key_sha) == asked.key_sha,
        col(tables.Replay.token_id).is_(None)
        if asked.token_id is None
        else col(tables.Replay.token_id) == asked.token_id,
        col(tables.Replay.grant_id).is_(None)
        if asked.grant_id is None
        else col(tables.Replay.grant_id) == asked.grant_id,
    )
