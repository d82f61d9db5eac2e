"""Queries about digests and what is new in them."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from store import tables
from store.upsert import replace


def save_digest(
    session: Session,
    day: str,
    zone: str,
    since: datetime,
    until: datetime,
    paths: tuple[str, str],
) -> None:
    """Remember the digest of a local day; writing it again replaces the first."""
    row = {"day": day, "zone": zone, "since": since, "until": until}
    row |= {"html_path": paths[0], "text_path": paths[1]}
    replace(session, tables.Digest, [row], key=("day", "zone"))


def get_digest(session: Session, day: str, zone: str) -> tables.Digest | None:
    """The digest of that local day."""
    query = select(tables.Digest).where(
        col(tables.Digest.day) == day, col(tables.Digest.zone) == zone
    )
    return session.exec(query).first()


def last_before(session: Session, day: str, zone: str) -> tables.Digest | None:
    """The newest digest of a day before that one."""
    query = select(tables.Digest).where(
        col(tables.Digest.day) < day, col(tables.Digest.zone) == zone
    )
    return session.exec(query.order_by(col(tables.Digest.day).desc()).limit(1)).first()


def first_listed_since(session: Session, brand_id: int, since: datetime) -> set[str]:
    """Who came onto the list after that moment, as "site/name"."""
    query = (
        select(tables.Author)
        .join(tables.Candidate, col(tables.Candidate.author_id) == col(tables.Author.id))
        .where(
            col(tables.Candidate.brand_id) == brand_id,
            col(tables.Candidate.listed),
            col(tables.Candidate.listed_at) > since,
        )
    )
    return {f"{author.site}/{author.name}" for author in session.exec(query)}
