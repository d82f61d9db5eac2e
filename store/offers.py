"""Queries of the offer registry: who was asked what, by whom, and when."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, or_, select

from store import tables


def lock_accounts(session: Session, author_id: int) -> list[tables.Author]:
    """Every account of the same person, this one first, held until the transaction ends.

    On PostgreSQL the person's row (or the account's, where nobody is known) is locked, so that two
    colleagues asking at once come one after the other; SQLite's write transactions do so anyway.
    An account that is gone gives an empty list.
    """
    author = _locked_author(session, author_id)
    if author is None or author.person_id is None:
        return [] if author is None else [author]
    person = select(tables.Person).where(col(tables.Person.id) == author.person_id)
    session.exec(person.with_for_update()).first()
    query = (
        select(tables.Author)
        .where(col(tables.Author.person_id) == author.person_id)
        .order_by(col(tables.Author.id))
    )
    others = [other for other in session.exec(query) if other.id != author_id]
    return [author, *others]


def _locked_author(session: Session, author_id: int) -> tables.Author | None:
    query = select(tables.Author).where(col(tables.Author.id) == author_id).with_for_update()
    return session.exec(query.execution_options(populate_existing=True)).first()


def open_offers(session: Session, author_ids: Collection[int], key: str) -> Sequence[tables.Offer]:
    """Open offers to any of these accounts, or under that person's key, oldest first."""
    query = select(tables.Offer).where(
        col(tables.Offer.state) == "open",
        or_(col(tables.Offer.author_id).in_(author_ids), col(tables.Offer.person_key) == key),
    )
    return session.exec(query.order_by(col(tables.Offer.id))).all()


def asked_since(
    session: Session, author_ids: Collection[int], key: str, since: datetime
) -> tuple[tables.Offer, datetime] | None:
    """The latest offer that reached these accounts after `since`, and when it did.

    One that was withdrawn before anything left is as if it had never been made.
    """
    at = func.coalesce(col(tables.Invitation.sent_at), col(tables.Offer.made_at))
    query = (
        select(tables.Offer, tables.Invitation)
        .join(
            tables.Invitation,
            col(tables.Invitation.offer_id) == col(tables.Offer.id),
            isouter=True,
        )
        .where(
            or_(col(tables.Offer.author_id).in_(author_ids), col(tables.Offer.person_key) == key),
            at > since,
            or_(
                col(tables.Offer.state) != "withdrawn", col(tables.Invitation.sent_at).is_not(None)
            ),
        )
        .order_by(at.desc(), col(tables.Offer.id).desc())
        .limit(1)
    )
    row = session.exec(query).first()
    if row is None:
        return None
    offer, invitation = row
    reached = invitation.sent_at if invitation is not None else None
    return offer, reached or offer.made_at


def add_offer(session: Session, offer: tables.Offer) -> bool:
    """Open an offer; False if the person has an open one after all (the database's own word)."""
    try:
        with session.begin_nested():
            session.add(offer)
            session.flush()
    except IntegrityError:
        return False
    return True


def get_offer(session: Session, offer_id: int) -> tables.Offer | None:
    """One offer, as it is now."""
    return session.get(tables.Offer, offer_id, populate_existing=True)
