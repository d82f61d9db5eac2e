"""Within step 4: who has no seat on the slate, and why; everybody, by reason."""

from __future__ import annotations

from typing import Any

from models.panel import Panel
from soundingboard.pipeline.pool import Pool

HEADINGS = {
    "less_useful": "Less useful than everybody seated of their side",
    "quota_full": "The seats of their kind are taken",
    "others_fit": "Others fill the quotas and themes better",
    "not_drawn": "Not drawn by lot",
    "same_person": "The same person sits or is kept off under another account",
    "flagged": "A flag stands against it",
    "barred": "Barred from the slate",
    "declined": "Declined",
    "silent": "Did not answer",
    "rejected": "Rejected",
    "deferred": "Put off",
    "other_door": "Said yes to something else, or left",
}


def not_seated(pool: Pool, panel: Panel) -> list[dict[str, Any]]:
    """Everybody without a seat, by reason, the most useful first."""
    reasons: list[tuple[int, str, str]] = [(a.author, a.reason, a.words) for a in pool.aside]
    for one in panel.waiting:
        words = one.words
        if one.instead is not None:
            words = f"the same person as {pool.cards[one.instead].author.name}, who has a seat"
        reasons.append((one.author, one.reason, words))
    groups: dict[str, list[dict[str, Any]]] = {reason: [] for reason in HEADINGS}
    for author, reason, words in sorted(
        reasons, key=lambda row: (-pool.cards[row[0]].candidate.utility, row[0])
    ):
        utility = round(pool.cards[author].candidate.utility, 6)
        groups[reason].append(pool.named(author) | {"utility": utility, "words": words})
    return [
        {"reason": reason, "heading": HEADINGS[reason], "n": len(people), "people": people}
        for reason, people in groups.items()
        if people
    ]
