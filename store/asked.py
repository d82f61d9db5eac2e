"""Queries of the pages about asking: the invitations of a list, their funnel, offers by pages."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, NamedTuple

from sqlmodel import Session, col, func, select

from store import tables
from store.invitations import mail_key


class Reached(NamedTuple):
    """How many invitations of a brand stand so."""

    state: str
    channel: str
    answer: str | None
    approved: bool
    sent: bool
    number: int


class Asked(NamedTuple):
    """One row of a list of invitations."""

    invitation: tables.Invitation
    offer: tables.Offer
    author: tables.Author


class Offered(NamedTuple):
    """One row of the offers, with the newest invitation that carried it."""

    offer: tables.Offer
    author: tables.Author
    invitation: tables.Invitation | None


def funnel(session: Session, brand_id: int) -> list[Reached]:
    """A brand's invitations, counted by how far they got."""
    i = tables.Invitation
    approved, sent = col(i.approved_at).is_not(None), col(i.sent_at).is_not(None)
    columns: list[Any] = [i.state, i.channel, i.answer, approved, sent]
    asked: Any = select
    query = (
        asked(*columns, func.count())
        .join(tables.Offer, col(tables.Offer.id) == col(i.offer_id))
        .where(col(tables.Offer.brand_id) == brand_id)
        .group_by(*columns)
    )
    return [
        Reached(state, channel, answer, bool(let_go), bool(left), count)
        for state, channel, answer, let_go, left, count in session.exec(query)
    ]


def invitations(
    session: Session,
    brand_id: int,
    *,
    state: str | None = None,
    answer: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Asked]:
    """A brand's invitations, newest first; before : number of the last one of the page before."""
    i = tables.Invitation
    query = (
        select(i, tables.Offer, tables.Author)
        .join(tables.Offer, col(tables.Offer.id) == col(i.offer_id))
        .join(tables.Candidate, col(tables.Candidate.id) == col(i.candidate_id))
        .join(tables.Author, col(tables.Author.id) == col(tables.Candidate.author_id))
        .where(col(tables.Offer.brand_id) == brand_id)
    )
    for column, wanted in ((col(i.state), state), (col(i.answer), answer)):
        if wanted is not None:
            query = query.where(column == wanted)
    if before is not None:
        query = query.where(col(i.id) < before)
    rows = session.exec(query.order_by(col(i.id).desc()).limit(limit)).all()
    return [Asked(*row) for row in rows]


def mail_states(session: Session, numbers: Collection[int]) -> dict[int, tables.OutboxRow]:
    """The mails of these invitations in the outbox, by invitation."""
    keys = {mail_key(number): number for number in numbers}
    rows = session.exec(select(tables.OutboxRow).where(col(tables.OutboxRow.key).in_(keys)))
    return {keys[row.key]: row for row in rows}


def offers(
    session: Session,
    brand_id: int,
    *,
    state: str | None = None,
    before: int | None = None,
    limit: int = 50,
) -> list[Offered]:
    """What was asked of whom, newest first; before : number of the last one of the page before."""
    o = tables.Offer
    query = (
        select(o, tables.Author)
        .join(tables.Author, col(tables.Author.id) == col(o.author_id))
        .where(col(o.brand_id) == brand_id)
    )
    if state is not None:
        query = query.where(col(o.state) == state)
    if before is not None:
        query = query.where(col(o.id) < before)
    rows = session.exec(query.order_by(col(o.id).desc()).limit(limit)).all()
    carried = _carried(session, [offer.id or 0 for offer, _ in rows])
    return [Offered(offer, author, carried.get(offer.id or 0)) for offer, author in rows]


def offer_counts(session: Session, brand_id: int) -> dict[str, int]:
    """How many of a brand's offers stand in each state."""
    o = tables.Offer
    query = select(o.state, func.count()).where(col(o.brand_id) == brand_id).group_by(col(o.state))
    return dict(session.exec(query).all())


def approved(session: Session, brand_id: int, limit: int = 200) -> list[tuple[int, tables.Author]]:
    """(number, account) of the candidates somebody approved whom nobody has invited yet."""
    c = tables.Candidate
    drafted = select(tables.Invitation.candidate_id).where(
        col(tables.Invitation.state) == "drafted"
    )
    query = (
        select(c.id, tables.Author)
        .join(tables.Author, col(tables.Author.id) == col(c.author_id))
        .where(col(c.brand_id) == brand_id, col(c.state) == "approved", col(c.id).not_in(drafted))
    )
    rows = session.exec(query.order_by(col(tables.Author.name)).limit(limit)).all()
    return [(number or 0, author) for number, author in rows]


def _carried(session: Session, offer_ids: Collection[int]) -> dict[int, tables.Invitation]:
    query = select(tables.Invitation).where(col(tables.Invitation.offer_id).in_(offer_ids))
    rows = session.exec(query.order_by(col(tables.Invitation.id)))
    return {row.offer_id: row for row in rows}
