"""Do-not-contact: kept as a keyed hash, so that it outlives the erasure of the account itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from community.candidates.recruiting import decline
from community.history import add_note
from store import candidates, flags, tables
from store.tombstones import Marker, buried, bury, unbury

ASKED = "the person"
"""Who a decision is written down as, where nobody of ours passed the wish on."""


def forbid(
    session: Session,
    marker: Marker,
    author: tables.Author,
    now: datetime,
    *,
    actor: str | None = None,
) -> None:
    """Never contact this account again; it leaves every list at once, approved or not.

    `author` may be an account we never saw: only its site and key are used then.
    """
    bury(session, {marker.account(author.site, author.key)}, "do_not_contact", now)
    if author.id is None:
        return
    for candidate in flags.candidacies(session, author.id):
        flags.raise_flag(
            session,
            tables.Flag(
                author_id=author.id,
                brand_id=candidate.brand_id,
                kind="do_not_contact",
                strength="strong",
                excludes=True,
                evidence="on the do-not-contact list",
                raised_at=now,
            ),
        )
        if candidate.state not in ("rejected", "declined"):
            decline(session, candidate, actor or ASKED, now, note="asked not to be contacted")
        else:
            _note(session, candidate, "asked not to be contacted", actor, now)
        candidate.listed = False
        candidate.why_not = ["asked not to be contacted"]
        candidates.drop_slates(session, candidate.brand_id)


def allow_again(
    session: Session,
    marker: Marker,
    author: tables.Author,
    now: datetime,
    *,
    actor: str | None = None,
) -> bool:
    """Take `forbid` back at the person's own wish; True if it stood. The next run may list them."""
    stood = unbury(session, marker.account(author.site, author.key), "do_not_contact")
    if author.id is None:
        return stood
    flags.lift_flags(session, author.id, "do_not_contact")
    for candidate in flags.candidacies(session, author.id) if stood else ():
        _note(session, candidate, "may be contacted again", actor, now)
    return stood


def is_forbidden(session: Session, marker: Marker, author: tables.Author) -> bool:
    """Whether this account must not be contacted."""
    return bool(buried(session, {marker.account(author.site, author.key)}, "do_not_contact"))


def forbidden_authors(
    session: Session, marker: Marker, authors: Iterable[tables.Author]
) -> set[int]:
    """The ids of those of these accounts that must not be contacted."""
    ids = {marker.account(a.site, a.key): a.id for a in authors if a.id is not None}
    return {ids[mark] for mark in buried(session, set(ids), "do_not_contact")}


def _note(
    session: Session, candidate: tables.Candidate, note: str, actor: str | None, now: datetime
) -> None:
    add_note(session, candidate, actor or ASKED, now, note=note)
