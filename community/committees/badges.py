"""Badges: a member's visible standing, issued on their wish, signed, and revocable."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime
from html import escape
from typing import Any, Literal

from sqlmodel import Session

from community.committees import trail
from community.committees.seal import Seal
from community.history import clean, named
from config.errors import NotFoundError, RuleError
from store import badges, tables
from store.trail import locked

Status = Literal["valid", "revoked", "expired"]

ROLES = {
    "committee": "Member of the customer advisory committee",
    "community": "Member of the customer community",
}
REPLACED = "replaced by a newer badge"


def issue(
    session: Session,
    member_id: int,
    *,
    seal: Seal,
    public_url: str,
    actor: str,
    now: datetime,
    show_name: bool = False,
) -> tables.Badge:
    """Give a member a badge that ends with their term; an earlier one is revoked with it.

    public_url : where it can be verified
    show_name  : the member wished to be named; else it tells the committee and a serial only
    Raises RuleError for somebody who left or whose term is over.
    """
    member = locked(session, tables.Member, member_id)
    if member.left_at is not None or (member.term_until is not None and member.term_until <= now):
        raise RuleError(
            f"{member.name} is no member now.", mend="Renew their term, or take them back, first."
        )
    serial = secrets.token_hex(12)
    document = seal.sign(_document(session, member, serial, public_url, now, show_name))
    earlier = badges.standing_badges(session, member_id)
    row = tables.Badge(
        member_id=member_id,
        serial=serial,
        document=document,
        issued_by=named(actor),
        issued_at=now,
    )
    session.add(row)
    session.flush()
    made = trail.begin(
        session, row, "issue", actor, now, committee_id=member.committee_id, member_id=member_id
    )
    for badge in earlier:
        _revoke(session, badge, member.committee_id, REPLACED, actor, now, cause=made)
    return row


def revoke_all(
    session: Session,
    member: tables.Member,
    why: str,
    now: datetime,
    *,
    cause: tables.CommitteeStep,
) -> None:
    """End every badge with the standing it shows; taking `cause` back brings them back."""
    for badge in badges.standing_badges(session, member.id or 0):
        _revoke(session, badge, member.committee_id, why, cause.actor, now, cause=cause)


def revoke(
    session: Session, serial: str, *, reason: str, actor: str, now: datetime
) -> tables.Badge:
    """Revoke a badge, for a reason that stays with us. Raises RuleError without one, or twice."""
    badge = find(session, serial)
    badge = locked(session, tables.Badge, badge.id or 0)
    if badge.revoked_at is not None:
        raise RuleError(f"{badge.revoked_by} revoked it on {badge.revoked_at:%Y-%m-%d}.")
    if not clean(reason):
        raise RuleError("Revoking a badge needs a reason.", mend="Its holder may ask for it.")
    member = session.get_one(tables.Member, badge.member_id)
    _revoke(session, badge, member.committee_id, clean(reason), actor, now)
    return badge


def find(session: Session, serial: str) -> tables.Badge:
    """The badge of that serial. Raises NotFoundError."""
    badge = badges.badge(session, serial)
    if badge is None:
        raise NotFoundError("There is no such badge.", mend="Check its serial.")
    return badge


def status(badge: tables.Badge, now: datetime) -> Status:
    """Whether a badge holds: revoked weighs more than expired."""
    if badge.revoked_at is not None:
        return "revoked"
    expires = badge.document.get("expires")
    ended = isinstance(expires, str) and datetime.fromisoformat(expires) <= now
    return "expired" if ended else "valid"


def shown(badge: tables.Badge, now: datetime) -> dict[str, Any]:
    """What a verifier is told; of a badge that holds no more, nothing that names its holder."""
    held = status(badge, now)
    told: dict[str, Any] = {"serial": badge.serial, "status": held, "checked": now.isoformat()}
    if held == "valid":
        told["badge"] = badge.document
    if badge.revoked_at is not None:
        told["revoked"] = badge.revoked_at.isoformat()
    return told


def mark(document: Mapping[str, object]) -> str:
    """The badge as HTML to put on a page of one's own: a picture and a link, and no script."""
    verify = escape(str(document["verify"]))
    words = escape(f"{document['role']}: {document['committee']}")
    return (
        f'<a href="{verify}" rel="noopener"><img src="{verify}.svg" alt="{words}" '
        'width="260" height="64"></a>'
    )


def _document(
    session: Session,
    member: tables.Member,
    serial: str,
    public_url: str,
    now: datetime,
    show_name: bool,
) -> dict[str, object]:
    committee = session.get_one(tables.Committee, member.committee_id)
    brand = session.get_one(tables.BrandRow, committee.brand_id)
    base = f"{public_url.rstrip('/')}/badges"
    told: dict[str, object] = {
        "type": "CommitteeBadge",
        "serial": serial,
        "issuer": brand.name,
        "committee": committee.name,
        "role": ROLES[member.door],
        "issued": now.isoformat(),
        "verify": f"{base}/{serial}",
        "key": f"{base}/key",
    }
    if member.term_until is not None:
        told["expires"] = member.term_until.isoformat()
    if show_name:
        told["name"] = member.name
    return told


def _revoke(
    session: Session,
    badge: tables.Badge,
    committee_id: int,
    why: str,
    actor: str,
    now: datetime,
    *,
    cause: tables.CommitteeStep | None = None,
) -> None:
    trail.change(
        session,
        badge,
        {"revoked_by": named(actor), "revoked_at": now, "revoked_why": why},
        "revoke",
        actor,
        now,
        committee_id=committee_id,
        member_id=badge.member_id,
        words=why,
        cause=cause,
    )
