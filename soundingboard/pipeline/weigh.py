"""Step 3: weigh what every author said: lovers, haters, torn and undecided."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.settings import Settings
from models.copies import CopyText, find_copies
from models.evidence import Opinion, StanceParams
from models.rating import from_nps, from_rating
from models.stance import Stance, weigh
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.pipeline.said import own_words
from soundingboard.wiring import Parts
from store import readings as reading_queries
from store import stances as stance_queries
from store.readings import Evidence

HEADLINE_OVERLAP = 0.8
"""A post that repeats this share of a linked page's title says nothing of its own."""
SEVERAL_BRANDS = 0.5
"""What a post weighs that names several brands, read by a model that does not know the target."""


def weigh_brands(parts: Parts, progress: Progress = silent) -> Report:
    """Weigh all that is known of every brand's authors, as of now.

    Counts: authors, love, hate, torn, undecided, copies.
    """
    report = Report("weigh")
    brands = parts.brands()
    for done, brand_id in enumerate(brands.by_id, start=1):
        weighed = weigh_brand(parts, brand_id)
        rows = [_row(stance, brand_id, parts.clock.now()) for stance in weighed.stances.values()]
        with parts.store.write() as session:
            stance_queries.save_stances(session, brand_id, rows)
        report.count("authors", len(rows))
        report.count("copies", len(weighed.copies))
        for row in rows:
            report.count(row["stance"])
        progress("weighing", done, len(brands.by_id))
    return report


@dataclass(frozen=True, slots=True)
class Weighed:
    """The stances of a brand's authors at a moment, with what they rest on.

    evidence : the read posts up to `until`; copies : post id -> the post it repeats
    """

    until: datetime
    params: StanceParams
    stances: dict[int, Stance]
    opinions: Sequence[Opinion]
    evidence: Sequence[Evidence]
    copies: dict[int, int]


def weigh_brand(parts: Parts, brand_id: int, *, until: datetime | None = None) -> Weighed:
    """Weigh the brand's posts up to `until`, as things stood then; keeps nothing.

    until : None = now, or the brand's newest post where that is older: an archive somebody brings
            is weighed as of its last word, or all of it would have faded long ago
    A post whose reader abstained and that bears no stars counts for nothing.
    """
    model = parts.reader.model_id
    with parts.store.read() as session:
        known = list(reading_queries.evidence(session, brand_id, model))
    moment = until or last_word(known, parts.clock.now())
    known = [row for row in known if row.post.at <= moment or until is None]
    copies = find_copies([copy_text(row) for row in known])
    sharp = parts.reader.target_aware
    opinions = [
        opinion(row, copied=(row.post.id or 0) in copies, target_aware=sharp)
        for row in known
        if row.author is not None
    ]
    how = params(parts.settings)
    return Weighed(moment, how, weigh(opinions, moment, how), opinions, known, copies)


def last_word(known: Sequence[Evidence], now: datetime) -> datetime:
    """When the brand was last spoken of, as far as dates were given; `now` at the latest."""
    dated = [row.post.created_at for row in known if row.post.created_at is not None]
    return min(now, max(dated, default=now))


def params(settings: Settings) -> StanceParams:
    """The operator's stance settings as the model takes them."""
    return StanceParams(**settings.stance.model_dump())


def copy_text(row: Evidence) -> CopyText:
    """The post as the search for copies takes it."""
    post = row.post
    return CopyText(post.id or 0, post.author_id or -1, own_words(post), post.url, post.at)


def opinion(row: Evidence, *, copied: bool, target_aware: bool) -> Opinion:
    """What one post says of its author's stance, as the model takes it."""
    post, reading = row.post, row.reading
    negative, neutral, positive = _probabilities(row)
    several = row.mention.others > 0 and not target_aware
    return Opinion(
        post=post.id or 0,
        author=post.author_id or 0,
        site=row.author.site if row.author else "",
        thread=post.thread_key and f"{post.source_id}/{post.thread_key}",
        at=post.at,
        negative=negative,
        neutral=neutral,
        positive=positive,
        eligibility=0.0 if copied or silent_reason(row) else 1.0,
        targeting=SEVERAL_BRANDS if several else 1.0,
        passion=reading.passion,
        idea=reading.idea,
        specificity=reading.specificity,
        civility=reading.civility,
        theme=row.theme_id,
    )


def _probabilities(row: Evidence) -> tuple[float, float, float]:
    """The author's own stars beat any model; a model that abstained says a third each."""
    if row.post.rating is not None:
        return from_rating(row.post.rating)
    if row.post.nps is not None:
        return from_nps(row.post.nps)
    if row.reading.abstained:
        return (1 / 3, 1 / 3, 1 / 3)
    return (row.reading.negative, row.reading.neutral, row.reading.positive)


def silent_reason(row: Evidence) -> str | None:
    """Why a post is no evidence of its author's own opinion; None if it is.

    A repost is reach, an outlet is not a customer, a shared headline is somebody else's sentence.
    """
    post = row.post
    if post.is_repost:
        return "a repost of somebody else's words"
    if post.kind == "article" or (row.author and row.author.is_media):
        return "written by an outlet, not a customer"
    if repeats_headline(post.text, post.link_title):
        return "only repeats the headline it links to"
    if row.reading.abstained and post.rating is None and post.nps is None:
        return f"not read: {row.reading.reason}"
    return None


def repeats_headline(text: str, link_title: str | None) -> bool:
    """Whether nearly all words of a post are those of the page it links to."""
    if not link_title:
        return False
    own, headline = set(_words(text)), set(_words(link_title))
    return bool(own) and len(own & headline) / len(own) >= HEADLINE_OVERLAP


def _words(text: str) -> Iterable[str]:
    return re.findall(r"\w+", re.sub(r"https?://\S+", " ", text).casefold())


def _row(stance: Stance, brand_id: int, now: datetime) -> dict[str, Any]:
    return {
        "author_id": stance.author,
        "brand_id": brand_id,
        "n_posts": stance.n_posts,
        "n_threads": stance.n_threads,
        "mu": stance.mu,
        "sd": stance.sd,
        "low": stance.low,
        "high": stance.high,
        "p_love": stance.p_love,
        "p_hate": stance.p_hate,
        "p_torn": stance.p_torn,
        "stance": stance.stance,
        "passion": stance.passion,
        "constructive": stance.constructive,
        "first_at": stance.first_at,
        "last_at": stance.last_at,
        "weighed_at": now,
    }
