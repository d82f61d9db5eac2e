"""Whether somebody may be invited: the settings, the charter, and above all their own wish."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from sqlmodel import Session

from community.candidates.contact import is_forbidden
from community.links import Signer
from config.errors import RuleError
from config.settings import Settings
from store import addresses, flags, invitations, tables
from store.invitations import Letterhead
from store.tombstones import Marker, buried

PURPOSE = "invitation"
"""What a signed link of an invitation is good for."""

ALL_DOORS = "choose"
"""The page that shows all four doors."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What inviting works with: the settings, and the house's two keys."""

    settings: Settings
    marker: Marker
    signer: Signer

    def link(self, nonce: str, door: str = ALL_DOORS) -> str:
        """The address of one door of an invitation."""
        token = self.signer.sign(PURPOSE, nonce, door)
        return f"{self.settings.web.public_url}/invitation/{token}"


def charter_in_force(
    session: Session, brand_id: int, committee: tables.Committee | None = None
) -> tables.Charter:
    """The charter an invitation offers. Raises RuleError without one, or among several."""
    if committee is None:
        standing = invitations.open_committees(session, brand_id)
        if len(standing) > 1:
            names = ", ".join(row.name for row in standing)
            raise RuleError(
                f"There are {len(standing)} committees: {names}.",
                mend="Say which: --committee NAME",
            )
        committee = standing[0] if standing else None
    charter = None if committee is None else invitations.newest_charter(session, committee.id or 0)
    if charter is None:
        raise RuleError(
            "There is no charter to invite anybody under.",
            mend="Found the committee and publish its charter: soundingboard committee --help",
        )
    return charter


def refuse_unready(settings: Settings, channel: str) -> None:
    """Raises RuleError naming the first setting that inviting people outside still lacks."""
    if not settings.recruiting.contact.strip():
        raise RuleError(
            "No contact person is named.",
            mend="Set contact in [recruiting]: a name and an address.",
        )
    if not settings.mail.postal_address.strip():
        raise RuleError("There is no postal address.", mend="Set postal_address in [mail].")
    if channel == "mail" and not settings.mail.sender:
        raise RuleError("Nobody is named as the sender.", mend="Set sender in [mail].")
    parts = urlsplit(settings.web.public_url)
    if parts.scheme != "https" and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise RuleError(
            f"The pages would be reached over plain http ({settings.web.public_url}).",
            mend="Set public_url in [web] to an https address.",
        )


def refuse_unwelcome(
    session: Session,
    marker: Marker,
    accounts: Sequence[tables.Author],
    candidate: tables.Candidate,
    address: str | None,
) -> None:
    """Raises RuleError if any account of the person, or their address, must not be written to."""
    for account in accounts:
        if is_forbidden(session, marker, account) or account.opted_out:
            raise RuleError(
                f"{account.name} on {account.site} asked not to be contacted.",
                mend="Only they can take that back.",
            )
    marks = {marker.address(address)} if address else set()
    if marks and buried(session, marks, "do_not_contact", "unsubscribed"):
        raise RuleError("This address asked not to be written to.")
    against = flags.flags_against(session, candidate.author_id, candidate.brand_id)
    standing = [flag for flag in against if flag.excludes and flag.overridden_at is None]
    if standing:
        told = "; ".join(f"{flag.kind} ({flag.evidence})" for flag in standing)
        raise RuleError(
            f"A flag forbids this: {told}.", mend="If that is wrong, override it with a reason."
        )


def refuse_unapproved(candidate: tables.Candidate) -> None:
    """Raises RuleError for a candidate whom nobody approved."""
    if candidate.state != "approved":
        raise RuleError(
            f"Only approved candidates are invited; this one is {candidate.state}.",
            mend="soundingboard decide AUTHOR approve --by YOU",
        )


def refuse_outdated(
    session: Session, desk: Desk, head: Letterhead, accounts: Sequence[tables.Author]
) -> None:
    """Raises RuleError if what the draft says is no longer so."""
    invitation, changed = head.invitation, None
    newest = invitations.newest_charter(session, head.committee.id or 0)
    if head.committee.closed_at is not None or newest is None or newest.id != head.charter.id:
        changed = "the charter"
    elif invitation.channel == "mail" and invitation.address not in _all_of(session, accounts):
        changed = "their address"
    elif invitation.channel == "reply" and desk.link(invitation.nonce) not in invitation.body:
        changed = "the address of our pages"
    if changed is not None:
        raise RuleError(
            f"Since this was drafted, {changed} changed.",
            mend=f"Draft anew: soundingboard invitation withdraw {invitation.id} --by YOU",
        )


def volunteered(session: Session, accounts: Sequence[tables.Author]) -> str | None:
    """The address the person gave us, that of this very account first."""
    given = _all_of(session, accounts)
    return given[0] if given else None


def _all_of(session: Session, accounts: Sequence[tables.Author]) -> list[str]:
    rows = (addresses.address_of(session, account.id or 0) for account in accounts)
    return [row.address for row in rows if row is not None]
