"""What an invitation says of itself and of its reader: why them, and where they were found."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from community.committees.charter_text import (
    charter_text,
    day,
    given,
    listed,
    sentence,
    time_asked,
)
from community.history import clean
from community.inviting.wording import RIGHTS
from config.settings import Settings
from store import posts, tables, themes

SHOWN_POSTS = 3
QUOTED = 160  # characters of a post that are quoted
NAMED_THEMES = 2

_SIDES = {
    "love": "You speak warmly of {brand} in public, and say why.",
    "hate": "You say plainly in public what is wrong with {brand}.",
    "torn": "You see what is good about {brand}, and what is not, and say both in public.",
}


def facts(
    session: Session,
    settings: Settings,
    candidate: tables.Candidate,
    charter: tables.Charter,
    *,
    sender: str,
    link: str,
) -> dict[str, str]:
    """Every placeholder's value for one reader (meanings: community/inviting/templates.py)."""
    author = session.get_one(tables.Author, candidate.author_id)
    brand = session.get_one(tables.BrandRow, candidate.brand_id)
    committee = session.get_one(tables.Committee, charter.committee_id)
    found = posts.posts_by_id(session, candidate.evidence)
    shown = sorted(found.values(), key=lambda post: (post.at, post.id or 0), reverse=True)
    contact = settings.recruiting.contact
    return {
        "name": called(author),
        "brand": brand.name,
        "committee": committee.name,
        "purpose": sentence(charter.purpose),
        "time": time_asked(charter),
        "seniors": sentence(f"From our side there will be {listed(charter.seniors)}")
        if charter.seniors
        else "",
        "compensation": given(charter),
        "answer_days": str(charter.answer_days),
        "charter": charter_text(committee, charter),
        "why": _why(session, candidate, brand.name, shown),
        "found": _found(session, author, shown[:SHOWN_POSTS]),
        "rights": RIGHTS.format(keep_days=settings.privacy.text_days, contact=contact),
        "silent_days": str(settings.recruiting.silent_after_days),
        "contact": contact,
        "sender": sender,
        "postal_address": clean(settings.mail.postal_address),
        "link": link,
    }


def called(author: tables.Author) -> str:
    """How to address an account: the name it shows, on one line."""
    return " ".join(clean(author.display_name or author.name).split())[:80] or author.key


def _why(
    session: Session, candidate: tables.Candidate, brand: str, shown: Sequence[tables.Post]
) -> str:
    told = _SIDES[candidate.side].format(brand=brand)
    names = {t.id: t.name for t in themes.themes(session, candidate.brand_id, retired=True)}
    spoken = [names[theme] for theme in candidate.themes if theme in names][:NAMED_THEMES]
    if spoken:
        told += f" What you speak about most: {listed(spoken)}."
    best = [post for post in shown if post.id in candidate.evidence[:1]] or list(shown[:1])
    if best and (words := " ".join(clean(best[0].text).split())):
        cut = words if len(words) <= QUOTED else f"{words[:QUOTED].rsplit(' ', 1)[0]}…"
        told += f" On {day(best[0].at)} you wrote: “{cut}”"
    return told


def _found(session: Session, author: tables.Author, shown: Sequence[tables.Post]) -> str:
    """Dates and addresses of their posts; where a post has none, the place it stood in."""
    lines = [f"{day(post.at)}: {_place(session, post)}" for post in shown]
    return "\n".join(lines) or author.url or author.site


def _place(session: Session, post: tables.Post) -> str:
    if post.url and post.url.startswith(("https://", "http://")):
        return post.url
    source = session.get(tables.Source, post.source_id)
    return "a source that is gone" if source is None else source.name
