"""A reading corrected where it is seen: brought up and decided in one go, undone like any other."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from community.history import clean, named
from community.moderating import changes, moderation
from community.moderating.labels import LABELS
from community.moderating.matters import Matter
from config.errors import RuleError
from store import moderation as queue_queries
from store import tables


def correct_reading(
    session: Session,
    matter: Matter,
    actor: str,
    label: str,
    now: datetime,
    *,
    reason: str = "plain",
    note: str | None = None,
) -> tables.ReviewItem:
    """Say what a post feels towards the brand, where the model said otherwise.

    matter : as `matters.reading_matter` makes it; what was decided of it before is opened again
    reason : one of rulings.REASONS["reading"]; `moderation.undo` takes all of it back

    Raises RuleError for a label that is none, one that stands already, or as `moderation.decide`.
    """
    who = named(actor)
    if label not in LABELS:
        raise RuleError(f"{label!r} is no label.", mend=f"Choose one of: {', '.join(LABELS)}.")
    moderation.bring_up(session, matter, now)
    item = queue_queries.item_about(session, matter.kind, matter.subject)
    if item.state == "decided":
        if item.decision == label:
            raise RuleError(f"{item.decided_by} said so already: {label}.")
        again = {"state": "open", "reopened": item.reopened + 1, "opened_at": now}
        changes.move(session, item, again)
        changes.add_step(session, item, "reopened", who, clean(note), now)
        item = queue_queries.item_about(session, matter.kind, matter.subject)
    moderation.decide(session, item, who, label, now, reason=reason, note=note)
    return queue_queries.item_about(session, matter.kind, matter.subject)
