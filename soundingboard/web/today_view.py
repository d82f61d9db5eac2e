"""What the first page of the morning tells: the digest's facts, as they stand this minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from community.kpis import KPIS
from community.promising.promises import Promise, overdue
from community.steering.goals import read_of, standing
from community.steering.resets import missed
from soundingboard.alert_cards import alert_card
from soundingboard.web.masking import may_see_names
from soundingboard.web.policy import MARKETERS, MODERATORS
from soundingboard.web.reader import Reader
from soundingboard.wiring import Parts
from store import alerts, goals, outbox, sources, tables, tallies, waiting
from store import themes as theme_queries
from store.moderation import by_id

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
OVERDUE, OWN, THEMES, ALERTS = 6, 8, 5, 3
LABELS = ("positive", "neutral", "negative", "abstained")
_OPENS = {"suggestion": "/suggestions/{}", "meeting": "/meetings/{}", "member": "/members/{}"}


def today_view(parts: Parts, brand: tables.BrandRow, reader: Reader) -> dict[str, Any]:
    """Facts of one brand for one reader; whom to invite only for those who may."""
    now, brand_id = parts.clock.now(), brand.id or 0
    with parts.store.read() as session:
        return {
            "heard": _heard(session, brand_id, now),
            "late": _late(session, brand_id, now, parts, reader),
            "people": _people(session, brand_id, now) if reader.may(MARKETERS) else None,
            "mine": _mine(session, brand_id, reader),
            "queue": waiting.items_waiting(session, brand_id) if reader.may(MODERATORS) else None,
            "drafts": waiting.drafts_waiting(session, brand_id) if reader.may(MARKETERS) else 0,
            "alerts": _alerts(parts, session, brand_id, now),
            "faults": [s for s in sources.all_sources(session) if s.problem or s.paused],
            "stuck": len(outbox.troubled(session)),
            "goals": _goals(session, brand_id, now),
            "themes": _themes(session, brand_id),
            "meeting": waiting.next_meeting(session, brand_id, now),
            "listening": waiting.is_listening(session),
            "looks": waiting.last_look(session),
        }


def _heard(session: Session, brand_id: int, now: datetime) -> dict[str, Any]:
    """Posts of the last seven days beside the seven before, day by day and by label."""
    days = [(now - DAY * back).date() for back in range(13, -1, -1)]
    since = now - DAY * 13
    counted = tallies.series(session, brand_id, since, now + DAY, by="label")
    by_day = {day: {label: counted.get(label, {}).get(str(day), 0) for label in LABELS}
              for day in days}  # fmt: skip
    week = {label: sum(by_day[day][label] for day in days[7:]) for label in LABELS}
    return {
        "week": week,
        "posts": sum(week.values()),
        "before": sum(sum(by_day[day].values()) for day in days[:7]),
        "rows": [_row(day, by_day[day]) for day in days],
        "since": days[7],
    }


def _row(day: date, counts: Mapping[str, int]) -> list[Any]:
    return [f"{day:%-d %b}", counts["positive"], counts["neutral"], counts["negative"]]


def _late(
    session: Session, brand_id: int, now: datetime, parts: Parts, reader: Reader
) -> dict[str, Any]:
    """Promises past their day; to whom they were made only for those who know the members."""
    late = overdue(session, brand_id, now, parts.settings.promises)
    told = [_promise(promise, now, named=may_see_names(reader.role)) for promise in late]
    told += [
        {
            "words": f"The review of the programme was due; {m.concerns} answers for it.",
            "days": m.days,
            "href": f"/resets/{m.reset.id}",
        }
        for m in missed(session, brand_id, now)
    ]
    told.sort(key=lambda one: -one["days"])
    return {"count": len(told), "shown": told[:OVERDUE], "more": max(0, len(told) - OVERDUE)}


def _promise(promise: Promise, now: datetime, *, named: bool) -> dict[str, Any]:
    kind, _, number = promise.ref.partition("/")
    words = promise.words if named else f"a promise about a {kind}"
    return {
        "words": words[:1].upper() + words[1:],
        "days": (now - promise.due_at).days if promise.due_at else 0,
        "href": _OPENS.get(kind, "/community").format(number),
    }


def _people(session: Session, brand_id: int, now: datetime) -> dict[str, Any]:
    return {
        "waiting": waiting.candidates_waiting(session, brand_id),
        "new": waiting.candidates_new(session, brand_id, now - WEEK),
    }


def _mine(session: Session, brand_id: int, reader: Reader) -> list[dict[str, Any]]:
    """Whom this reader was asked to take care of."""
    if not may_see_names(reader.role):
        return []
    own = waiting.candidates_of(session, brand_id, reader.name, OWN)
    authors = by_id(session, tables.Author, [candidate.author_id for candidate in own])
    return [
        {"candidate": candidate, "author": authors[candidate.author_id]}
        for candidate in own
        if candidate.author_id in authors
    ]


def _alerts(parts: Parts, session: Session, brand_id: int, now: datetime) -> list[dict[str, Any]]:
    found = alerts.alerts_since(session, brand_id, now - WEEK)
    return [alert_card(session, parts.marker, alert) for alert in found[-ALERTS:]][::-1]


def _goals(session: Session, brand_id: int, now: datetime) -> list[dict[str, Any]]:
    told = []
    for goal in goals.goals(session, brand_id):
        stands = standing(goal, read_of(session, goal), now)
        shown = KPIS[goal.kpi].shown if goal.kpi in KPIS else str
        told.append(
            {
                "goal": goal,
                "value": "–" if stands.value is None else shown(stands.value),
                "target": shown(goal.target),
                "stands": stands.state if stands.sure else f"{stands.state}, not yet surely",
            }
        )
    return told


def _themes(session: Session, brand_id: int) -> Sequence[tables.Theme]:
    """The largest themes that were spoken of last."""
    found = theme_queries.themes(session, brand_id)
    return sorted(found, key=lambda theme: (-theme.size, theme.id or 0))[:THEMES]
