"""Step 6: what changed since the last digest, as a mail people read: HTML and text."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from community.kpis import KPIS
from config.brand import Brand
from soundingboard.cards import candidate_cards
from soundingboard.delivery.rendering import render_html, render_text
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.wiring import Parts
from store import digests as digest_queries
from store import measurements as measurement_queries
from store import readings as reading_queries
from store import sources as source_queries
from store import tables
from store import themes as theme_queries

FIRST_WINDOW = timedelta(days=1)
"""What the very first digest looks back on."""
PEOPLE_A_SIDE = 3
QUOTES = 2
THEMES = 6
FEW = 5

_SIDES = {
    "love": ("Who loves you", "lover"),
    "hate": ("Who is angry with you, and why", "hater"),
    "torn": ("Who is torn", "torn"),
}


def digest(parts: Parts, progress: Progress = silent, *, folder: Path | None = None) -> Report:
    """Write today's digest of every brand to a folder; the same day again replaces its files.

    Counts: written. The paths are in `paths_of_day`.
    """
    report = Report("digest")
    zone = ZoneInfo(parts.settings.digest.timezone)
    now = parts.clock.now()
    day = now.astimezone(zone).date()
    since = _since(parts, day, now)
    view = _view(parts, since, now)
    target = (folder or parts.folder / parts.settings.digest.folder).resolve()
    html_path, text_path = target / f"{day}.html", target / f"{day}.txt"
    _write_whole(html_path, render_html("digest.html.j2", view, zone))
    _write_whole(text_path, render_text("digest.txt.j2", view, zone))
    with parts.store.write() as session:
        digest_queries.save_digest(
            session, str(day), str(zone), since, now, (str(html_path), str(text_path))
        )
    report.count("written")
    progress("digest", 1, 1)
    return report


def digest_of_day(parts: Parts, day: date) -> tables.Digest | None:
    """The digest written for that local day, if there is one."""
    with parts.store.read() as session:
        return digest_queries.get_digest(session, str(day), parts.settings.digest.timezone)


def _since(parts: Parts, day: date, now: datetime) -> datetime:
    """The end of the last digest before today's, so that no hour is told twice or never."""
    with parts.store.read() as session:
        last = digest_queries.last_before(session, str(day), parts.settings.digest.timezone)
    return last.until if last else now - FIRST_WINDOW


def _view(parts: Parts, since: datetime, now: datetime) -> dict[str, Any]:
    brands = [_brand(parts, i, brand, since) for i, brand in parts.brands().by_id.items()]
    with parts.store.read() as session:
        faults = [
            {"name": source.name, "problem": source.paused or source.problem, "ok_at": source.ok_at}
            for source in source_queries.all_sources(session)
            if source.problem or source.paused
        ]
    return {
        "subject": _subject(brands),
        "since": since,
        "until": now,
        "brands": brands,
        "faults": faults,
    }


def _subject(brands: Sequence[Mapping[str, Any]]) -> str:
    if not brands:
        return "Sounding Board: no brand to listen for yet"
    told = [f"{b['name']}: {b['headline']}" for b in brands]
    return "; ".join(told)


def _brand(parts: Parts, brand_id: int, brand: Brand, since: datetime) -> dict[str, Any]:
    with parts.store.read() as session:
        model = reading_queries.newest_model(session, brand_id) or ""
        heard = [
            row for row in reading_queries.evidence(session, brand_id, model)
            if row.post.first_seen > since
        ]  # fmt: skip
        fresh = digest_queries.first_listed_since(session, brand_id, since)
        people = candidate_cards(session, brand_id)
        themes = theme_queries.themes(session, brand_id)
        kpis = measurement_queries.newest(session, brand_id)
    new_in_theme = Counter(row.theme_id for row in heard)
    sides = [_side(side, people, fresh) for side in _SIDES]
    voices = sum(person["new"] for side in sides for person in side["everyone"])
    return {
        "name": brand.name,
        "headline": _headline(len(heard), voices),
        "summary": _summary(heard),
        "waiting": _waiting(people),
        "sides": sides,
        "themes": [_theme(theme, new_in_theme[theme.id]) for theme in themes[:THEMES]],
        "kpis": [_kpi(reading) for reading in kpis],
    }


def _headline(posts: int, voices: int) -> str:
    if not posts and not voices:
        return "a quiet day"
    if not voices:
        return f"{posts} new posts, nobody new on the list"
    return f"{voices} new {'voice' if voices == 1 else 'voices'} worth a look"


def _summary(heard: Sequence[reading_queries.Evidence]) -> str:
    if not heard:
        return "Nothing new was said where we listen."
    labels = Counter("unread" if row.reading.abstained else row.reading.label for row in heard)
    people = len({row.post.author_id for row in heard if row.post.author_id})
    unread = labels.pop("unread", 0)
    told = ", ".join(f"{labels[name]} {name}" for name in ("positive", "neutral", "negative"))
    words = f"{len(heard)} new posts by {people} people: {told}."
    return words + (f" {unread} could not be read and count for nothing." if unread else "")


def _waiting(people: Sequence[Mapping[str, Any]]) -> str:
    open_cases = sum(person["state"] == "proposed" for person in people)
    if not open_cases:
        return ""
    return f"{open_cases} {'person waits' if open_cases == 1 else 'people wait'} for your decision."


def _side(side: str, people: Sequence[Mapping[str, Any]], fresh: set[str]) -> dict[str, Any]:
    """The side's most useful people, new ones first."""
    title, mark = _SIDES[side]
    own = [
        {**person, "mark": mark, "new": f"{person['source']}/{person['author']}" in fresh}
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
        "everyone": own,
    }


def _quote(post: Mapping[str, Any]) -> dict[str, Any]:
    told = post["time"]
    return {**post, "time": datetime.fromisoformat(told) if told else None}


def _theme(theme: tables.Theme, fresh: int) -> dict[str, Any]:
    love, hate = (round(100 * count / max(theme.size, 1)) for count in (theme.love, theme.hate))
    return {
        "name": theme.name,
        "size": theme.size,
        "fresh": fresh,
        "love": theme.love,
        "hate": theme.hate,
        "love_share": love,
        "hate_share": hate,
        "rest_share": max(0, 100 - love - hate),
    }


def _kpi(reading: tables.Measurement) -> dict[str, Any]:
    kpi = KPIS[reading.kpi]
    value, low, high = reading.value, reading.low, reading.high
    interval = "–"
    if value is not None and low is not None and high is not None:
        interval = f"{kpi.shown(low)} to {kpi.shown(high)}"
    return {
        "title": kpi.title,
        "value": "too few" if value is None else kpi.shown(value),
        "interval": interval,
        "n": reading.n,
        "note": reading.note,
    }


def _write_whole(path: Path, content: str) -> None:
    """Write a file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(content)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise
