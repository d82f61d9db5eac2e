"""Labels: readings that people corrected, and blind samples by which a model is measured."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session

from community.history import named
from config.errors import NotFoundError, RuleError
from store import labels as label_queries
from store import tables
from store.readings import newest_model

LABELS = ("negative", "neutral", "positive")
MODEL_RIGHT = "model_right"
SIZE = 50
SEED = 1
_COLUMNS = ("post_id", "brand_id", "label", "sampled", "text_sha", "item_id", "labelled_by")


def week_of(moment: datetime) -> datetime:
    """The Monday, 00:00 UTC, of the week a moment is in.

    >>> week_of(datetime(2026, 3, 1, 12, tzinfo=UTC)).date().isoformat()
    '2026-02-23'
    """
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def blind_sample(
    session: Session, brand_id: int, week: datetime, *, size: int = SIZE, seed: int = SEED
) -> list[tables.Post]:
    """Posts of a week drawn at random, to be labelled without seeing what the model says.

        the `size` posts with the lowest sha256(seed, week, post)

    The same seed draws the same posts, in any order and whenever it is asked; a post that comes in
    late joins without redrawing the others. Also those the model abstained on, those that were
    corrected before, and those somebody labelled: leaving any out would make the model look better
    or worse than it is. Order is that of the draw.
    """
    monday = week_of(week)
    found = label_queries.own_words_between(session, brand_id, monday, monday + timedelta(days=7))
    drawn = sorted(found, key=lambda number: _lot(seed, monday, number))[:size]
    return label_queries.posts_by_id(session, drawn)


def label_blind(
    session: Session,
    brand_id: int,
    post_id: int,
    label: str,
    by: str,
    now: datetime,
    *,
    size: int = SIZE,
    seed: int = SEED,
) -> tables.Post:
    """Keep what a person says of a post of its week's blind sample; again replaces it.

    Raises NotFoundError for an unknown post, RuleError for a label that is none, or a post that
    was not drawn: one chosen by hand would measure what catches the eye.
    """
    who = named(by)
    if label not in LABELS:
        raise RuleError(f"{label!r} is no label.", mend=f"Choose one of: {', '.join(LABELS)}.")
    post = known_post(session, post_id)
    drawn = blind_sample(session, brand_id, post.at, size=size, seed=seed)
    if post_id not in {one.id for one in drawn}:
        raise RuleError(
            f"Post {post_id} is not in its week's blind sample.",
            mend="Label those of: soundingboard moderation sample; if a reading is wrong: "
            f"soundingboard moderation report reading {post_id}",
        )
    _save(session, post, brand_id, label, who, now, sampled=True, item_id=None)
    return post


def take_back_blind(
    session: Session, brand_id: int, post_id: int, by: str, now: datetime, *, before: str = ""
) -> None:
    """Let a person's blind label be what it was `before`; empty = they had said nothing yet.

    Raises RuleError if they have no blind label of that post.
    """
    who = named(by)
    own = label_queries.labels_of(session, post_id, brand_id, by=who)
    blind = [one for one in own if one.sampled]
    if not blind:
        raise RuleError("You have no blind label of that post, so there is none to take back.")
    if before in LABELS:
        post = known_post(session, post_id)
        _save(session, post, brand_id, before, who, now, sampled=True, item_id=None)
    else:
        label_queries.drop_labels(session, [blind[0].id])


def refuse_correction(session: Session, item: tables.ReviewItem, decision: str, who: str) -> None:
    """Raise RuleError where a decision on a reading cannot become this person's label."""
    label = _label_of(session, item, decision)
    blind = [
        one
        for one in label_queries.labels_of(session, item.post_id or 0, item.brand_id, by=who)
        if one.sampled
    ]
    if blind and blind[0].label != label:
        raise RuleError(
            f"You labelled this post {blind[0].label} before you saw the reading, and that "
            "measures the model.",
            mend="Let a colleague decide.",
        )


