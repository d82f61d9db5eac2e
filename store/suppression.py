"""Who must not be written to: asked inside the transaction that is about to send."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, or_, select

from store import tables
from store.tombstones import Marker, buried
from store.upsert import chunks
from store.withholding import GONE

OWN_WORD = ("do_not_contact", "opted_out")
"""Flags that are the person's own word."""


def why_withheld(session: Session, marker: Marker, row: tables.OutboxRow) -> str | None:
    """Why this message must not leave, in words; None = it may.

    Asked are its receiver's address, the account it is for, and every other account of the same
    person.
    """
    if row.channel == "mail":
        mark = marker.address(row.receiver)
        if buried(session, {mark}, "do_not_contact"):
            return "this address asked not to be written to"
        if row.kind == "digest" and buried(session, {mark}, "unsubscribed"):
            return "this address unsubscribed from the digest"
    if row.text == GONE:
        return "what it said was erased"
    if row.author_id is None:
        return None
    authors = _accounts(session, row.author_id)
    if not authors:
        return "the person was erased"
    marks = {marker.account(author.site, author.key) for author in authors}
    if buried(session, marks, "erased"):
        return "the person was erased"
    if buried(session, marks, "do_not_contact") or _flagged(session, authors):
        return "the person asked not to be contacted"
    return None


def objecting(
    session: Session, marker: Marker, authors: Collection[tables.Author]
) -> set[int | None]:
    """The ids of those of these accounts that asked not to be contacted or shown."""
    marks = {marker.account(author.site, author.key): author.id for author in authors}
    found: set[int | None] = {
        marks[mark] for mark in buried(session, set(marks), "do_not_contact", "erased")
    }
    found |= {author.id for author in authors if author.opted_out}
    for some in chunks(sorted({author.id for author in authors if author.id is not None})):
        flagged = select(tables.Flag.author_id).where(
            col(tables.Flag.author_id).in_(some),
            col(tables.Flag.kind).in_(OWN_WORD),
            col(tables.Flag.overridden_by).is_(None),
        )
        found.update(session.exec(flagged).all())
    return found


def _accounts(session: Session, author_id: int) -> Sequence[tables.Author]:
    """The account, and all others known to be the same person's."""
    author = session.get(tables.Author, author_id)
    if author is None:
        return ()
    same = col(tables.Author.id) == author_id
    if author.person_id is not None:
        same = or_(same, col(tables.Author.person_id) == author.person_id)
    return session.exec(select(tables.Author).where(same)).all()


def _flagged(session: Session, authors: Sequence[tables.Author]) -> bool:
    query = select(tables.Flag.id).where(
        col(tables.Flag.author_id).in_([author.id for author in authors]),
        col(tables.Flag.kind).in_(OWN_WORD),
        col(tables.Flag.overridden_by).is_(None),
    )
    return session.exec(query.limit(1)).first() is not None
