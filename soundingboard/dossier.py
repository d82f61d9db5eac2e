"""The dossier of a candidate: all that speaks for and against them, and who had a hand in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from community.candidates import stakeholders
from community.candidates.claims import is_claimed
from community.candidates.verdicts import shown_to
from community.flags import KINDS as FLAG_KINDS
from community.history import name_key, named
from soundingboard.cards import (
    decision_card,
    evidence_card,
    evidence_of,
    flag_card,
    iso,
    stakeholder_card,
    verdict_card,
)
from soundingboard.delivery.rendering import is_web, render_html
from soundingboard.why import why
from soundingboard.wiring import Parts
from store import candidates, flags, reviewing, tables
from store import stakeholders as stakeholder_queries

LEAST_QUOTES, MOST_QUOTES, MOST_THEMES = 3, 5, 5
LEAST_IDEA = 0.5
"""From here on (0..1) a reading is called an idea; its number is told, for it is a guess."""
ROOMY_ENTRIES, ROOMY_CHARS = 8, 160

PARTS_IN_WORDS = {
    "side": "how surely they lean to their side",
    "constructive": "ideas and concrete reasons",
    "passion": "strength of feeling",
    "volume": "how much they wrote",
    "recency": "how lately they wrote",
}
_OF_STANCE = (
    "author", "source", "brand", "as_of", "stance", "mu", "low", "high",
    "p_love", "p_hate", "p_torn", "n_posts", "n_threads", "first_at", "last_at", "how", "changes",
)  # fmt: skip


def dossier(
    parts: Parts,
    brand: tables.BrandRow,
    author: tables.Author,
    candidate: tables.Candidate,
    by: str,
) -> dict[str, Any]:
    """All that is known of a candidate as JSON-able facts; that `by` looked is written down first.

    quotes : 3-5 posts that show best where they stand, as far as there are so many
    ideas  : posts read as ideas, surest first; `quoted` ones are among the quotes
    looks  : who opened it and when last, this time included

    Verdicts of others are in it only if `by` gave their own. Raises RuleError without a person.
    """
    who, now = named(by), parts.clock.now()
    with parts.store.write() as session:
        reviewing.add_look(session, candidate.id or 0, who, now)
    return gathered(parts, author, candidate, who, why(parts, brand, author), now)


def gathered(
    parts: Parts,
    author: tables.Author,
    candidate: tables.Candidate,
    who: str,
    told: Mapping[str, Any],
    now: datetime,
) -> dict[str, Any]:
    """The dossier of somebody who was weighed already, for a reader whose look is on record.

    told : what `soundingboard.why` says of them
    """
    with parts.store.read() as session:
        quotes = _quotes(session, candidate, told["posts"])
        return {
            **{name: told[name] for name in _OF_STANCE},
            "profile": author.url,
            "side": candidate.side,
            "state": candidate.state,
            "language": candidate.language,
            "utility": candidate.utility,
            "parts": candidate.parts,
            "why_not": candidate.why_not,
            "quotes": quotes,
            "ideas": _ideas(told["posts"], quotes),
            "themes": _themes(told["posts"]),
            "models": sorted({post["reading"]["model"] for post in told["posts"]}),
            **_against_and_for(session, candidate),
            **_hands(session, candidate, who, now),
            "opened_by": who,
            "opened_at": iso(now),
        }


def page(told: Mapping[str, Any]) -> str:
    """The dossier as one HTML page without anything remote; printed, it is one A4 page."""
    view = {
        "told": told,
        "full": _is_full(told),
        "web": is_web,
        "least_idea": LEAST_IDEA,
        "flag_words": FLAG_KINDS,
        "kind_words": stakeholders.KINDS,
        "part_words": PARTS_IN_WORDS,
    }
    return render_html("dossier.html.j2", view, ZoneInfo("UTC"))


def _is_full(told: Mapping[str, Any]) -> bool:
    """Whether there is so much to say that it is printed smaller, to stay one page."""
    lists = ("flags", "why_not", "stakeholder", "verdicts", "decisions", "ideas")
    long = sum(len(post["text"]) > ROOMY_CHARS for post in told["quotes"])
    return long + sum(len(told[name]) for name in lists) > ROOMY_ENTRIES


def _quotes(
    session: Session, candidate: tables.Candidate, posts: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The candidate's evidence; where that is little, their heaviest other posts after it."""
    known = evidence_of(session, candidate.brand_id, candidate.evidence)
    chosen = [evidence_card(known[i]) for i in candidate.evidence if i in known]
    for post in posts:
        if len(chosen) >= LEAST_QUOTES:
            break
        if _speaks(post) and not _among(post, chosen):
            chosen.append({name: post[name] for name in _QUOTED})
    return chosen[:MOST_QUOTES]


_QUOTED = ("link", "time", "title", "text", "rating", "nps", "reading")


def _ideas(
    posts: Sequence[Mapping[str, Any]], quotes: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    found = [post for post in posts if _speaks(post) and post["reading"]["idea"] >= LEAST_IDEA]
    found.sort(key=lambda post: -post["reading"]["idea"])
    return [
        {name: post[name] for name in _QUOTED} | {"quoted": _among(post, quotes)} for post in found
    ]


def _speaks(post: Mapping[str, Any]) -> bool:
    return post["silent"] is None and post["weight"] > 0


def _among(post: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> bool:
    same = ("link", "time", "title", "text")
    return any(all(post[name] == other[name] for name in same) for other in others)


def _themes(posts: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What they speak about most, with how many of their posts."""
    count = Counter(post["theme"] for post in posts if post["theme"] and _speaks(post))
    ranked = sorted(count.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_THEMES]
    return [{"theme": theme, "posts": posts} for theme, posts in ranked]


def _against_and_for(session: Session, candidate: tables.Candidate) -> dict[str, Any]:
    """What gives pause, and what else they are to the brand."""
    pair = candidate.author_id, candidate.brand_id
    return {
        "flags": [flag_card(flag) for flag in flags.flags_against(session, *pair)],
        "stakeholder": [
            stakeholder_card(row) for row in stakeholder_queries.stakeholders(session, *pair)
        ],
    }


def _hands(
    session: Session, candidate: tables.Candidate, who: str, now: datetime
) -> dict[str, Any]:
    """Who decided, noted, judged, takes care and looked; as it stands now, not as it was read."""
    candidate_id = candidate.id or 0
    fresh = session.get(tables.Candidate, candidate_id, populate_existing=True) or candidate
    shown = shown_to(session, fresh, who)
    return {
        "version": fresh.version,
        "assignee": fresh.assignee,
        "due_at": iso(fresh.due_at),
        "claim": _claim(fresh) if is_claimed(fresh, now) else None,
        "decisions": [decision_card(d) for d in candidates.decisions(session, candidate_id)],
        "verdicts": [verdict_card(verdict) for verdict in shown.verdicts],
        "verdicts_hidden": shown.hidden,
        "looks": _looks(reviewing.looks(session, candidate_id)),
    }


def _claim(candidate: tables.Candidate) -> dict[str, Any]:
    return {
        "by": candidate.claimed_by,
        "since": iso(candidate.claimed_at),
        "until": iso(candidate.claimed_until),
    }


def _looks(looks: Sequence[tables.Look]) -> list[dict[str, Any]]:
    """One entry a person, whoever looked last first."""
    by_person: dict[str, list[tables.Look]] = {}
    for look in looks:
        by_person.setdefault(name_key(look.looked_by), []).append(look)
    return [
        {"by": theirs[0].looked_by, "times": len(theirs), "last_at": iso(theirs[0].at)}
        for theirs in by_person.values()
    ]
