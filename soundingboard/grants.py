"""Addresses that open one thing to whoever knows them: import hooks and calendar feeds."""

from __future__ import annotations

import base64
import hmac
import secrets
from datetime import datetime

from sqlmodel import Session

from community.history import clean, named
from config.errors import NotFoundError, RuleError
from soundingboard.access import audit
from soundingboard.wiring import Parts, secret_key
from store import grants as rows
from store import tables

IMPORT_HOOK, CALENDAR = "import_hook", "calendar"
OPENS = {IMPORT_HOOK: "brand", CALENDAR: "committee"}
"""What a kind of grant opens; written into its subject, as in "brand:1"."""
_NAME_LENGTH = 80
_PURPOSE = "calendar"


def make(
    session: Session,
    kind: str,
    opens: int,
    name: str,
    *,
    by: audit.Actor | str,
    now: datetime,
) -> tables.Grant:
    """A new grant of a kind in OPENS for the brand or committee of that number.

    Raises RuleError for a kind or name that is none, NotFoundError for what is not there.
    """
    if kind not in OPENS:
        raise RuleError(f"{kind!r} is no grant.", mend=f"Choose one of: {', '.join(OPENS)}.")
    called = " ".join(clean(name).split())[:_NAME_LENGTH]
    if not called:
        raise RuleError("A grant needs a name.", mend="Say which program or person uses it.")
    table = tables.BrandRow if kind == IMPORT_HOOK else tables.Committee
    if session.get(table, opens) is None:
        raise NotFoundError(f"There is no {OPENS[kind]} {opens}.")
    grant = rows.add(
        session,
        tables.Grant(
            kind=kind,
            subject=f"{OPENS[kind]}:{opens}",
            name=called,
            nonce=secrets.token_urlsafe(24),
            made_by=named(by if isinstance(by, str) else by.name),
            made_at=now,
        ),
    )
    audit.note(session, by, "grant_made", f"grant:{grant.id}", now, kind=kind, opens=opens)
    return grant


def revoke(
    session: Session, grant_id: int, *, by: audit.Actor | str, now: datetime
) -> tables.Grant:
    """Close an address for good; again changes nothing. Raises NotFoundError.

    It is not taken back: whoever should come in again is given a new address.
    """
    grant = rows.get_grant(session, grant_id)
    if grant.revoked_at is None:
        grant.revoked_at = now
        session.add(grant)
        session.flush()
        audit.note(session, by, "grant_revoked", f"grant:{grant.id}", now, kind=grant.kind)
    return grant


def opened(grant: tables.Grant) -> int:
    """The number of the brand or committee that a grant opens."""
    return int(grant.subject.partition(":")[2])


def hook_secret(parts: Parts, nonce: str) -> str:
    """What signs the deliveries of the import hook with this nonce (standardwebhooks.com).

    whsec_ and base64 of HMAC-SHA256(key of the house, "soundingboard.import_hook" 0x00 nonce)
    """
    key = secret_key(parts.settings, parts.folder)
    digest = hmac.digest(key, f"soundingboard.import_hook\x00{nonce}".encode(), "sha256")
    return f"whsec_{base64.b64encode(digest).decode('ascii')}"


def address(parts: Parts, grant: tables.Grant) -> str:
    """Where a grant is used: what an import hook is sent to, or a calendar subscribes to."""
    base = parts.settings.web.public_url.rstrip("/")
    if grant.kind == IMPORT_HOOK:
        return f"{base}/api/v1/import/{grant.id}"
    return f"{base}/calendar/{parts.signer.sign(_PURPOSE, grant.nonce)}.ics"


def calendar_grant(session: Session, parts: Parts, token: str) -> tables.Grant:
    """The open grant that a calendar's address speaks of. Raises NotFoundError."""
    gone = NotFoundError(
        "There is no calendar at this address.", mend="Ask for a new one; it may be revoked."
    )
    try:
        (nonce,) = parts.signer.read(_PURPOSE, token)
    except (RuleError, ValueError):
        raise gone from None
    grant = rows.open_by_nonce(session, str(nonce), CALENDAR)
    if grant is None:
        raise gone
    return grant
