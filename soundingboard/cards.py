"""Stored rows as the JSON people and other programs are given: the published fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlmodel import Session

from community.candidates.stages import SEATED, SET_ASIDE
from store import candidates as candidate_queries
from store import readings as reading_queries
from store import tables
from store import themes as theme_queries
from store.readings import Evidence
from store.suppression import objecting
from store.tombstones import Marker
from store.upsert import chunks

if TYPE_CHECKING:
    from community.candidates.agreement import Pair
    from models.stance import Stance
    from store.candidates import Card

DIGITS = 6


def stance_card(author: tables.Author, stance: tables.Stance | Stance) -> dict[str, Any]:
    """How one author stands to a brand (meanings: models/stance.py)."""
    return {
        "author": author.name,
        "source": author.site,
        "n_posts": stance.n_posts,
        "n_threads": stance.n_threads,
        "mu": _short(stance.mu),
        "sd": _short(stance.sd),
        "low": _short(stance.low),
        "high": _short(stance.high),
        "p_love": _short(stance.p_love),
        "p_hate": _short(stance.p_hate),
        "p_torn": _short(stance.p_torn),
        "stance": stance.stance,
        "first_at": iso(stance.first_at),
        "last_at": iso(stance.last_at),
    }


def candidate_cards(
    session: Session,
    brand_id: int,
    *,
    side: str | None = None,
    limit: int | None = None,
    everyone: bool = False,
) -> list[dict[str, Any]]:
    """A brand's candidates, most useful first, each with the posts that speak for it.

    everyone : also those a flag excludes, those a person turned down, and those only watched
    """
    found = candidate_queries.cards(session, brand_id, side=side, listed=None)
    shown = [card for card in found if everyone or is_on_shortlist(card)][:limit]
    names = {t.id: t.name for t in theme_queries.themes(session, brand_id, retired=True)}
    wanted = [post_id for card in shown for post_id in card.candidate.evidence]
    evidence = evidence_of(session, brand_id, wanted)
    return [_candidate_card(card, names, evidence) for card in shown]


def is_on_shortlist(card: Card) -> bool:
    """Whether somebody is proposed now: listed or seated, not set aside, no standing flag."""
    if card.excluding or card.candidate.state in SET_ASIDE:
        return False
    return card.candidate.listed or card.candidate.state in SEATED


def evidence_of(session: Session, brand_id: int, post_ids: Sequence[int]) -> dict[int, Evidence]:
    """These posts with what the newest model said of them; the missing are left out."""
    model = reading_queries.newest_model(session, brand_id)
    if model is None:
        return {}
    return {
        row.post.id or 0: row
        for some in chunks(sorted(set(post_ids)))
        for row in reading_queries.evidence(session, brand_id, model, post_ids=some)
    }


def evidence_to_show(
    session: Session, marker: Marker, brand_id: int, post_ids: Sequence[int]
) -> dict[int, Evidence]:
    """`evidence_of` without posts of people who asked not to be contacted."""
    found = evidence_of(session, brand_id, post_ids)
    silent = objecting(session, marker, [row.author for row in found.values() if row.author])
    return {key: row for key, row in found.items() if row.post.author_id not in silent}


def _candidate_card(
    card: Card, themes: Mapping[int | None, str], evidence: Mapping[int, Evidence]
) -> dict[str, Any]:
    candidate = card.candidate
    return stance_card(card.author, card.stance) | {
        "id": candidate.id,
        "side": candidate.side,
        "utility": _short(candidate.utility),
        "parts": candidate.parts,
        "themes": [themes[theme] for theme in candidate.themes if theme in themes],
        "flags": [flag_card(flag) for flag in card.flags],
        "evidence": [evidence_card(evidence[i]) for i in candidate.evidence if i in evidence],
        "state": candidate.state,
        "language": candidate.language,
        "listed": candidate.listed,
        "why_not": candidate.why_not,
        "profile": card.author.url,
        "decided_by": candidate.decided_by,
        "decided_at": iso(candidate.decided_at),
        "assignee": candidate.assignee,
        "due_at": iso(candidate.due_at),
        "claimed_by": candidate.claimed_by,
        "claimed_until": iso(candidate.claimed_until),
        "version": candidate.version,
    }


def flag_card(flag: tables.Flag) -> dict[str, Any]:
    """One reason to look twice, and who said that it does not hold."""
    return {
        "kind": flag.kind,
        "strength": flag.strength,
        "excludes": flag.excludes,
        "evidence": flag.evidence,
        "overridden": flag.overridden_at is not None,
        "overridden_by": flag.overridden_by,
        "override_reason": flag.override_reason,
    }


def evidence_card(row: Evidence) -> dict[str, Any]:
    """One post in its author's words, with the model that read it."""
    return {
        "link": row.post.url,
        "time": iso(row.post.created_at),
        "title": row.post.title,
        "text": row.post.text,
        "rating": row.post.rating,
        "nps": row.post.nps,
        "reading": reading_card(row.reading),
    }


