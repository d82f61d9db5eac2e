"""A line of the mentions stream: what is shown of one post, and what a file of them holds."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from community.moderating.labels import LABELS
from community.moderating.rulings import REASONS
from soundingboard.delivery.rendering import direction
from soundingboard.web.listening.filters import LABEL_WORDS
from soundingboard.web.listening.marking import pieces
from soundingboard.wiring import Parts
from store import tables
from store.committee import all_committees
from store.mention_filter import IDEA, MentionFilter
from store.mentions import Mentioned, mentions
from store.suppression import objecting
from store.tombstones import Marker

QUOTED = 480
"""Characters of a post shown in a list; the whole of it is one click away."""
AT_ONCE = 500
MOST_EXPORTED = 100_000
"""Rows of one file; more is asked for period by period."""
COLUMNS = (
    "number", "at", "site", "source", "author", "label", "corrected_by", "model_label", "negative",
    "neutral", "positive", "idea", "theme", "stance", "language", "kind", "title", "text", "link",
    "rating", "hidden", "may_be_contacted",
)  # fmt: skip


def line_of(
    found: Mentioned, words: str = "", *, brand_id: int = 0, whole: bool = False
) -> dict[str, Any]:
    """What one line shows, for templates; names are masked there.

    words : looked for, to be marked; whole : the full text with its line breaks
    """
    post, reading, author = found.post, found.reading, found.author
    said = reading is not None and not reading.abstained and reading.label is not None
    return {
        "id": post.id,
        "title": pieces(_title(post), words, None if whole else QUOTED),
        "text": pieces(post.text, words, None if whole else QUOTED),
        "direction": direction(f"{post.title or ''} {post.text}"),
        "language": (reading.language if reading else None) or post.language,
        "author_id": author.id if author else None,
        "author": author.name if author else None,
        "site": found.site,
        "at": post.at,
        "kind": post.kind,
        "label": found.label,
        "label_words": LABEL_WORDS[found.label],
        "model_label": reading.label if reading and said else None,
        "sure": getattr(reading, reading.label or "") if reading and said else None,
        "is_read": reading is not None,
        "correction": found.correction,
        "theme_id": found.theme_id,
        "theme": found.theme,
        "idea": reading is not None and reading.idea >= IDEA,
        "stance": found.stance,
        "hidden": found.hidden,
        "url": post.url,
        "rating": post.rating,
        "own": found.source.about_id == brand_id,
        "cursor": found.cursor,
    }


def _title(post: tables.Post) -> str:
    """The title, unless the text begins with it anyway."""
    title = " ".join((post.title or "").split())
    return "" if " ".join(post.text[: 2 * len(title) + 1].split()).startswith(title) else title


def lines_of(found: Sequence[Mentioned], brand_id: int, words: str = "") -> list[dict[str, Any]]:
    """`line_of` of several posts."""
    return [line_of(one, words, brand_id=brand_id) for one in found]


def to_show(session: Session, marker: Marker, found: Sequence[Mentioned]) -> list[Mentioned]:
    """Those of the posts that may be held up as an example.

    People who asked not to be contacted are counted and stand in the stream, but nobody holds
    their words up.
    """
    silent = objecting(session, marker, [one.author for one in found if one.author])
    return [one for one in found if one.post.author_id not in silent]


def acts_of(session: Session, brand_id: int) -> dict[str, Any]:
    """What may be done with a post: the labels and reasons of a correction, open committees."""
    return {
        "labels": LABELS,
        "reasons": REASONS["reading"],
        "committees": [one for one in all_committees(session, brand_id) if one.closed_at is None],
    }


def exported_lines(
    parts: Parts, brand_id: int, wanted: MentionFilter
) -> Iterator[Mapping[str, Any]]:
    """One row a post with COLUMNS, newest first; names bare of @, objection always there."""
    before, left = None, MOST_EXPORTED
    while left > 0:
        with parts.store.read() as session:
            found = mentions(session, brand_id, wanted, before=before, limit=min(AT_ONCE, left))
            silent = objecting(session, parts.marker, [one.author for one in found if one.author])
        yield from (_row(one, silent) for one in found)
        if len(found) < AT_ONCE:
            return
        before, left = found[-1].cursor, left - len(found)


def _row(found: Mentioned, silent: set[int | None]) -> dict[str, Any]:
    post, reading = found.post, found.reading
    said = reading if reading is not None and not reading.abstained else None
    return {
        "number": post.id,
        "at": post.at,
        "site": found.site,
        "source": found.source.name,
        "author": found.author.name.lstrip("@") if found.author else None,
        "label": found.label,
        "corrected_by": found.correction.labelled_by if found.correction else None,
        "model_label": said.label if said else None,
        **{name: round(getattr(said, name), 4) if said else None for name in LABELS},
        "idea": round(said.idea, 4) if said else None,
        "theme": found.theme,
        "stance": found.stance,
        "language": (reading.language if reading else None) or post.language,
        "kind": post.kind,
        "title": post.title,
        "text": post.text,
        "link": post.url,
        "rating": post.rating,
        "hidden": found.hidden,
        "may_be_contacted": post.author_id not in silent if post.author_id else None,
    }


def theme_names(rows: Sequence[tables.Theme]) -> dict[int | None, str]:
    """What themes are called, by number."""
    return {theme.id: theme.name for theme in rows}
