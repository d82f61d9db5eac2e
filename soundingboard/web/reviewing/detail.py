"""One review item whole: why it is here, the evidence, what may be decided, what happened."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from community.flags import KINDS as FLAG_KINDS
from community.moderating import notices, rulings
from community.moderating.moderation import CLAIM, Queued, standing
from community.moderating.priority import PER_DAY, priority
from community.moderating.snoozing import is_asleep
from community.moderating.usual import ACCEPT, REJECT, usual_reason
from soundingboard.reviewing import whole_card
from soundingboard.web.reviewing.listed import presses
from store import moderation as queue_queries
from store import tables
from store.mention_filter import MentionFilter
from store.mentions import mentions
from store.review_queue import conversation

MOST_ELSE = 3
"""Posts shown of what else somebody wrote about the brand."""


def detail_view(
    session: Session, item: tables.ReviewItem, me: str, now: datetime
) -> dict[str, Any]:
    """All that the template shows of one item."""
    points = priority(item.priority, item.opened_at, now)
    card = whole_card(session, Queued(item, points), now)
    reports = queue_queries.reports(session, item.id or 0)
    cues: dict[str, str] = dict(item.why.get("cues", {}))  # type: ignore[call-overload]
    codes = [report.reason for report in reports]
    held = item.claimed_until is not None and item.claimed_until > now and item.state == "open"
    return {
        "card": card,
        "item": item,
        "cues": cues,
        "presses": presses(item.priority),
        "because": _because(item, len(reports), now),
        "reports": reports,
        "steps": queue_queries.steps(session, item.id or 0),
        "post": session.get(tables.Post, item.post_id) if item.post_id else None,
        "accounts": _accounts(session, item),
        "conversation": _conversation(session, item),
        "flag": session.get(tables.Flag, item.flag_id) if item.flag_id else None,
        "flag_kinds": FLAG_KINDS,
        "against": _against(session, item) if item.kind == "merge" else [],
        "choices": _choices(item, cues, codes),
        "reasons": rulings.REASONS[item.kind],
        "holder": item.claimed_by if held else None,
        "mine": held and item.claimed_by == me,
        "minutes": int(CLAIM.total_seconds() // 60),
        "asleep": is_asleep(item, now),
        "can_undo": bool(standing(queue_queries.steps(session, item.id or 0))),
        "told": [(one, notices.to_reporter(item, one)) for one in reports],
    }


def _choices(
    item: tables.ReviewItem, cues: dict[str, str], codes: list[str]
) -> list[dict[str, str | None]]:
    """What may be decided: its code, its meaning, the reason it usually has, and its key."""
    keys = {ACCEPT[item.kind]: "a", REJECT.get(item.kind): "r"}
    found = []
    for place, (code, meaning) in enumerate(rulings.DECISIONS[item.kind].items(), start=1):
        usual = usual_reason(item.kind, code, cues, codes)
        because = rulings.REASONS[item.kind][usual] if usual else None
        found.append(
            {
                "code": code,
                "words": code.replace("_", " "),
                "meaning": meaning,
                "usual": because,
                "key": keys.get(code) or str(place),
            }
        )
    return found


def _because(item: tables.ReviewItem, reports: int, now: datetime) -> list[str]:
    """What makes an item as urgent as it is, in words."""
    told = []
    if reports:
        told.append(f"{reports} colleague{'s' if reports > 1 else ''} reported it")
    if item.why.get("weight"):
        told.append("our rules found something")
    heard = sum(int(item.why.get(name) or 0) for name in ("followers", "replies"))  # type: ignore[call-overload]
    if heard:
        told.append(f"some {heard} people may have seen it")
    waited = (now - item.opened_at).total_seconds() / 86_400 * PER_DAY
    if waited >= 1 and item.state == "open":
        told.append("it has waited for days")
    return told


def _accounts(session: Session, item: tables.ReviewItem) -> list[dict[str, Any]]:
    """Whom it is about, with what else they wrote about the brand lately."""
    found = []
    for number in (item.author_id, item.other_id):
        author = session.get(tables.Author, number) if number else None
        if author is None:
            continue
        wrote = mentions(
            session, item.brand_id, MentionFilter(author_id=author.id), limit=MOST_ELSE + 1
        )
        others = [one for one in wrote if one.post.id != item.post_id][:MOST_ELSE]
        found.append({"author": author, "wrote": others})
    return found


def _conversation(session: Session, item: tables.ReviewItem) -> list[tables.Post]:
    """The posts that the post answers, the oldest first."""
    post = session.get(tables.Post, item.post_id) if item.post_id else None
    return conversation(session, post) if post else []


def _against(session: Session, item: tables.ReviewItem) -> list[str]:
    """What does not fit two accounts of one human being; nothing of it proves anything."""
    one, two = (
        session.get(tables.Author, number) if number else None
        for number in (item.author_id, item.other_id)
    )
    if one is None or two is None:
        return []
    told = []
    names = [(a.display_name or a.name).strip().casefold() for a in (one, two)]
    if names[0] != names[1]:
        told.append("they show different names")
    if one.person_id and two.person_id and one.person_id != two.person_id:
        told.append("each is known to be a different person already")
    speak = [_languages(session, item.brand_id, a) for a in (one, two)]
    if speak[0] and speak[1] and not speak[0] & speak[1]:
        told.append(f"they write in different languages ({_listed(speak[0])}; {_listed(speak[1])})")
    if not {"links", "link"} & set(item.why.get("cues", {})):  # type: ignore[call-overload]
        told.append("neither profile links to the other")
    return told


def _languages(session: Session, brand_id: int, author: tables.Author) -> set[str]:
    wrote = mentions(session, brand_id, MentionFilter(author_id=author.id), limit=20)
    return {
        language
        for one in wrote
        if (language := (one.reading.language if one.reading else None) or one.post.language)
    }


def _listed(words: set[str]) -> str:
    return ", ".join(sorted(words))
