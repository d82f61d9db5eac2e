"""Review items as plain rows for tables, pages and JSON: what it is about, what speaks for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from community.history import named
from community.moderating import labels, notices, rulings
from community.moderating.moderation import Queued
from store import labels as label_queries
from store import moderation as queue_queries
from store import tables
from store.readings import newest_model

QUOTE_CHARS = 160


def item_cards(session: Session, queued: Sequence[Queued], now: datetime) -> list[dict[str, Any]]:
    """One row an item, in the order given."""
    items = [item for item, _ in queued]
    posts = queue_queries.by_id(session, tables.Post, [item.post_id for item in items])
    authors = queue_queries.by_id(
        session, tables.Author, [i for item in items for i in (item.author_id, item.other_id)]
    )
    flags = queue_queries.by_id(session, tables.Flag, [item.flag_id for item in items])
    brands = queue_queries.by_id(session, tables.BrandRow, [item.brand_id for item in items])
    return [
        {
            "id": item.id,
            "kind": item.kind,
            "brand": brands[item.brand_id].name,
            "about": _about(item, posts, authors, flags),
            "why": [words for words in _cues(item).values() if words],
            "priority": round(priority, 2),
            "state": item.state,
            "opened_at": item.opened_at.isoformat(),
            "reopened": item.reopened,
            "claimed_by": _claimant(item, now),
            "decision": item.decision,
            "reason": item.reason,
            "note": item.note,
            "decided_by": item.decided_by,
            "decided_at": item.decided_at.isoformat() if item.decided_at else None,
            "version": item.version,
        }
        for item, priority in queued
    ]


def whole_card(session: Session, queued: Queued, now: datetime) -> dict[str, Any]:
    """All that a moderator needs to decide one item, and what happened to it so far."""
    item = queued.item
    (card,) = item_cards(session, [queued], now)
    post = label_queries.get_post(session, item.post_id)
    author = session.get(tables.Author, item.author_id) if item.author_id else None
    other = session.get(tables.Author, item.other_id) if item.other_id else None
    if post is not None:
        card["post"] = {"id": post.id, "text": post.text, "link": post.url, "at": _iso(post.at)}
        card["reply_to_post"] = notices.to_author(item, post, author, card["brand"])
    if post is not None and item.kind == "reading":
        card["reading"] = _reading(session, post, item)
    card["accounts"] = [_account(one) for one in (author, other) if one is not None]
    card["reports"] = [
        {"by": one.reporter, "reason": one.reason, "words": one.words, "upheld": one.upheld}
        for one in queue_queries.reports(session, item.id or 0)
    ]
    card["history"] = [
        {"at": _iso(one.at), "step": one.step, "by": one.actor, "words": one.words}
        for one in queue_queries.steps(session, item.id or 0)
    ]
    card["decisions"] = rulings.DECISIONS[item.kind]
    card["reasons"] = rulings.REASONS[item.kind]
    return card


def _about(
    item: tables.ReviewItem,
    posts: dict[int, tables.Post],
    authors: dict[int, tables.Author],
    flags: dict[int, tables.Flag],
) -> str:
    who = [
        f"{authors[i].name} on {authors[i].site}"
        for i in (item.author_id, item.other_id)
        if i in authors
    ]
    if item.kind == "merge":
        return " = ".join(who) + "?"
    if item.kind == "flag":
        flag = flags.get(item.flag_id or 0)
        return f"{' '.join(who)}: {flag.kind if flag else 'a flag'}"
    text = " ".join(posts[item.post_id or 0].text.split()) if item.post_id in posts else ""
    cut = f"{text[:QUOTE_CHARS]}…" if len(text) > QUOTE_CHARS else text
    return f"{' '.join(who) or 'somebody'}: {cut}"


def _reading(session: Session, post: tables.Post, item: tables.ReviewItem) -> dict[str, Any]:
    """What the model says, and what people say it should have said."""
    model = newest_model(session, item.brand_id)
    reading = label_queries.get_reading(session, post, item.brand_id, model)
    said = label_queries.labels_of(session, post.id or 0, item.brand_id)
    corrected = [one for one in said if one.item_id is not None and one.text_sha == post.text_sha]
    told = corrected[-1] if corrected else None
    shares = ("negative", "neutral", "positive")
    return {
        "model": model,
        "label": reading.label if reading else None,
        "shares": {name: round(getattr(reading, name), 3) for name in shares} if reading else None,
        "corrected": told.label if told else None,
        "corrected_by": told.labelled_by if told else None,
    }


def reported_cards(session: Session, reporter: str) -> list[dict[str, Any]]:
    """What somebody reported, newest first, with what they are told of it."""
    return [
        {
            "id": item.id,
            "kind": item.kind,
            "reason": report.reason,
            "at": _iso(report.at),
            "state": item.state,
            "decision": item.decision,
            "upheld": report.upheld,
            "notice": notices.to_reporter(item, report),
        }
        for report, item in queue_queries.reports_by(session, named(reporter))
    ]


def sample_cards(
    session: Session, brand_id: int, posts: Sequence[tables.Post], by: str | None
) -> list[dict[str, Any]]:
    """Posts to be labelled blind: never what a model, or anybody else, says of them."""
    cards = []
    for post in posts:
        told = label_queries.labels_of(session, post.id or 0, brand_id, by=by)
        blind = [one for one in told if one.sampled and one.text_sha == post.text_sha]
        cards.append(
            {
                "post": post.id,
                "text": post.text,
                "title": post.title,
                "link": post.url,
                "at": _iso(post.at),
                "labelled": bool(blind),
            }
        )
    return cards


def label_rows(session: Session, brand: tables.BrandRow) -> list[dict[str, Any]]:
    """Every label as JSON takes it."""
    return [
        row | {"labelled_at": _iso(row["labelled_at"])}
        for row in labels.rows_for_export(session, brand)
    ]


def _account(author: tables.Author) -> dict[str, Any]:
    return {
        "name": author.name,
        "source": author.site,
        "display_name": author.display_name,
        "profile": author.url,
        "bio": author.bio,
        "followers": author.followers,
    }


def _cues(item: tables.ReviewItem) -> dict[str, str]:
    cues = item.why.get("cues", {})
    return dict(cues) if isinstance(cues, dict) else {}


def _claimant(item: tables.ReviewItem, now: datetime) -> str | None:
    held = item.claimed_until is not None and item.claimed_until > now
    return item.claimed_by if held and item.state == "open" else None


def _iso(moment: datetime) -> str:
    return moment.isoformat()
