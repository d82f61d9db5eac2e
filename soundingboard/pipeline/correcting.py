"""Within step 5: what blind labels make of the praise and blame of a window."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta

from sqlmodel import Session

from community.kpis.prevalence import Prevalence
from community.kpis.reading import Facts
from models.prevalence import CLASSES, Posts, prevalence
from store.prevalence import Scored, blind_between, scored_between

LABELS_LAST_DAYS = 180
"""Posts and models change; older labels are no longer trusted to say how the model errs."""


def corrected(session: Session, facts: Facts, model: str) -> Prevalence | None:
    """The shares of praise and blame in the window's posts; None where nothing was read.

    Labels: blind ones given in the last LABELS_LAST_DAYS before the window's end.
    """
    window = scored_between(session, facts.brand_id, model, facts.since, facts.until)
    if not window:
        return None
    oldest = facts.until - timedelta(days=LABELS_LAST_DAYS)
    labels = blind_between(session, facts.brand_id, model, oldest, facts.until)
    heard = _by_language(window)
    found = prevalence(heard, _by_language(labels))
    return Prevalence(
        net=found.net,
        low=found.low,
        high=found.high,
        polar=found.polar,
        polar_low=found.polar_low,
        polar_high=found.polar_high,
        labels=sum(one.language in heard for one in labels),
        why_not=found.why_not,
    )


def _by_language(rows: Iterable[Scored]) -> dict[str, Posts]:
    """Nobody's posts are of a person each, under a number no account has."""
    parted: dict[str, list[tuple[int, Scored]]] = defaultdict(list)
    for number, row in enumerate(rows, start=1):
        author = -number if row.author_id is None else row.author_id
        parted[row.language].append((author, row))
    return {
        name: Posts.of(
            [row.said for _, row in some],
            [author for author, _ in some],
            [CLASSES.index(row.truth) for _, row in some if row.truth is not None],
        )
        for name, some in parted.items()
    }
