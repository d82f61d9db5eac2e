"""An alert as the JSON people and other programs are given."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from soundingboard.cards import evidence_card, evidence_to_show
from store import tables
from store.tombstones import Marker

_WORDS = {"negative": "angry posts", "positive": "posts of praise", "all": "posts"}


def alert_card(session: Session, marker: Marker, alert: tables.Alert) -> dict[str, Any]:
    """An alert as JSON-able facts, with the theme and the posts behind it.

    Posts of people who asked not to be contacted are counted, but not shown.
    """
    evidence = evidence_to_show(session, marker, alert.brand_id, alert.posts)
    theme = session.get(tables.Theme, alert.theme_id) if alert.theme_id else None
    return {
        "id": alert.id,
        "day": alert.day,
        "series": alert.series,
        "words": f"{alert.count} {_WORDS[alert.series]} by {alert.people} people; "
        f"about {alert.expected:.3g} were to be expected",
        "count": alert.count,
        "people": alert.people,
        "expected": alert.expected,
        "p": alert.p,
        "theme": theme.name if theme else None,
        "posts": [evidence_card(evidence[i]) for i in alert.posts if i in evidence],
        "raised_at": alert.raised_at.isoformat(),
        "seen_by": alert.seen_by,
    }
