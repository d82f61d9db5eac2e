"""Invitations: drafted by one of ours, let go by a person's click, taken back, or lapsed."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlmodel import Session

from community.candidates import recruiting
from community.committees.members import freeze
from community.history import clean, identity, named
from community.inviting import offers, templates
from community.inviting.asking import facts
from community.inviting.inviting_rules import (
    Desk,
    charter_in_force,
    refuse_outdated,
    refuse_unapproved,
    refuse_unready,
    refuse_unwelcome,
    volunteered,
)
from config.errors import NotFoundError, RuleError
from store import invitations, tables
from store.invitations import Letterhead

HOUSE = "Sounding Board"
"""Who a step is written down as that no person took (silence)."""


def draft(
    session: Session,
    desk: Desk,
    candidate: tables.Candidate,
    *,
    by: str,
    now: datetime,
    committee: tables.Committee | None = None,
    campaign: str | None = None,
) -> Letterhead:
    """Draft an invitation and open the person's one offer; nothing leaves.

    Whoever gave us an address gets mail, all others a reply for a person to post.

    Raises RuleError for whom we may not invite, or where a charter or a setting is missing.
    """
    who = named(by)
    refuse_unapproved(candidate)
    charter = charter_in_force(session, candidate.brand_id, committee)
    accounts, _ = offers.held_person(session, candidate.author_id)
    address = volunteered(session, accounts)
    refuse_unready(desk.settings, "mail" if address else "reply")
    refuse_unwelcome(session, desk.marker, accounts, candidate, address)
    return _written(session, desk, candidate, charter, address, campaign, by=who, now=now)


def _written(
    session: Session,
    desk: Desk,
    candidate: tables.Candidate,
    charter: tables.Charter,
    address: str | None,
    campaign: str | None,
    *,
    by: str,
    now: datetime,
) -> Letterhead:
    """The words filled in, the offer opened, and the draft kept."""
    settings, nonce = desk.settings, secrets.token_urlsafe(16)
    template = templates.in_force(
        session, "invitation" if address else "reply", candidate.language or "en", now
    )
    told = facts(session, settings, candidate, charter, sender=by, link=desk.link(nonce))
    subject, body = templates.fill(template, told)
    offer = offers.make(
        session,
        candidate,
        campaign=campaign or f"{told['committee']}, charter {charter.version}",
        contact=settings.recruiting.contact,
        by=by,
        now=now,
        ask_again_days=settings.recruiting.ask_again_days,
    )
    invitation = tables.Invitation(
        offer_id=offer.id or 0,
        candidate_id=identity(candidate),
        charter_id=charter.id or 0,
        template_id=template.id or 0,
        channel="mail" if address else "reply",
        address=address,
        language=template.language,
        subject=subject,
        body=body,
        nonce=nonce,
        drafted_by=by,
        drafted_at=now,
    )
    session.add(invitation)
    session.flush()
    return found(session, invitation.id or 0)


def let_go(
    session: Session, desk: Desk, invitation_id: int, *, by: str, now: datetime
) -> Letterhead:
    """A person's click: the invitation may leave, and its candidate is invited.

    Everything that may have changed since the draft is asked once more, in this transaction: their
    wish not to be contacted, flags, other offers, the charter, the address. Raises RuleError.
    """
    who, head = named(by), _held(session, invitation_id)
    invitation = head.invitation
    if invitation.state != "drafted":
        raise RuleError(f"This invitation is {invitation.state} already{_whose(invitation)}.")
    refuse_unready(desk.settings, invitation.channel)
    accounts, key = offers.held_person(session, head.author.id or 0)
    offers.refuse_second(session, accounts, key, own=head.offer.id)
    refuse_unwelcome(session, desk.marker, accounts, head.candidate, invitation.address)
    refuse_unapproved(head.candidate)
    refuse_outdated(session, desk, head, accounts)
    recruiting.invite(session, head.candidate, who, now)
    invitation.state, invitation.approved_by, invitation.approved_at = "approved", who, now
    invitation.baseline = freeze(session, head.author.id or 0, head.brand.id or 0, now)
    session.add(invitation)
    session.flush()
    return head


def posted(session: Session, invitation_id: int, *, by: str, now: datetime) -> Letterhead:
    """A person posted the reply. Raises RuleError unless it was let go as one."""
    who, head = named(by), _held(session, invitation_id)
    if head.invitation.channel != "reply":
        raise RuleError("This invitation is not a reply; it leaves by itself once it was let go.")
    if head.invitation.state != "approved":
        raise RuleError(
            f"This invitation is {head.invitation.state}{_whose(head.invitation)}.",
            mend=f"First: soundingboard invitation send {invitation_id} --by YOU"
            if head.invitation.state == "drafted"
            else "",
        )
    _left(session, head.invitation, who, now)
    return head


def exported(session: Session, invitation_id: int, *, by: str, now: datetime) -> None:
    """An invitation that was let go is handed to a mailing tool instead of the outbox."""
    head = _held(session, invitation_id)
    head.invitation.channel = "export"
    _left(session, head.invitation, named(by), now)


def withdraw(
    session: Session,
    invitation_id: int,
    *,
    by: str,
    now: datetime,
    reason: str | None = None,
) -> bool:
    """Take an invitation back; True if nothing had left. The rows stay, the candidate is approved.

    Raises RuleError once it was answered, has lapsed, or is withdrawn.
    """
    who, head = named(by), _held(session, invitation_id)
    invitation = head.invitation
    if invitation.state not in ("drafted", "approved", "sent"):
        raise RuleError(
            f"This invitation is {invitation.state}, so there is nothing to withdraw.",
            mend="What they answered stands." if invitation.state == "answered" else "",
        )
    stayed = invitation.state != "sent" and _kept_back(session, invitation, who, now)
    invitation.state = "withdrawn"
    offers.close(session, head.offer, "withdrawn", now)
    session.add(invitation)
    if head.candidate.state == "invited":
        words = f"invitation withdrawn: {clean(reason) or 'no reason given'}"
        recruiting.reopen(session, head.candidate, who, now, note=words)
    return stayed


def lapse(session: Session, now: datetime, days: int) -> int:
    """Take no answer within `days` as a no; how many invitations lapsed.

    First it writes down which mails left meanwhile, and which were withheld.
    """
    notice_departures(session, now)
    quiet = invitations.unanswered(session, now - timedelta(days=days))
    for invitation in quiet:
        head = found(session, invitation.id or 0)
        invitation.state = "lapsed"
        offers.close(session, head.offer, "lapsed", now)
        session.add(invitation)
        if head.candidate.state == "invited":
            recruiting.silence(session, head.candidate, HOUSE, now)
    session.flush()
    return len(quiet)


def notice_departures(session: Session, now: datetime) -> None:
    """Write down which mails left, or may have, and which were withheld because of an objection."""
    for invitation, row in invitations.departed(session):
        if row.state != "withheld":
            _left(session, invitation, invitation.approved_by or "", row.sent_at or now)
            continue
        invitation.state = "withdrawn"
        session.add(invitation)
        offers.close(session, found(session, invitation.id or 0).offer, "withdrawn", now)


def found(session: Session, invitation_id: int) -> Letterhead:
    """One invitation with all that is told of it. Raises NotFoundError."""
    head = invitations.by_id(session, invitation_id)
    if head is None:
        raise _missing(invitation_id)
    return head


def _left(session: Session, invitation: tables.Invitation, by: str, at: datetime) -> None:
    invitation.state, invitation.sent_by, invitation.sent_at = "sent", by, at
    session.add(invitation)
    session.flush()


def _kept_back(session: Session, invitation: tables.Invitation, by: str, now: datetime) -> bool:
    """Whether the mail could be stopped; one that left, or may have, is written down as sent."""
    row = invitations.withhold(session, invitation.id or 0, f"withdrawn by {by}", now)
    if row is None or row.state not in invitations.GONE:
        return True
    _left(session, invitation, invitation.approved_by or by, row.sent_at or now)
    return False


def _held(session: Session, invitation_id: int) -> Letterhead:
    head = invitations.lock(session, invitation_id)
    if head is None:
        raise _missing(invitation_id)
    return head


def _missing(invitation_id: int) -> NotFoundError:
    return NotFoundError(
        f"There is no invitation {invitation_id}.", mend="List them: soundingboard invitation list"
    )


def _whose(invitation: tables.Invitation) -> str:
    if invitation.approved_at is None:
        return ""
    return f" ({invitation.approved_by} let it go on {invitation.approved_at:%Y-%m-%d})"
