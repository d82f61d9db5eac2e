"""Queries about sources and the hosts they live on."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import case
from sqlmodel import Session, col, delete, func, select

from config.errors import NotFoundError, RuleError
from store import tables
from store.tally_due import touch
from store.upsert import replace


def all_sources(session: Session) -> Sequence[tables.Source]:
    """Every source, oldest first."""
    return session.exec(select(tables.Source).order_by(col(tables.Source.id))).all()


def listed(
    session: Session, *, state: str | None = None, after: int | None = None, limit: int = 100
) -> Sequence[tables.Source]:
    """Sources, oldest first, or those after a number.

    state : failing (their last look failed), paused; None = whatever
    """
    source = tables.Source
    query = select(source).order_by(col(source.id)).limit(limit)
    if after is not None:
        query = query.where(col(source.id) > after)
    if state == "failing":
        query = query.where(col(source.failures) > 0, col(source.paused).is_(None))
    elif state == "paused":
        query = query.where(col(source.paused).is_not(None))
    return session.exec(query).all()


def standing(session: Session) -> dict[str, int]:
    """How many sources there are: all, failing, paused."""
    paused, failures = col(tables.Source.paused), col(tables.Source.failures)
    failing = case((paused.is_(None) & (failures > 0), 1), else_=0)
    query = select(func.count(), func.coalesce(func.sum(failing), 0), func.count(paused))
    every, failed, left = session.exec(query.select_from(tables.Source)).one()
    return {"all": int(every), "failing": int(failed), "paused": int(left)}


def posts_since(
    session: Session, source_ids: Collection[int | None], since: datetime
) -> dict[int, int]:
    """Source id -> posts written since then, of these sources."""
    query = (
        select(tables.Post.source_id, func.count())
        .where(
            col(tables.Post.source_id).in_([one for one in source_ids if one is not None]),
            col(tables.Post.at) >= since,
        )
        .group_by(col(tables.Post.source_id))
    )
    return {source_id: int(posts) for source_id, posts in session.exec(query)}


def fetched_sources(session: Session) -> Sequence[tables.Source]:
    """The sources we go and ask; files are brought to us."""
    asked = select(tables.Source).where(
        col(tables.Source.kind) != "file", col(tables.Source.paused).is_(None)
    )
    return session.exec(asked.order_by(col(tables.Source.id))).all()


def find_source(session: Session, kind: str, address: str) -> tables.Source | None:
    """The source at that address, if we know it."""
    return session.exec(
        select(tables.Source).where(
            col(tables.Source.kind) == kind, col(tables.Source.address) == address
        )
    ).first()


def add_source(session: Session, source: tables.Source) -> tables.Source:
    """Remember a new source. Raises RuleError if its address or name is taken."""
    if known := find_source(session, source.kind, source.address):
        raise RuleError(f"That source is here already, called {known.name!r}.")
    taken = session.exec(
        select(tables.Source).where(col(tables.Source.name) == source.name)
    ).first()
    if taken:
        raise RuleError(
            f"Another source is called {source.name!r}.", mend="Give this one a --name of its own."
        )
    session.add(source)
    session.flush()
    return source


def get_source(session: Session, name: str) -> tables.Source:
    """The source of that name, number or address. Raises NotFoundError."""
    for source in all_sources(session):
        if name in (source.name, source.address, str(source.id)):
            return source
    raise NotFoundError(
        f"There is no source called {name!r}.", mend="See: soundingboard source list"
    )


def remove_source(session: Session, source: tables.Source) -> None:
    """Forget a source and every post that came from it."""
    posts = select(tables.Post.id).where(col(tables.Post.source_id) == source.id)
    touch(session, [post_id or 0 for post_id in session.exec(posts)])
    session.execute(delete(tables.Source).where(col(tables.Source.id) == source.id))


def holds(session: Session) -> dict[str, datetime]:
    """Hosts that asked us to wait, and until when."""
    return {hold.host: hold.until for hold in session.exec(select(tables.HostHold))}


def save_holds(session: Session, until: Mapping[str, datetime]) -> None:
    """Remember who asked us to wait, so that a restart does not forget it."""
    rows = [{"host": host, "until": moment} for host, moment in sorted(until.items())]
    replace(session, tables.HostHold, rows, key=("host",))
