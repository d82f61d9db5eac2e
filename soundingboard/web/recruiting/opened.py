"""A dossier as pages show it: gathered for a reader whose look was written down."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from community.candidates import stages, stakeholders, verdicts
from community.candidates.recruiting import DEFER_REASONS, OWN_WORD, REJECT_REASONS
from community.flags import KINDS as FLAG_KINDS
from community.history import decides, name_key, standing
from config.errors import NotFoundError
from soundingboard.access import audit
from soundingboard.dossier import LEAST_IDEA, gathered
from soundingboard.web.reader import Reader
from soundingboard.web.recruiting.filters import MOST_ID, STATE_WORDS
from soundingboard.web.recruiting.rows import parts_of
from soundingboard.why import why_as_kept
from soundingboard.wiring import Parts
from store import candidates, reviewing, tables, users
from store.seats import seat_choices

POSTS_SHOWN = 60
_MOMENTS = frozenset(
    {"time", "at", "as_of", "first_at", "last_at", "since", "until", "due_at", "opened_at"}
)
WORDS = {
    "reject_reasons": REJECT_REASONS,
    "defer_reasons": DEFER_REASONS,
    "kinds": stakeholders.KINDS,
    "flag_words": FLAG_KINDS,
    "own_word": OWN_WORD,
    "state_words": STATE_WORDS,
    "verdict_words": verdicts.VERDICTS,
    "least_idea": LEAST_IDEA,
}
"""What templates of a dossier call things."""


def found(
    session: Session, candidate_id: int
) -> tuple[tables.Candidate, tables.Author, tables.BrandRow]:
    """A candidate with their account and brand. Raises NotFoundError."""
    candidate = session.get(tables.Candidate, candidate_id) if 0 < candidate_id < MOST_ID else None
    if candidate is not None:
        author = session.get(tables.Author, candidate.author_id)
        brand = session.get(tables.BrandRow, candidate.brand_id)
        if author is not None and brand is not None:
            return candidate, author, brand
    raise NotFoundError(
        "There is no such candidate.", mend="They may have been erased; look at the list."
    )


def looked(
    session: Session, reader: Reader, candidate: tables.Candidate, now: datetime, how: str
) -> None:
    """Write down that the reader looks; how: a code for the audit log."""
    reviewing.add_look(session, candidate.id or 0, reader.name, now)
    audit.note(session, reader, how, f"author:{candidate.author_id}", now)


def opened(
    parts: Parts, reader: Reader, candidate_id: int, how: str = "dossier_opened"
) -> dict[str, Any]:
    """All that a page tells of a candidate; that the reader looked is written down first.

    Raises NotFoundError.
    """
    now = parts.clock.now()
    with parts.store.write() as session:
        candidate, author, brand = found(session, candidate_id)
        looked(session, reader, candidate, now, how)
    why = why_as_kept(parts, brand, author)
    told = gathered(parts, author, candidate, reader.name, why, now)
    with parts.store.read() as session:
        ours = [user.name for user in users.users(session) if user.disabled_at is None]
        held = standing(candidates.decisions(session, candidate_id))
        seat = seat_choices(session, candidate.brand_id).get(candidate.author_id)
    posts = why["posts"]
    return {
        "id": candidate_id,
        "author_id": author.id,
        "brand": brand,
        "raw": told,
        "told": dated(told),
        "points": parts_of(told["parts"]),
        "may": {action: stages.allows(action, told["state"]) for action in _BUTTONS},
        "excluded": any(one["excludes"] and not one["overridden"] for one in told["flags"]),
        "open": told["state"] in stages.OPEN,
        "last": dated(told["decisions"][-1]) if held else None,
        "can_reopen": bool(held),
        "own_verdict": _own(told, reader.name),
        "mine": bool(told["claim"]) and name_key(told["claim"]["by"]) == name_key(reader.name),
        "seat": seat,
        "posts": dated(posts[:POSTS_SHOWN]),
        "n_posts": len(posts),
        "newer": why["newer"],
        "unsure": why["unsure"],
        "ours": ours,
        "second_reviewer": parts.settings.recruiting.second_reviewer,
        "claim_min": parts.settings.recruiting.claim_min,
        **WORDS,
    }


_BUTTONS = ("shortlist", "approve", "reject", "defer")


def _own(told: dict[str, Any], name: str) -> bool:
    return any(name_key(one["reviewer"]) == name_key(name) for one in told["verdicts"])


def since(session: Session, candidate: tables.Candidate, seen: int) -> list[tables.Decision]:
    """What was decided after the version somebody had before their eyes, oldest first."""
    said = [d for d in candidates.decisions(session, candidate.id or 0) if decides(d)]
    newer = candidate.version - seen
    return said[-newer:] if newer > 0 else []


def dated(value: Any) -> Any:
    """The same facts with their moments as times, so that pages tell them in a reader's zone."""
    if isinstance(value, dict):
        return {
            name: datetime.fromisoformat(one)
            if name in _MOMENTS and isinstance(one, str)
            else dated(one)
            for name, one in value.items()
        }
    return [dated(one) for one in value] if isinstance(value, list) else value
