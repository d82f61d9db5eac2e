"""Queries about candidates, their flags and decisions, and slates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from sqlmodel import Session, col, delete, select, update

from store import tables
from store.upsert import replace


class Card(NamedTuple):
    """A candidate as people see them: who, how they stand, and what speaks against."""

    candidate: tables.Candidate
    author: tables.Author
    stance: tables.Stance
    flags: tuple[tables.Flag, ...]

    @property
    def excluding(self) -> list[tables.Flag]:
        """Flags that keep them off the shortlist, unless a person overrode them."""
        return [flag for flag in self.flags if flag.excludes and flag.overridden_at is None]


def save_candidates(session: Session, brand_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Take over a new ranking; what people decided stays, vanished authors drop off the list."""
    fresh = [{**row, "state": "proposed", "version": 0} for row in rows]
    replace(
        session,
        tables.Candidate,
        fresh,
        key=("author_id", "brand_id"),
        once=("state", "version"),
    )
    session.execute(
        update(tables.Candidate)
        .where(
            col(tables.Candidate.brand_id) == brand_id,
            col(tables.Candidate.listed),
            col(tables.Candidate.listed_at).is_(None),
        )
        .values(listed_at=col(tables.Candidate.updated_at))
    )
    ranked = {row["author_id"] for row in rows}
    for candidate in session.exec(
        select(tables.Candidate).where(
            col(tables.Candidate.brand_id) == brand_id, col(tables.Candidate.listed)
        )
    ):
        if candidate.author_id not in ranked:
            candidate.listed = False
            candidate.why_not = ["nothing of theirs weighs any more"]


def save_flags(session: Session, brand_id: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Take over the flags just raised; lifted ones go, overrides of standing ones stay."""
    replace(session, tables.Flag, rows, key=("author_id", "brand_id", "kind"))
    raised = {(row["author_id"], row["kind"]) for row in rows}
    for flag in session.exec(select(tables.Flag).where(col(tables.Flag.brand_id) == brand_id)):
        if (flag.author_id, flag.kind) not in raised:
            session.delete(flag)


def cards(
    session: Session,
    brand_id: int,
    *,
    side: str | None = None,
    listed: bool | None = True,
    author_ids: Iterable[int] | None = None,
) -> list[Card]:
    """Candidates with all that is shown of them, most useful first, ids breaking ties."""
    query = (
        select(tables.Candidate, tables.Author, tables.Stance)
        .join(tables.Author, col(tables.Author.id) == col(tables.Candidate.author_id))
        .join(
            tables.Stance,
            (col(tables.Stance.author_id) == col(tables.Candidate.author_id))
            & (col(tables.Stance.brand_id) == col(tables.Candidate.brand_id)),
        )
        .where(col(tables.Candidate.brand_id) == brand_id)
        .order_by(col(tables.Candidate.utility).desc(), col(tables.Candidate.id))
    )
    if side is not None:
        query = query.where(col(tables.Candidate.side) == side)
    if listed is not None:
        query = query.where(col(tables.Candidate.listed) == listed)
    if author_ids is not None:
        query = query.where(col(tables.Candidate.author_id).in_(list(author_ids)))
    flags = _flags(session, brand_id)
    return [
        Card(candidate, author, stance, tuple(flags.get(candidate.author_id, ())))
        for candidate, author, stance in session.exec(query)
    ]


def _flags(session: Session, brand_id: int) -> dict[int, list[tables.Flag]]:
    found: dict[int, list[tables.Flag]] = {}
    query = select(tables.Flag).where(col(tables.Flag.brand_id) == brand_id)
    for flag in session.exec(query.order_by(col(tables.Flag.kind))):
        found.setdefault(flag.author_id, []).append(flag)
    return found


def decisions(session: Session, candidate_id: int) -> Sequence[tables.Decision]:
    """What people said of a candidate, in the order they said it."""
    query = select(tables.Decision).where(col(tables.Decision.candidate_id) == candidate_id)
    return session.exec(query.order_by(col(tables.Decision.id))).all()


def move(session: Session, candidate: tables.Candidate, changes: Mapping[str, Any]) -> bool:
    """Change a candidate if nobody else did since it was read; True if that held."""
    done = session.execute(
        update(tables.Candidate)
        .where(
            col(tables.Candidate.id) == candidate.id,
            col(tables.Candidate.version) == candidate.version,
        )
        .values(version=candidate.version + 1, **changes)
    )
    return bool(done.rowcount)  # type: ignore[attr-defined]


def find_authors(session: Session, name: str) -> Sequence[tables.Author]:
    """Accounts called so, by name or key, with or without @ and whatever the case."""
    bare = name.removeprefix("@").casefold()
    wanted = [name, bare, f"@{bare}"]
    query = select(tables.Author).where(
        col(tables.Author.name).in_(wanted) | col(tables.Author.key).in_(wanted)
    )
    exact = session.exec(query.order_by(col(tables.Author.id))).all()
    if exact:
        return exact
    return [
        author
        for author in session.exec(select(tables.Author).order_by(col(tables.Author.id)))
        if bare in (author.name.removeprefix("@").casefold(), author.key.casefold())
    ]


def newest_slate(session: Session, brand_id: int) -> tables.Slate | None:
    """The slate proposed last."""
    query = select(tables.Slate).where(col(tables.Slate.brand_id) == brand_id)
    return session.exec(query.order_by(col(tables.Slate.id).desc()).limit(1)).first()


def drop_slates(session: Session, brand_id: int | None = None) -> None:
    """Forget proposed slates (they name people)."""
    query = delete(tables.Slate)
    if brand_id is not None:
        query = query.where(col(tables.Slate.brand_id) == brand_id)
    session.execute(query)


def numbers_of(session: Session, brand_id: int, authors: Iterable[int]) -> dict[int, int]:
    """Author id -> candidate id, of these authors of a brand."""
    query = select(tables.Candidate.author_id, tables.Candidate.id).where(
        col(tables.Candidate.brand_id) == brand_id,
        col(tables.Candidate.author_id).in_(sorted(authors)),
    )
    return {author: number or 0 for author, number in session.exec(query)}