def correct(
    session: Session, item: tables.ReviewItem, decision: str, who: str, now: datetime
) -> None:
    """Make a decision on a reading a label; what the item said before is withdrawn."""
    post = known_post(session, item.post_id or 0)
    label = _label_of(session, item, decision)
    before = label_queries.labels_by_item(session, item.id or 0)
    label_queries.drop_labels(session, [one.id for one in before])
    blind = label_queries.labels_of(session, post.id or 0, item.brand_id, by=who)
    if not any(one.sampled for one in blind):
        _save(session, post, item.brand_id, label, who, now, sampled=False, item_id=item.id)


def snapshot(session: Session, item: tables.ReviewItem, who: str) -> list[dict[str, Any]]:
    """The labels that deciding the item is about to replace."""
    rows = {one.id: one for one in label_queries.labels_by_item(session, item.id or 0)}
    own = label_queries.labels_of(session, item.post_id or 0, item.brand_id, by=who)
    rows |= {one.id: one for one in own}
    return [
        {name: getattr(one, name) for name in _COLUMNS}
        | {"labelled_at": one.labelled_at.isoformat()}
        for one in rows.values()
    ]


def restore(session: Session, item: tables.ReviewItem, rows: Sequence[dict[str, Any]]) -> None:
    """Put back what `snapshot` kept, but for what its author labelled anew in between."""
    made = label_queries.labels_by_item(session, item.id or 0)
    label_queries.drop_labels(session, [one.id for one in made])
    for row in rows:
        key = (row["post_id"], row["brand_id"])
        if not label_queries.labels_of(session, *key, by=row["labelled_by"]):
            at = datetime.fromisoformat(row["labelled_at"])
            label_queries.save_label(session, {**row, "labelled_at": at})


def rows_for_export(session: Session, brand: tables.BrandRow) -> Iterator[dict[str, Any]]:
    """Every label as a plain row, oldest first: examples to learn from, and what was measured.

    text is None where the post was edited after it was labelled.
    """
    model = newest_model(session, brand.id or 0)
    for label, post, reading in label_queries.labelled(session, brand.id or 0, model):
        same = label.text_sha == post.text_sha
        yield {
            "post": post.id,
            "brand": brand.name,
            "text": post.text if same else None,
            "title": post.title if same else None,
            "language": reading.language if reading else post.language,
            "url": post.url,
            "label": label.label,
            "blind": label.sampled,
            "model": model if reading else None,
            "model_label": reading.label if reading else None,
            "labelled_by": label.labelled_by,
            "labelled_at": label.labelled_at,
        }


def known_post(session: Session, post_id: int) -> tables.Post:
    """The post of that number. Raises NotFoundError."""
    post = label_queries.get_post(session, post_id)
    if post is None:
        raise NotFoundError(f"There is no post {post_id}.", mend="It may have been deleted.")
    return post


def _label_of(session: Session, item: tables.ReviewItem, decision: str) -> str:
    if decision != MODEL_RIGHT:
        return decision
    post = known_post(session, item.post_id or 0)
    model = newest_model(session, item.brand_id)
    reading = label_queries.get_reading(session, post, item.brand_id, model)
    if reading is None or reading.abstained or reading.label is None:
        raise RuleError(
            "The model says nothing of this post, so it cannot be right.",
            mend=f"Say what it is: {', '.join(LABELS)}.",
        )
    return reading.label


def _save(
    session: Session,
    post: tables.Post,
    brand_id: int,
    label: str,
    by: str,
    now: datetime,
    *,
    sampled: bool,
    item_id: int | None,
) -> None:
    row = {
        "post_id": post.id,
        "brand_id": brand_id,
        "label": label,
        "sampled": sampled,
        "text_sha": post.text_sha,
        "item_id": item_id,
        "labelled_by": by,
        "labelled_at": now,
    }
    label_queries.save_label(session, row)


def _lot(seed: int, week: datetime, post_id: int) -> bytes:
    return hashlib.sha256(f"{seed}/{week.date().isoformat()}/{post_id}".encode()).digest()
