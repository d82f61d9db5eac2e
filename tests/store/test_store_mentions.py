"""The mentions stream: newest first, page after page, each post once, and only what was asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from config.errors import RuleError
from store import tables
from store.mention_filter import Cursor, MentionFilter, read_cursor
from store.mentions import count, facets, mentioned, mentions
from store.session import Store
from store.upsert import insert_new

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MODEL = "m-2"


def add(session: Session, *rows: Any) -> None:
    for row in rows:
        session.add(row)
        session.flush()


def post(number: int, **told: Any) -> tables.Post:
    row: dict[str, Any] = {
        "source_id": 1, "native_key": str(number), "key_level": "guid", "kind": "post",
        "text": f"lid number {number}", "text_sha": f"sha{number}", "at": NOW, "author_id": 1,
        "time_quality": "given", "first_seen": NOW, "language": "en",
    }  # fmt: skip
    return tables.Post(id=number, **(row | told))


def reading(number: int, label: str | None, model: str = MODEL, **told: Any) -> tables.Reading:
    row: dict[str, Any] = {
        "brand_id": 1, "text_sha": f"sha{number}", "abstained": label is None, "negative": 0.1,
        "neutral": 0.1, "positive": 0.1, "idea": 0.0, "specificity": 0.0, "passion": 0.0,
        "civility": 1.0, "language": "en", "read_at": NOW + timedelta(days=model == MODEL),
    }  # fmt: skip
    return tables.Reading(post_id=number, model=model, label=label, **(row | told))


def person(number: int, **told: Any) -> tables.Author:
    return tables.Author(id=number, site=told.pop("site", "forum"), key=f"p{number}",
                         name=f"p{number}", first_seen=NOW, **told)  # fmt: skip


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    """Seven posts: five of one moment, one older of a bot, one about another brand."""
    with store.write() as session:
        for number in (1, 2):
            add(session, tables.BrandRow(id=number, name=f"b{number}", created_at=NOW))
        add(session, tables.Source(id=1, kind="feed", address="a", name="Gazette", added_at=NOW))
        add(session, person(1), person(2, is_bot=True, site="mastodon"))
        for number in range(1, 6):
            add(session, post(number))
        add(session, post(6, at=NOW - timedelta(days=3), author_id=2, kind="review"),
            post(7, author_id=None))  # fmt: skip
        rows = [{"post_id": n, "brand_id": 2 if n == 7 else 1, "how": "named", "others": 0}
                for n in range(1, 8)]  # fmt: skip
        insert_new(session, tables.Mention, rows, key=("post_id", "brand_id"))
        add(session, reading(1, "positive", idea=0.9), reading(2, "negative"), reading(3, None),
            reading(4, "neutral", text_sha="of an earlier text"), reading(6, "negative"),
            reading(1, "negative", "m-1"), reading(5, "negative", "m-1"))  # fmt: skip
        theme = tables.Theme(id=1, brand_id=1, name="lids", centre=b"", model="m", first_at=NOW,
                             last_at=NOW, fitted_at=NOW)  # fmt: skip
        add(session, theme, tables.Vector(post_id=2, brand_id=1, model="m", text_sha="sha2",
                                          numbers=b"", theme_id=1))  # fmt: skip
        add(session, tables.Stance(author_id=1, brand_id=1, n_posts=5, n_threads=5, mu=0.5, sd=0.1,
                                   low=0.3, high=0.7, p_love=0.9, p_hate=0.0, p_torn=0.1,
                                   stance="love", passion=0.0, constructive=0.0,
                                   weighed_at=NOW))  # fmt: skip
        hidden = tables.ReviewItem(id=1, brand_id=1, kind="post", subject="post:5", post_id=5,
                                   state="decided", decision="hide", opened_at=NOW)  # fmt: skip
        add(session, hidden, tables.Label(post_id=2, brand_id=1, label="neutral",
                                          text_sha="sha2", item_id=1, labelled_by="Ana",
                                          labelled_at=NOW))  # fmt: skip
        yield session


CASES: tuple[tuple[MentionFilter, list[int]], ...] = (
    (MentionFilter(), [5, 4, 3, 2, 1, 6]),
    (MentionFilter(words="lid -3"), [5, 4, 2, 1, 6]),
    (MentionFilter(label="negative"), [2, 6]),
    (MentionFilter(label="abstained"), [3]),
    (MentionFilter(label="unread"), [5, 4]),
    (MentionFilter(site="mastodon"), [6]),
    (MentionFilter(site="Gazette"), []),
    (MentionFilter(source_id=1, kind="review"), [6]),
    (MentionFilter(language="en"), [5, 4, 3, 2, 1, 6]),
    (MentionFilter(language="de"), []),
    (MentionFilter(theme_id=1), [2]),
    (MentionFilter(since=NOW), [5, 4, 3, 2, 1]),
    (MentionFilter(until=NOW), [6]),
    (MentionFilter(author_id=2), [6]),
    (MentionFilter(stance="love"), [5, 4, 3, 2, 1]),
    (MentionFilter(has_idea=True), [1]),
    (MentionFilter(corrected=True), [2]),
    (MentionFilter(corrected=False, has_idea=False), [5, 4, 3, 6]),
    (MentionFilter(hidden=True), [5]),
    (MentionFilter(hidden=False), [4, 3, 2, 1, 6]),
    (MentionFilter(counted=True), [3, 2, 1]),
)


def test_each_filter_leaves_what_it_says(session: Session) -> None:
    for wanted, ids in CASES:
        assert [one.post.id for one in mentions(session, 1, wanted)] == ids, wanted
        assert count(session, 1, wanted) == (len(ids), False)


def test_a_line_tells_all_that_is_known_of_a_post(session: Session) -> None:
    two, one, six = mentioned(session, 1, [1, 6, 2])
    assert (two.theme, two.stance, two.site, two.label) == ("lids", "love", "forum", "neutral")
    assert (two.reading and two.reading.label, two.hidden) == ("negative", False)
    assert (one.label, six.label, six.source.name) == ("positive", "negative", "Gazette")
    (nobody,) = mentions(session, 2, MentionFilter())
    assert (nobody.author, nobody.site, nobody.label) == (None, "Gazette", "unread")
    assert mentioned(session, 2, [1]) == []


def test_pages_show_every_post_once_though_their_times_are_equal(session: Session) -> None:
    for size in (1, 2, 3, 6, 7):
        seen: list[int | None] = []
        before: Cursor | None = None
        while page := mentions(session, 1, MentionFilter(), before=before, limit=size):
            seen += [one.post.id for one in page]
            before = read_cursor(str(page[-1].cursor))
        assert seen == [5, 4, 3, 2, 1, 6]


def test_facets_count_each_value_of_what_matches(session: Session) -> None:
    found = facets(session, 1, MentionFilter(since=NOW))
    told = {name: {one.name: one.count for one in values} for name, values in found.items()}
    assert told == {
        "label": {"unread": 2, "positive": 1, "negative": 1, "abstained": 1},
        "site": {"forum": 5},
        "language": {"en": 5},
        "theme": {"lids": 1},
        "kind": {"post": 5},
    }
    assert not any(one.capped for values in found.values() for one in values)


@pytest.mark.parametrize(
    "text", ["", "_", "x_1", "2026-03-01_1", "2026-03-01T00:00:00+00:00_x", f"{NOW}_{'9' * 30}"]
)
def test_a_place_nobody_wrote_is_told(text: str) -> None:
    with pytest.raises(RuleError):
        read_cursor(text)
