"""Queries of invitations: drafts, what left, and what was answered."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import String, cast, literal
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import Select

from store import tables
from store.outbox import BY_A_PERSON

Core = tuple[tables.Invitation, tables.Offer, tables.Candidate, tables.Author]

GONE = ("sending", "sent", "uncertain")
"""States of an outbox row in which the mail left, or may have."""


class Letterhead(NamedTuple):
    """An invitation with all that is told of it."""

    invitation: tables.Invitation
    offer: tables.Offer
    candidate: tables.Candidate
    author: tables.Author
    brand: tables.BrandRow
    committee: tables.Committee
    charter: tables.Charter
    template: tables.Template


def _heads() -> Select[tables.Invitation, tables.Offer, tables.Candidate, tables.Author]:
    i = tables.Invitation
    return (
        select(i, tables.Offer, tables.Candidate, tables.Author)
        .join(tables.Offer, col(tables.Offer.id) == col(i.offer_id))
        .join(tables.Candidate, col(tables.Candidate.id) == col(i.candidate_id))
        .join(tables.Author, col(tables.Author.id) == col(tables.Candidate.author_id))
    )


def _head(session: Session, core: Core) -> Letterhead:
    """The rest, which many invitations share, so that the session mostly has it already."""
    invitation, offer, candidate, author = core
    charter = session.get_one(tables.Charter, invitation.charter_id)
    return Letterhead(
        invitation,
        offer,
        candidate,
        author,
        session.get_one(tables.BrandRow, candidate.brand_id),
        session.get_one(tables.Committee, charter.committee_id),
        charter,
        session.get_one(tables.Template, invitation.template_id),
    )


def lock(session: Session, invitation_id: int) -> Letterhead | None:
    """One invitation as it is now, held until the transaction ends."""
    row = select(tables.Invitation).where(col(tables.Invitation.id) == invitation_id)
    held = session.exec(row.with_for_update().execution_options(populate_existing=True)).first()
    return None if held is None else by_id(session, invitation_id)


def by_id(session: Session, invitation_id: int) -> Letterhead | None:
    """One invitation with all that is told of it."""
    row = session.exec(_heads().where(col(tables.Invitation.id) == invitation_id)).first()
    return None if row is None else _head(session, row)


def by_nonce(session: Session, nonce: str) -> Letterhead | None:
    """The invitation a signed link speaks of."""
    row = session.exec(_heads().where(col(tables.Invitation.nonce) == nonce)).first()
    return None if row is None else _head(session, row)


def listed(session: Session, brand_id: int, *, state: str | None = None) -> list[Letterhead]:
    """A brand's invitations, newest first."""
    query = _heads().where(col(tables.Candidate.brand_id) == brand_id)
    if state is not None:
        query = query.where(col(tables.Invitation.state) == state)
    rows = session.exec(query.order_by(col(tables.Invitation.id).desc())).all()
    return [_head(session, row) for row in rows]


def open_committees(session: Session, brand_id: int) -> Sequence[tables.Committee]:
    """A brand's committees that were not closed, oldest first."""
    query = select(tables.Committee).where(
        col(tables.Committee.brand_id) == brand_id, col(tables.Committee.closed_at).is_(None)
    )
    return session.exec(query.order_by(col(tables.Committee.id))).all()


def newest_charter(session: Session, committee_id: int) -> tables.Charter | None:
    """A committee's charter in force."""
    query = select(tables.Charter).where(col(tables.Charter.committee_id) == committee_id)
    return session.exec(query.order_by(col(tables.Charter.version).desc()).limit(1)).first()


def mail_key(invitation_id: int) -> str:
    """The key of an invitation's mail in the outbox."""
    return f"invitation/{invitation_id}"


def outbox_state(session: Session, invitation_id: int) -> tables.OutboxRow | None:
    """An invitation's mail in the outbox."""
    query = select(tables.OutboxRow).where(col(tables.OutboxRow.key) == mail_key(invitation_id))
    return session.exec(query.execution_options(populate_existing=True)).first()


def withhold(
    session: Session, invitation_id: int, why: str, now: datetime
) -> tables.OutboxRow | None:
    """Keep an invitation's mail from leaving, if it had not begun to; the row as it stands then.

    A sender that claimed it holds an older fence and can change nothing any more. None where no
    mail was made.
    """
    query = select(tables.OutboxRow).where(col(tables.OutboxRow.key) == mail_key(invitation_id))
    held = query.with_for_update().execution_options(populate_existing=True)
    row = session.exec(held).first()
    if row is None or row.state not in ("pending", "retry", "claimed"):
        return row
    row.state, row.problem, row.next_at, row.claimed_until = "withheld", why, None, None
    row.fence += 1
    session.add(row)
    session.add(
        tables.Attempt(
            outbox_id=row.id or 0,
            fence=row.fence,
            at=now,
            phase=BY_A_PERSON,
            outcome=row.state,
            words=why,
        )
    )
    session.flush()
    return row


def departed(session: Session) -> Sequence[tuple[tables.Invitation, tables.OutboxRow]]:
    """Invitations let go whose mail has left since, may have, or was withheld."""
    row, i = tables.OutboxRow, tables.Invitation
    query = (
        select(i, row)
        .join(row, col(row.key) == literal("invitation/") + cast(col(i.id), String))
        .where(col(i.state) == "approved", col(row.state).in_(("sent", "uncertain", "withheld")))
        .order_by(col(i.id))
    )
    return session.exec(query.with_for_update(of=i)).all()


def unanswered(session: Session, sent_before: datetime) -> Sequence[tables.Invitation]:
    """Invitations that reached somebody by then and were never answered, oldest first."""
    query = select(tables.Invitation).where(
        col(tables.Invitation.state) == "sent", col(tables.Invitation.sent_at) <= sent_before
    )
    return session.exec(query.order_by(col(tables.Invitation.id)).with_for_update()).all()


def consents(session: Session, invitation_id: int) -> Sequence[tables.Consent]:
    """Every answer that was given, oldest first."""
    query = select(tables.Consent).where(col(tables.Consent.invitation_id) == invitation_id)
    return session.exec(query.order_by(col(tables.Consent.id))).all()


def seat_by(session: Session, invitation_id: int) -> int | None:
    """The member who came by this invitation and is here."""
    query = select(tables.Member.id).where(
        col(tables.Member.invitation_id) == invitation_id, col(tables.Member.left_at).is_(None)
    )
    return session.exec(query).first()