def reading_card(reading: tables.Reading) -> dict[str, Any]:
    """What a model said of one post; a model that abstained said no probability."""
    said = not reading.abstained
    return {
        "label": reading.label,
        "negative": _short(reading.negative) if said else None,
        "neutral": _short(reading.neutral) if said else None,
        "positive": _short(reading.positive) if said else None,
        "abstained": reading.abstained,
        "reason": reading.reason,
        "language": reading.language,
        "idea": _short(reading.idea),
        "model": reading.model,
    }


def decision_card(decision: tables.Decision) -> dict[str, Any]:
    """What was said or done of a candidate, by whom, and what it changed."""
    return {
        "at": iso(decision.at),
        "actor": decision.actor,
        "action": decision.action,
        "before": decision.before,
        "after": decision.after,
        "reason": decision.reason,
        "note": decision.note,
    }


def verdict_card(verdict: tables.Verdict) -> dict[str, Any]:
    """What one reviewer would do."""
    return {
        "at": iso(verdict.at),
        "reviewer": verdict.reviewer,
        "verdict": verdict.verdict,
        "note": verdict.note,
    }


def stakeholder_card(row: tables.Stakeholder) -> dict[str, Any]:
    """What somebody is or was to the brand, and who said so."""
    return {
        "kind": row.kind,
        "since": iso(row.since),
        "until": iso(row.until),
        "said_by": row.said_by,
    }


def agreement_card(pair: Pair) -> dict[str, Any]:
    """How far two reviewers agree (meanings: community/candidates/agreement.py)."""
    numbers = asdict(pair.agreement)
    return {
        "one": pair.one,
        "other": pair.other,
        **{k: _short(v) if isinstance(v, float) else v for k, v in numbers.items()},
    }


def theme_cards(session: Session, marker: Marker, brand_id: int) -> list[dict[str, Any]]:
    """What posts about a brand are about, largest first, each with its typical posts.

    Posts of people who asked not to be contacted are counted, but not shown.
    """
    found = theme_queries.themes(session, brand_id)
    wanted = [post for theme in found for post in theme.posts]
    evidence = evidence_to_show(session, marker, brand_id, wanted)
    return [
        {
            "theme": theme.name,
            "named_by": theme.named_by,
            "terms": theme.terms,
            "size": theme.size,
            "love": theme.love,
            "hate": theme.hate,
            "first_at": iso(theme.first_at),
            "last_at": iso(theme.last_at),
            "evidence": [evidence_card(evidence[i]) for i in theme.posts if i in evidence],
        }
        for theme in found
    ]


def source_card(source: tables.Source, now: datetime) -> dict[str, Any]:
    """Where we stand with a source: when it last answered, when it is asked next, and why then."""
    return {
        "id": source.id,
        "name": source.name,
        "kind": source.kind,
        "address": source.address,
        "last_ok": iso(source.ok_at),
        "last_check": iso(source.checked_at),
        "next_check": iso(source.next_at) if source.kind != "file" and not source.paused else None,
        "why": _why_then(source, now),
        "failures": source.failures,
        "problem": source.problem,
        "paused": source.paused,
    }


def _why_then(source: tables.Source, now: datetime) -> str:
    if source.kind == "file":
        return "a file, brought by hand"
    if source.paused:
        return f"not asked any more: {source.paused}"
    if source.checked_at is None:
        return "never asked yet"
    if source.failures:
        times = "once" if source.failures == 1 else f"{source.failures} times in a row"
        return f"failed {times}, so it is asked less often"
    if source.next_at is None or source.next_at <= now:
        return "due now"
    return "the usual pause, or longer if the site asks for it"


def iso(moment: datetime | None) -> str | None:
    """A stored time as ISO 8601, in UTC."""
    return None if moment is None else moment.isoformat()


def _short(number: float) -> float:
    return round(number, DIGITS)
