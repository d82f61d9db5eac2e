"""Answers to an invitation: the person's own word, with proof of what they agreed to."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from community.candidates import contact, recruiting, stages
from community.candidates.contact import ASKED
from community.committees import members
from community.committees.charter_text import charter_text, day
from community.history import add_note, clean
from community.inviting import offers
from config.checks import mail_address
from config.errors import NotFoundError, RuleError
from store import addresses, invitations, tables
from store.invitations import Letterhead
from store.tables.inviting import DOORS
from store.tombstones import Marker, bury, unbury

JOINING = ("committee", "community")
LONGEST_NAME = 80

LABELS = {
    "committee": "Join the committee",
    "community": "Join the lighter community",
    "not_now": "Not now",
    "never": "Never contact me again",
}
"""What each door is called, in the message and on its page."""

_AGREED = {
    "committee": "I would like to join {committee} of {brand} as its charter below describes. "
    "I agree that {brand} keeps my name and address, if I give one, to work with me there. "
    "I can leave at any time, without giving a reason.",
    "community": "I would like to join the lighter community of {brand}: a question now and then, "
    "no meetings, no duties. I agree that {brand} keeps my name and address, if I give one, to ask "
    "me such questions. I can leave at any time, without giving a reason.",
    "not_now": "Not now. {brand} may ask me again another time, but will not remind me of this "
    "invitation.",
    "never": "Please never contact me again. {brand} keeps nothing for this but a scrambled mark "
    "of my account and address, so that it can keep to it.",
}


class ClosedError(RuleError):
    """The invitation is over; an objection is still taken."""


class AddressError(RuleError):
    """What was given as a mail address is none."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What somebody says to an invitation.

    words_sha : of the words that stood before their eyes; an objection needs none
    name, address : what they wish to be called, and where mail may reach them, if they say so
    """

    door: str
    words_sha: str | None = None
    name: str | None = None
    address: str | None = None


def words(session: Session, head: Letterhead, door: str) -> str:
    """What somebody agrees to by answering through a door: shown to them and kept as proof."""
    told = _AGREED[door].format(committee=head.committee.name, brand=head.brand.name)
    if door != "committee":
        return told
    newest = invitations.newest_charter(session, head.committee.id or 0)
    if newest is not None and newest.id != head.charter.id:
        told += (
            f"\n\nSince we wrote to you the charter was changed (version {newest.version}, "
            f"{day(newest.published_at)}). It will be sent to you, and you decide then."
        )
    return f"{told}\n\n{charter_text(head.committee, head.charter)}"


def sha_of(text: str) -> str:
    """The fingerprint of shown words, SHA-256 in hex."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_open(invitation: tables.Invitation) -> bool:
    """Whether every answer may still be given, or changed."""
    return invitation.state in ("approved", "sent", "answered")


def answer(
    session: Session, marker: Marker, nonce: str, reply: Reply, now: datetime
) -> tables.Consent:
    """Take a person's answer: proof, the offer, their candidacy and their seat, all or nothing.

    The same answer again changes nothing; another one replaces it and both stay as proof. "Never"
    is taken however old the invitation is.

    Raises NotFoundError for an unknown invitation, ClosedError for one that is over,
    AddressError for an address that is none, RuleError if the words changed since they were shown
    or where the person once asked, by another way, not to be contacted.
    """
    head = _held(session, nonce)
    invitation, door = head.invitation, reply.door
    if door not in DOORS:
        raise RuleError(f"There is no door {door!r}.", mend=f"Doors: {', '.join(DOORS)}.")
    if door != "never" and not is_open(invitation):
        raise ClosedError("This invitation is over.", mend=f"Write to {head.offer.contact}.")
    shown = words(session, head, door)
    if door != "never" and reply.words_sha != sha_of(shown):
        raise RuleError("The words changed meanwhile.", mend="Please read them once more.")
    given = invitations.consents(session, invitation.id or 0)
    if given and invitation.answer == door and given[-1].words_sha == sha_of(shown):
        return given[-1]
    before = invitation.answer
    accounts, _ = offers.held_person(session, head.author.id or 0)
    if door == "never":
        _forbid(session, marker, head, accounts, now)
    else:
        _allow(session, marker, head, accounts, now, before=before)
    _move(session, head, door, now)
    _seat(session, head, reply, now, before=before)
    return _prove(session, head, door, shown, now)


