"""What somebody is to the brand: client, supplier, regulator and so on; several at once."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from community.history import add_note, named
from config.errors import NotFoundError, RuleError
from store import flags, tables
from store import stakeholders as queries
from store.tables.community import STAKEHOLDERS

KINDS = {
    "client": "paying client",
    "sales_consultant": "sales consultant",
    "management": "management",
    "supplier": "supplier",
    "partner": "partner",
    "agent": "agent",
    "influencer": "influencer",
    "regulator": "regulator",
}


def add(
    session: Session,
    author_id: int,
    brand_id: int,
    kind: str,
    actor: str,
    now: datetime,
    *,
    since: datetime | None = None,
) -> tables.Stakeholder:
    """Say what an author is to a brand; takes `end` back where it had ended.

    since : from when on, aware UTC; None = now, or as it was said before it ended

    Raises RuleError for an unknown kind, a day to come, or if it stands so already.
    """
    who = named(actor)
    _require_kind(kind)
    if since is not None and since > now:
        raise RuleError(f"{since:%Y-%m-%d} is still to come.", mend="Say it when it has come.")
    known = queries.stakeholder(session, author_id, brand_id, kind)
    if known is not None and (known.until is None or known.until > now):
        raise RuleError(
            f"They are {KINDS[kind]} already, since {known.since:%Y-%m-%d}, "
            f"as {known.said_by} said."
        )
    if known is None:
        known = tables.Stakeholder(
            author_id=author_id,
            brand_id=brand_id,
            kind=kind,
            said_by=who,
            since=since or now,
        )
    else:
        known.said_by, known.since, known.until = who, since or known.since, None
    queries.keep(session, known)
    words = f"is {KINDS[kind]} since {known.since:%Y-%m-%d}"
    _note(session, author_id, brand_id, who, words, now)
    return known


def end(
    session: Session,
    author_id: int,
    brand_id: int,
    kind: str,
    actor: str,
    now: datetime,
) -> tables.Stakeholder:
    """Say that an author is not that to a brand any more; `add` takes it back.

    Raises RuleError for an unknown kind, NotFoundError if they are not that now.
    """
    who = named(actor)
    _require_kind(kind)
    known = queries.stakeholder(session, author_id, brand_id, kind)
    if known is None or known.until is not None:
        raise NotFoundError(f"They are not {KINDS[kind]} now, so it cannot end.")
    known.until = now
    queries.keep(session, known)
    _note(session, author_id, brand_id, who, f"is not {KINDS[kind]} any more", now)
    return known


def _require_kind(kind: str) -> None:
    if kind not in STAKEHOLDERS:
        raise RuleError(
            f"{kind!r} is no kind of stakeholder.", mend=f"Choose one of: {', '.join(KINDS)}."
        )


def _note(
    session: Session, author_id: int, brand_id: int, actor: str, note: str, now: datetime
) -> None:
    """Put it into the candidate's history too, where there is one."""
    candidate = flags.candidacy(session, author_id, brand_id)
    if candidate is not None:
        add_note(session, candidate, actor, now, note=note)
