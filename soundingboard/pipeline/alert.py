"""Within step 5: which of the last days were out of the ordinary, and what was behind them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session

from models.spikes import BASELINE_DAYS, LEAST_HISTORY, Limits, Spike, spikes
from soundingboard.alert_cards import alert_card
from soundingboard.delivery.webhooks import announce
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.wiring import Parts
from store import alerts as alert_queries
from store import tables
from store.alerts import Said

SERIES: Mapping[str, tuple[str, ...] | None] = {
    "negative": ("negative",),
    "positive": ("positive",),
    "all": None,
}
JUDGED_DAYS = 7
"""Days looked at anew every time: posts are often collected some days after they were written."""
POSTS = 3


def alert(parts: Parts, progress: Progress = silent) -> Report:
    """Raise an alert for every day of the last week that stands out; each only once.

    A day is a local one of the digest's zone; today counts as far as it has come.
    Counts: raised.
    """
    report = Report("alert")
    zone = ZoneInfo(parts.settings.digest.timezone)
    now = parts.clock.now()
    brands = parts.brands()
    for done, brand_id in enumerate(brands.by_id, start=1):
        since = _midnight(now.astimezone(zone).date() - timedelta(days=_LOOKED_BACK), zone)
        with parts.store.read() as session:
            said = alert_queries.said_between(
                session, brand_id, parts.reader.model_id, since, now + timedelta(days=1)
            )
        found = _alerts(parts, brand_id, said, zone, now)
        with parts.store.write() as session:
            fresh = alert_queries.raise_alerts(session, found)
            for each in fresh:
                _announce(parts, session, brands.by_id[brand_id].name, each)
        report.count("raised", len(fresh))
        progress("looking for spikes", done, len(brands.by_id))
    return report


_LOOKED_BACK = BASELINE_DAYS + JUDGED_DAYS


def _announce(parts: Parts, session: Session, brand: str, found: tables.Alert) -> None:
    """Tell the chats and hooks at once; posts and names stay in the house."""
    told = alert_card(session, parts.marker, found)
    facts = {name: told[name] for name in ("day", "series", "count", "people", "expected", "theme")}
    about = f", mostly about {told['theme']}" if told["theme"] else ""
    announce(
        session,
        parts.settings,
        "alert",
        f"alert/{found.brand_id}/{found.series}/{found.day}",
        f"{brand}: a day out of the ordinary",
        f"{found.day}: {told['words']}{about}.",
        {"brand": brand, **facts},
        parts.clock.now(),
    )


def _alerts(
    parts: Parts, brand_id: int, said: Sequence[Said], zone: ZoneInfo, now: datetime
) -> list[tables.Alert]:
    today = now.astimezone(zone).date()
    days = [today - timedelta(days=back) for back in range(_LOOKED_BACK, -1, -1)]
    by_day = _by_day(said, zone)
    settings = parts.settings.alerts
    limits = Limits(
        budget=settings.budget_per_year,
        series=len(SERIES),
        least_posts=settings.least_posts,
        least_people=settings.least_people,
        least_ratio=settings.least_ratio,
    )
    found = []
    for series, labels in SERIES.items():
        heard = [_of(by_day.get(day, ()), labels) for day in days]
        first = next((i for i, posts in enumerate(heard) if posts), len(heard))
        counts, people = [len(p) for p in heard[first:]], [_people(p) for p in heard[first:]]
        for spike in spikes(counts, people, limits, last=min(JUDGED_DAYS, len(counts))):
            day = spike.day + first
            found.append(_alert(brand_id, series, days[day], spike, heard[day], now))
    return found


def _by_day(said: Sequence[Said], zone: ZoneInfo) -> dict[date, list[Said]]:
    """Posts by local day, without sources that are heard too shortly to have a usual level."""
    first: dict[int, datetime] = {}
    for post in said:
        first.setdefault(post.source_id, post.at)
    kept: defaultdict[date, list[Said]] = defaultdict(list)
    for post in said:
        if post.at - first[post.source_id] >= timedelta(days=LEAST_HISTORY) or _is_old(post, said):
            kept[post.at.astimezone(zone).date()].append(post)
    return kept


def _is_old(post: Said, said: Sequence[Said]) -> bool:
    """Whether a post is part of the baseline only, so that it may come from any source."""
    return said[-1].at - post.at >= timedelta(days=JUDGED_DAYS)


def _of(posts: Iterable[Said], labels: tuple[str, ...] | None) -> list[Said]:
    return [post for post in posts if labels is None or post.label in labels]


def _people(posts: Sequence[Said]) -> int:
    """How many people spoke; each post without an account is a person of its own."""
    named = {post.author_id for post in posts if post.author_id is not None}
    return len(named) + sum(post.author_id is None for post in posts)


def _alert(
    brand_id: int, series: str, day: date, spike: Spike, posts: Sequence[Said], now: datetime
) -> tables.Alert:
    theme, _ = Counter(post.theme_id for post in posts).most_common(1)[0]
    return tables.Alert(
        brand_id=brand_id,
        series=series,
        day=day.isoformat(),
        count=spike.count,
        people=spike.people,
        expected=round(spike.expected, 2),
        p=spike.p,
        theme_id=theme,
        posts=_telling([post for post in posts if post.theme_id == theme]),
        raised_at=now,
    )


def _telling(posts: Sequence[Said]) -> list[int]:
    """The most passionate post of up to three people."""
    chosen: dict[object, int] = {}
    for post in sorted(posts, key=lambda post: (-post.passion, post.post_id)):
        who = post.author_id if post.author_id is not None else ("nobody", post.post_id)
        chosen.setdefault(who, post.post_id)
    return list(chosen.values())[:POSTS]


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