def _held(session: Session, nonce: str) -> Letterhead:
    head = invitations.by_nonce(session, nonce)
    held = None if head is None else invitations.lock(session, head.invitation.id or 0)
    if held is None or held.invitation.approved_at is None:
        raise NotFoundError("There is no such invitation.", mend="It may have been erased.")
    return held


def _forbid(
    session: Session,
    marker: Marker,
    head: Letterhead,
    accounts: list[tables.Author],
    now: datetime,
) -> None:
    for account in accounts:
        contact.forbid(session, marker, account, now)
    marks = {marker.address(text) for text in _addresses(session, head, accounts)}
    bury(session, marks, "do_not_contact", now)


def _allow(
    session: Session,
    marker: Marker,
    head: Letterhead,
    accounts: list[tables.Author],
    now: datetime,
    *,
    before: str | None,
) -> None:
    """Take a "never" of this very page back; one that came by another way stands."""
    if before == "never":
        for account in accounts:
            contact.allow_again(session, marker, account, now)
        for text in _addresses(session, head, accounts):
            unbury(session, marker.address(text), "do_not_contact")
    elif any(contact.is_forbidden(session, marker, account) for account in accounts):
        raise RuleError(
            "You asked us before not to contact you, and we keep to that.",
            mend=f"If you changed your mind, write to {head.offer.contact}.",
        )


def _addresses(session: Session, head: Letterhead, accounts: list[tables.Author]) -> set[str]:
    rows = [addresses.address_of(session, account.id or 0) for account in accounts]
    told = {row.address for row in rows if row is not None}
    return told | ({head.invitation.address} if head.invitation.address else set())


def _move(session: Session, head: Letterhead, door: str, now: datetime) -> None:
    """Their candidacy follows their word, from wherever it may; else the word is only noted."""
    candidate, note = head.candidate, f"answered: {LABELS[door]}"
    session.refresh(candidate)
    state = "accepted" if door in JOINING else "declined"
    action = "accept" if door in JOINING else "decline"
    if candidate.state == state or not stages.allows(action, candidate.state):
        add_note(session, candidate, ASKED, now, note=note)
    elif door in JOINING:
        recruiting.accept(session, candidate, ASKED, now, door=door, note=note)
    else:
        recruiting.decline(session, candidate, ASKED, now, note=note)


def _seat(
    session: Session, head: Letterhead, reply: Reply, now: datetime, *, before: str | None
) -> None:
    """Take them in through their door; let them go where they had a seat and changed their mind."""
    if reply.door in JOINING:
        address = _given_address(session, head, reply.address, now)
        members.join(
            session,
            committee_id=head.committee.id or 0,
            author_id=head.author.id or 0,
            door=reply.door,
            name=" ".join(clean(reply.name).split())[:LONGEST_NAME],
            address=address,
            invitation_id=head.invitation.id,
            now=now,
        )
    elif before in JOINING:
        held = invitations.seat_by(session, head.invitation.id or 0)
        if held is not None:
            reason = f"answered: {LABELS[reply.door]}"
            members.leave(session, held, reason=reason, actor=ASKED, now=now)


def _given_address(
    session: Session, head: Letterhead, told: str | None, now: datetime
) -> str | None:
    """Where mail may reach them: what they just said, else what they gave us before."""
    if not clean(told):
        return head.invitation.address
    try:
        address = mail_address(clean(told))
    except ValueError:
        raise AddressError(
            "That is no mail address.", mend="Write one as ann@example.com, or leave it empty."
        ) from None
    addresses.set_address(
        session,
        head.author.id or 0,
        address=address,
        basis="gave it when they answered our invitation",
        by=ASKED,
        now=now,
    )
    return address


def _prove(
    session: Session, head: Letterhead, door: str, shown: str, now: datetime
) -> tables.Consent:
    invitation, offer = head.invitation, head.offer
    if invitation.sent_at is None:
        invitation.sent_at, invitation.sent_by = now, invitation.approved_by
    invitation.state, invitation.answer, invitation.answered_at = "answered", door, now
    session.add(invitation)
    if offer.state != "withdrawn":
        offers.close(session, offer, "accepted" if door in JOINING else "declined", now)
    consent = tables.Consent(
        invitation_id=invitation.id or 0,
        charter_id=invitation.charter_id,
        template_id=invitation.template_id,
        answer=door,
        words=shown,
        words_sha=sha_of(shown),
        at=now,
    )
    session.add(consent)
    session.flush()
    return consent
