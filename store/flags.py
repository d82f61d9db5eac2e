"""Queries about flags: what stands against one author, and what a person said of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, select

from store import tables
from store.upsert import insert_new


def flags_against(session: Session, author_id: int, brand_id: int) -> Sequence[tables.Flag]:
    """Every flag of an author towards a brand, by kind, overridden ones too."""
    query = select(tables.Flag).where(
        col(tables.Flag.author_id) == author_id, col(tables.Flag.brand_id) == brand_id
    )
    return session.exec(query.order_by(col(tables.Flag.kind))).all()


def candidacies(session: Session, author_id: int) -> Sequence[tables.Candidate]:
    """The author's candidacies, one per brand."""
    query = select(tables.Candidate).where(col(tables.Candidate.author_id) == author_id)
    return session.exec(query.order_by(col(tables.Candidate.id))).all()


def candidacy(session: Session, author_id: int, brand_id: int) -> tables.Candidate | None:
    """The author's candidacy for one brand."""
    found = [c for c in candidacies(session, author_id) if c.brand_id == brand_id]
    return found[0] if found else None


def raise_flag(session: Session, flag: tables.Flag) -> None:
    """Raise one excluding flag now, unless one of its kind stands already."""
    row = flag.model_dump(exclude={"id"})
    insert_new(session, tables.Flag, [row], key=("author_id", "brand_id", "kind"))


def lift_flags(session: Session, author_id: int, kind: str) -> None:
    """Take the author's flags of a kind back, for every brand."""
    session.execute(
        delete(tables.Flag).where(
            col(tables.Flag.author_id) == author_id, col(tables.Flag.kind) == kind
        )
    )


def set_override(
    session: Session, flag: tables.Flag, *, by: str | None, at: datetime | None, reason: str | None
) -> None:
    """Write down who overrode a flag, when and why; all None takes it back."""
    flag.overridden_by, flag.overridden_at, flag.override_reason = by, at, reason
    session.add(flag)
    session.flush()
