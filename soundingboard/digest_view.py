"""What a digest tells one reader: the facts of one window, chosen and ordered for their role."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from community.kpis import KPIS
from community.promising.promises import overdue
from community.steering.goals import read_of, standing
from community.steering.resets import missed
from config.brand import Brand
from soundingboard.alert_cards import alert_card
from soundingboard.cards import candidate_cards
from soundingboard.wiring import Parts
from store import alerts as alert_queries
from store import digests as digest_queries
from store import goals as goal_queries
from store import measurements as measurement_queries
from store import outbox as outbox_queries
from store import readings as reading_queries
from store import resets as reset_queries
from store import sources as source_queries
from store import tables
from store import themes as theme_queries
from store.moderation import items

PEOPLE_A_SIDE = 3
QUOTES = 2
THEMES = 6
OVERDUE = 8
RISING = 2.0
"""A theme rises when it has so many times its usual posts, and three new ones at least."""

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "marketer": ("overdue", "alerts", "people", "themes", "goals", "kpis"),
    "moderator": ("overdue", "queue", "alerts", "themes", "kpis"),
    "executive": ("overdue", "goals", "kpis", "alerts", "themes"),
}
"""Role -> what it is told, in order. Whom to invite is need-to-know: executives and moderators get
no names."""
_SIDES = {
    "love": ("Who loves you", "lover"),
    "hate": ("Who is angry with you, and why", "hater"),
    "torn": ("Who is torn", "torn"),
}


@dataclass(frozen=True, slots=True)
class Window:
    """What a digest looks back on: after `since`, up to `until`."""

    since: datetime
    until: datetime


def digest_view(
    parts: Parts, window: Window, *, role: str = "marketer", brands: Collection[str] = ()
) -> dict[str, Any]:
    """All that the digest's templates show.

    brands : names; empty = all. `quiet` : nothing happened and nothing waits.
    """
    wanted = {name.casefold() for name in brands}
    told = [
        _brand(parts, brand_id, brand, window, SECTIONS[role])
        for brand_id, brand in parts.brands().by_id.items()
        if not wanted or brand.name.casefold() in wanted
    ]
    faults, stuck = _faults(parts), _stuck(parts)
    return {
        "subject": _subject(told),
        "console": parts.settings.web.public_url,
        "since": window.since,
        "until": window.until,
        "brands": told,
        "faults": faults,
        "stuck": stuck,
        "quiet": not faults and not stuck and all(brand["quiet"] for brand in told),
    }


def _subject(brands: Sequence[Mapping[str, Any]]) -> str:
    if not brands:
        return "Sounding Board: no brand to listen for yet"
    return "; ".join(f"{brand['name']}: {brand['headline']}" for brand in brands)


def _brand(
    parts: Parts, brand_id: int, brand: Brand, window: Window, sections: Sequence[str]
) -> dict[str, Any]:
    """One brand: the facts of every section its reader gets."""
    with parts.store.read() as session:
        heard = _heard(session, brand_id, window)
        facts: dict[str, Any] = {
            name: _SECTION[name](parts, session, brand_id, window, heard) for name in sections
        }
        fresh = _fresh(session, brand_id, window) if "people" in sections else 0
    alarms = len(facts.get("alerts", ()))
    late = facts["overdue"]["count"]
    return {
        "id": brand_id,
        "name": brand.name,
        "headline": _headline(len(heard), fresh, alarms, late),
        "summary": _summary(heard),
        "sections": [(name, facts[name]) for name in sections],
        "quiet": not (heard or fresh or alarms or late or facts.get("queue", {}).get("count")),
    }


def _heard(session: Session, brand_id: int, window: Window) -> list[reading_queries.Evidence]:
    model = reading_queries.newest_model(session, brand_id) or ""
    return [
        row
        for row in reading_queries.evidence(session, brand_id, model)
        if window.since < row.post.first_seen <= window.until
    ]


def _fresh(session: Session, brand_id: int, window: Window) -> int:
    people = candidate_cards(session, brand_id)
    new = digest_queries.first_listed_since(session, brand_id, window.since)
    return sum(_key(p) in new and p["state"] == "proposed" for p in people)


def _headline(posts: int, voices: int, alarms: int, late: int) -> str:
    told = []
    if late:
        told.append(f"{late} {'promise' if late == 1 else 'promises'} overdue")
    if alarms:
        told.append("a day out of the ordinary")
    if voices:
        told.append(f"{voices} new {'voice' if voices == 1 else 'voices'} worth a look")
    elif posts:
        told.append(f"{posts} new {'post' if posts == 1 else 'posts'}")
    return ", ".join(told) or "a quiet day"


def _summary(heard: Sequence[reading_queries.Evidence]) -> str:
    if not heard:
        return "Nothing new was said where we listen."
    labels = Counter("unread" if row.reading.abstained else row.reading.label for row in heard)
    people = len({row.post.author_id for row in heard if row.post.author_id})
    unread = labels.pop("unread", 0)
    told = ", ".join(f"{labels[name]} {name}" for name in ("positive", "neutral", "negative"))
    words = f"{len(heard)} new posts by {people} people: {told}."
    counts = "counts" if unread == 1 else "count"
    return words + (f" {unread} could not be read and {counts} for nothing." if unread else "")


def _overdue(
    parts: Parts, session: Session, brand_id: int, window: Window, _heard: Any
) -> dict[str, Any]:
    """Promises past their day, the oldest first, and reviews of the programme not held."""
    late = overdue(session, brand_id, window.until, parts.settings.promises)
    told = [
        {
            "words": promise.words[:1].upper() + promise.words[1:],
            "days": (window.until - promise.due_at).days,
        }
        for promise in late
        if promise.due_at is not None
    ]
    told += [
        {
            "words": f"The review of the programme was due; {m.concerns} answers for it.",
            "days": m.days,
        }
        for m in missed(session, brand_id, window.until)
    ]
    told.sort(key=lambda one: -int(str(one["days"])))
    return {"count": len(told), "shown": told[:OVERDUE], "more": max(0, len(told) - OVERDUE)}


def _alerts(
    parts: Parts, session: Session, brand_id: int, window: Window, _heard: Any
) -> list[dict[str, Any]]:
    """Days out of the ordinary, found since; of an angry day not once more that it was loud."""
    found = [
        alert_card(session, parts.marker, alert)
        for alert in alert_queries.alerts_since(session, brand_id, window.since)
        if alert.raised_at <= window.until
    ]
    told = {alert["day"] for alert in found if alert["series"] != "all"}
    shown = [alert for alert in found if alert["series"] != "all" or alert["day"] not in told]
    for alert in shown:
        alert["posts"] = [_quote(post) for post in alert["posts"]]
    return shown


def _queue(
    parts: Parts, session: Session, brand_id: int, window: Window, _heard: Any
) -> dict[str, Any]:
    """What waits for a moderator, by kind."""
    waiting = Counter(item.kind for item in items(session, brand_id))
    return {"count": sum(waiting.values()), "kinds": sorted(waiting.items())}


def _people(
    parts: Parts, session: Session, brand_id: int, window: Window, _heard: Any
) -> dict[str, Any]:
    """The three lists: whoever is new first, and how many wait for a decision."""
    people = candidate_cards(session, brand_id)
    fresh = digest_queries.first_listed_since(session, brand_id, window.since)
    return {
        "waiting": sum(person["state"] == "proposed" for person in people),
        "sides": [_side(side, people, fresh) for side in _SIDES],
    }


def _side(side: str, people: Sequence[Mapping[str, Any]], fresh: set[str]) -> dict[str, Any]:
    title, mark = _SIDES[side]
    own = [
        {**person, "mark": mark, "new": _key(person) in fresh}
        for person in people
        if person["side"] == side and person["state"] == "proposed"
    ]
    shown = sorted(own, key=lambda person: not person["new"])[:PEOPLE_A_SIDE]
    for person in shown:
        person["evidence"] = [_quote(post) for post in person["evidence"][:QUOTES]]
    more = len(own) - len(shown)
    return {
        "title": title,
        "note": f"{len(own)} on the list" + (f", the first {len(shown)} here" if more > 0 else ""),
        "empty": "Nobody yet: it takes two posts in two conversations.",
        "people": shown,
    }


def _key(person: Mapping[str, Any]) -> str:
    return f"{person['source']}/{person['author']}"


def _quote(post: Mapping[str, Any]) -> dict[str, Any]:
    told = post["time"]
    return {**post, "time": datetime.fromisoformat(told) if told else None}


def _themes(
    parts: Parts, session: Session, brand_id: int, window: Window, heard: Sequence[Any]
) -> list[dict[str, Any]]:
    """What people speak about, those with most new posts first."""
    new = Counter(row.theme_id for row in heard)
    found = theme_queries.themes(session, brand_id)
    ranked = sorted(found, key=lambda theme: (-new[theme.id], -theme.size, theme.id or 0))
    return [_theme(theme, new[theme.id], window) for theme in ranked[:THEMES]]


def _theme(theme: tables.Theme, fresh: int, window: Window) -> dict[str, Any]:
    love, hate = (round(100 * count / max(theme.size, 1)) for count in (theme.love, theme.hate))
    days = max(1.0, (theme.last_at - theme.first_at) / timedelta(days=1))
    usual = max(0, theme.size - fresh) / days * ((window.until - window.since) / timedelta(days=1))
    return {
        "id": theme.id,
        "name": theme.name,
        "size": theme.size,
        "fresh": fresh,
        "rising": fresh >= 3 and fresh >= RISING * usual,
        "love": theme.love,
        "hate": theme.hate,
        "love_share": love,
        "hate_share": hate,
        "rest_share": max(0, 100 - love - hate),
    }


def _goals(
    parts: Parts, session: Session, brand_id: int, window: Window, _heard: Any
) -> list[dict[str, Any]]:
    """Every goal with where it stands, never surer than its interval."""
    told = []
    for goal in goal_queries.goals(session, brand_id):
        stands = standing(goal, read_of(session, goal), window.until)
        shown = KPIS[goal.kpi].shown if goal.kpi in KPIS else str
        told.append(
            {
                "id": goal.id,
                "title": goal.title,
                "owner": goal.owner,
                "value": "–" if stands.value is None else shown(stands.value),
                "target": shown(goal.target),
                "stands": stands.state if stands.sure else f"{stands.state}, not yet surely",
                "until": goal.ends_at,
            }
        )
    return told


def _kpis(
    parts: Parts, session: Session, brand_id: int, window: Window, _heard: Any
) -> dict[str, Any]:
    """KPIs with a number, beside what it was when this reader was last told; the rest named."""
    before = reset_queries.measured_until(session, brand_id, window.since)
    read = {m.kpi: m for m in measurement_queries.newest(session, brand_id)}
    known = [read[name] for name in KPIS if name in read]
    return {
        "told": [_kpi(m, before.get(m.kpi)) for m in known if m.value is not None],
        "unsaid": [KPIS[m.kpi].title for m in known if m.value is None],
        "events": [
            {"title": event.title, "kind": event.kind, "day": event.starts_at}
            for event in goal_queries.events_between(session, brand_id, window.since, window.until)
        ],
    }


def _kpi(read: tables.Measurement, before: tables.Measurement | None) -> dict[str, Any]:
    kpi = KPIS[read.kpi]
    interval = "–"
    if read.value is not None and read.low is not None and read.high is not None:
        interval = f"{kpi.shown(read.low)} to {kpi.shown(read.high)}"
    return {
        "title": kpi.title,
        "value": kpi.shown(read.value or 0.0),
        "interval": interval,
        "n": read.n,
        "note": read.note,
        "moved": _moved(read, before),
    }


def _moved(read: tables.Measurement, before: tables.Measurement | None) -> str:
    """What it was before; "up" or "down" only where the intervals do not touch."""
    if before is None or before.value is None or read.value is None or before.id == read.id:
        return ""
    was = KPIS[read.kpi].shown(before.value)
    if None not in (read.low, read.high, before.low, before.high):
        if (read.low or 0) > (before.high or 0):
            return f"up from {was}"
        if (read.high or 0) < (before.low or 0):
            return f"down from {was}"
    return f"was {was}"


def _faults(parts: Parts) -> list[dict[str, Any]]:
    """Sources that do not answer, and why."""
    with parts.store.read() as session:
        return [
            {"name": s.name, "problem": s.paused or s.problem, "ok_at": s.ok_at}
            for s in source_queries.all_sources(session)
            if s.problem or s.paused
        ]


def _stuck(parts: Parts) -> list[dict[str, Any]]:
    """Messages that a person must look at: failed, or uncertain whether they arrived."""
    with parts.store.read() as session:
        return [
            {"id": row.id, "what": row.kind, "state": row.state, "problem": row.problem or ""}
            for row in outbox_queries.troubled(session)
        ]


_SECTION = {
    "overdue": _overdue,
    "alerts": _alerts,
    "queue": _queue,
    "people": _people,
    "themes": _themes,
    "goals": _goals,
    "kpis": _kpis,
}
