"""What a moderator may decide, for which reasons, and what follows from it and is taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from community.candidates import recruiting
from community.history import clean
from community.moderating import labels
from community.moderating.merging import refuse_clash, regroup
from config.errors import RuleError
from store import flags, tables

DECISIONS: dict[str, dict[str, str]] = {
    "post": {
        "keep": "it stays as it is",
        "hide": "it speaks for nobody here; on its own site it stays until deleted there",
        "escalate": "somebody senior, or the site, has to act",
    },
    "merge": {
        "same": "one human being; their accounts become one person",
        "different": "two human beings",
        "unsure": "nobody can tell; nothing is merged",
    },
    "reading": {
        "negative": "it is negative towards the brand",
        "neutral": "it is neutral towards the brand",
        "positive": "it is positive towards the brand",
        "model_right": "the model read it rightly",
    },
    "flag": {
        "holds": "the flag is right",
        "does_not_hold": "the flag is wrong and is overridden",
    },
}
REASONS: dict[str, dict[str, str]] = {
    "post": {
        "uncivil": "insults or threatens people",
        "spam": "advertises",
        "duplicate": "repeats what was said",
        "off_topic": "is about something else",
        "private": "tells private things of somebody",
        "within_rules": "is within the rules",
        "other": "another reason; the note says which",
    },
    "merge": {
        "own_word": "they said so themselves",
        "profiles": "their profiles say so",
        "not_enough": "what speaks for it is not enough",
        "contradicts": "what they say of themselves does not fit together",
        "other": "another reason; the note says which",
    },
    "reading": {
        "plain": "the words are plain",
        "irony": "it is meant ironically",
        "target": "the feeling is about something else",
        "mixed": "both feelings are in it, and one is stronger",
        "context": "the conversation around it says so",
        "other": "another reason; the note says which",
    },
    "flag": {
        "evidence": "the evidence says so",
        "misread": "the evidence was misread",
        "outdated": "it was true once",
        "asked": "we asked them",
        "other": "another reason; the note says which",
    },
}
REPORT_REASONS: dict[str, dict[str, str]] = {
    "post": {k: v for k, v in REASONS["post"].items() if k != "within_rules"},
    "merge": {"same_person": "these are one human being's", "other": "the words say why"},
    "reading": {"misread": "the model misread it", "other": "the words say why"},
    "flag": {"wrong": "the flag does not hold", "other": "the words say why"},
}
_UPHELD = {
    "keep": False,
    "hide": True,
    "escalate": True,
    "same": True,
    "different": False,
    "unsure": None,
    "negative": True,
    "neutral": True,
    "positive": True,
    "model_right": False,
    "holds": False,
    "does_not_hold": True,
}


def upheld(decision: str) -> bool | None:
    """Whether a decision says that whoever reported it was right; None = it leaves that open."""
    return _UPHELD[decision]


def require(known: dict[str, dict[str, str]], kind: str, said: str, note: str | None = None) -> str:
    """The code, if it is one of its kind. Raises RuleError, also for `other` without a note."""
    if said not in known[kind]:
        listed = ", ".join(known[kind])
        raise RuleError(f"{said!r} is none of a {kind}'s.", mend=f"Choose one of: {listed}.")
    if said == "other" and not clean(note):
        raise RuleError("'other' needs words.", mend="Say in the note which.")
    return said


def refuse(session: Session, item: tables.ReviewItem, decision: str, who: str) -> None:
    """Raise RuleError for a decision that cannot be carried out; changes nothing."""
    if decision == "same":
        refuse_clash(session, item.author_id or 0, item.other_id or 0)
    if item.kind == "reading":
        labels.refuse_correction(session, item, decision, who)


def snapshot(session: Session, item: tables.ReviewItem, who: str) -> dict[str, Any]:
    """What the decision is about to change outside the item, so that it can be restored."""
    if item.kind == "reading":
        return {"labels": labels.snapshot(session, item, who)}
    if item.kind == "flag":
        return {"override": _override(_flag(session, item))}
    return {}


def carry_out(
    session: Session, item: tables.ReviewItem, decision: str, who: str, why: str, now: datetime
) -> None:
    """What follows from a decision that stands on the item already."""
    if item.kind == "merge":
        regroup(session, (item.author_id or 0, item.other_id or 0), who, now)
    elif item.kind == "reading":
        labels.correct(session, item, decision, who, now)
    elif item.kind == "flag":
        flag = _flag(session, item)
        if decision == "does_not_hold" and flag.overridden_at is None:
            recruiting.override_flag(session, flag, who, why, now)
        elif decision == "holds" and flag.overridden_at is not None:
            recruiting.restore_flag(session, flag, who, now, reason=why)


def take_back(
    session: Session, item: tables.ReviewItem, before: dict[str, Any], who: str, now: datetime
) -> None:
    """Restore what `snapshot` kept; the item itself stands as before already."""
    if item.kind == "merge":
        regroup(session, (item.author_id or 0, item.other_id or 0), who, now)
    elif item.kind == "reading":
        labels.restore(session, item, before["labels"])
    elif item.kind == "flag":
        _restore_override(session, _flag(session, item), before["override"], who, now)


def _flag(session: Session, item: tables.ReviewItem) -> tables.Flag:
    flag = session.get(tables.Flag, item.flag_id, populate_existing=True)
    if flag is None:
        raise RuleError("The flag is gone.", mend="It was lifted meanwhile; nothing to decide.")
    return flag


def _override(flag: tables.Flag) -> list[str] | None:
    if flag.overridden_at is None:
        return None
    return [
        flag.overridden_by or "",
        flag.overridden_at.isoformat(),
        flag.override_reason or "",
    ]


def _restore_override(
    session: Session, flag: tables.Flag, told: list[str] | None, who: str, now: datetime
) -> None:
    if _override(flag) == told:
        return
    if flag.overridden_at is not None:
        recruiting.restore_flag(session, flag, who, now, reason="the decision was taken back")
    if told is not None:
        by, at, reason = told
        flags.set_override(session, flag, by=by, at=datetime.fromisoformat(at), reason=reason)
