"""What everybody outside is told: the programme, what is collected, what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session

from community.committees.charter_text import given, listed, sentence, time_asked
from config.settings import Settings
from soundingboard.wiring import Parts
from store import tables
from store.brands import all_brands
from store.committee import all_committees, newest_charter
from store.members import members
from store.sources import all_sources
from store.suggestions import suggestions

KINDS = {
    "feed": "public feeds",
    "mastodon": "public posts on Mastodon",
    "discourse": "public forums",
    "hackernews": "Hacker News",
    "reddit": "Reddit",
    "bluesky": "public posts on Bluesky",
    "file": "files we were given, such as reviews and surveys",
}
DECIDED = ("declined", "acted", "reported")
SHOWN = 50


def programme(parts: Parts, brand: tables.BrandRow) -> dict[str, Any]:
    """The public facts of a brand's programme; nobody outside is named, no post is quoted."""
    with parts.store.read() as session:
        open_now = [c for c in all_committees(session, brand.id) if c.closed_at is None]
        return {
            "brand": brand.name,
            "committees": [_committee(session, committee) for committee in open_now],
            "decisions": _decisions(session, brand),
            "contact": parts.settings.recruiting.contact,
        }


def notice(parts: Parts) -> dict[str, Any]:
    """The privacy notice, written from the settings as they stand, so it is never outdated."""
    settings = parts.settings
    with parts.store.read() as session:
        kinds = sorted({source.kind for source in all_sources(session)})
        brands = [brand.name for brand in all_brands(session)]
    return {
        "brands": brands,
        "kinds": [KINDS.get(kind, kind) for kind in kinds],
        "text_days": settings.privacy.text_days,
        "check_every_min": settings.listen.check_every_min,
        "languages": settings.model.languages,
        "window_days": settings.stance.window_days,
        "mails": bool(settings.mail.host),
        "hooks": len(settings.hook),
        "postal_address": settings.mail.postal_address,
        "contact": _contact(settings),
    }


def _contact(settings: Settings) -> str:
    return settings.recruiting.contact or settings.fetch.contact or settings.mail.reply_to


def _committee(session: Session, committee: tables.Committee) -> dict[str, Any]:
    charter = newest_charter(session, committee.id or 0)
    seated = members(session, committee.id or 0, door="committee", here=True)
    return {
        "name": committee.name,
        "seats": len(seated),
        "purpose": sentence(charter.purpose) if charter else "",
        "time": time_asked(charter) if charter else "",
        "seniors": listed(charter.seniors) if charter else "",
        "compensation": given(charter) if charter else "",
        "answer_days": charter.answer_days if charter else None,
    }


def _decisions(session: Session, brand: tables.BrandRow) -> Sequence[dict[str, Any]]:
    """What was suggested and decided, newest first; the title and our own words, no proposer."""
    found = [s for s in suggestions(session, brand.id or 0) if s.state in DECIDED and s.decided_at]
    found.sort(key=lambda s: (s.decided_at is not None, s.decided_at, s.id), reverse=True)
    return [
        {
            "title": one.title,
            "yes": one.acted_at is not None,
            "why": one.decision_reason or "",
            "evidence": one.evidence or "",
            "at": one.acted_at or one.decided_at,
        }
        for one in found[:SHOWN]
    ]
