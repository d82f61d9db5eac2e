"""Tallies say what a plain count of the posts would say, whatever came, went or was changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from store import tables
from store.mention_filter import MentionFilter
from store.mentions import count
from store.posts import Arrival, delete_posts, save_posts
from store.readings import save_readings
from store.session import Store
from store.sources import remove_source
from store.tallies import count_days, every_day, series, totals
from store.tally_due import due_days
from store.tombstones import Marker
from tests.store.test_store_mentions import MODEL, reading

START = datetime(2026, 3, 1, tzinfo=UTC)
UNTIL = START + timedelta(days=9)
MARKER = Marker(b"k")
KINDS = ("post", "article")
LABELS = ("negative", "positive", None)


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.write() as session:
        for number in (1, 2):
            session.add(tables.BrandRow(id=number, name=f"b{number}", created_at=START))
        session.flush()
        session.add(tables.Source(id=1, kind="file", address="a", name="shop", added_at=START))
        session.flush()
        yield session


def arrival(key: int, text: str, day: float, **told: Any) -> Arrival:
    author = None
    if key % 3:
        author = tables.Author(site=f"s{key % 2}", key=f"p{key}", name="p", is_bot=key == 4,
                               first_seen=START)  # fmt: skip
    at = START + timedelta(days=day)
    post = tables.Post(native_key=str(key), key_level="guid", kind=told.pop("kind", "review"),
                       text=text, text_sha=f"{key} {text} {day}", at=at, created_at=at,
                       time_quality="given", first_seen=START, **told)  # fmt: skip
    return Arrival(post, author, ((1, "named", 0), (2, "named", 0))[: 1 + key % 2])


def save(session: Session, *arrivals: Arrival) -> None:
    save_posts(session, session.get_one(tables.Source, 1), list(arrivals), MARKER)


def read(session: Session, label: str | None) -> None:
    """Read what is unread as it stands."""
    rows = []
    for mention in session.exec(select(tables.Mention)).all():
        post = session.get_one(tables.Post, mention.post_id)
        row = reading(mention.post_id, label, text_sha=post.text_sha, brand_id=mention.brand_id)
        rows.append(row.model_dump())
    if rows:
        save_readings(session, rows, [])


def recount(session: Session) -> None:
    for brand_id in (1, 2):
        count_days(session, brand_id, due_days(session, brand_id))


def plain(session: Session, brand_id: int) -> Counter[tuple[str, str]]:
    """Read every row and count."""
    found: Counter[tuple[str, str]] = Counter()
    for one in session.exec(select(tables.Reading)).all():
        post = session.get_one(tables.Post, one.post_id)
        author = session.get(tables.Author, post.author_id) if post.author_id else None
        stands = one.brand_id == brand_id and one.model == MODEL and one.text_sha == post.text_sha
        counted = not post.is_repost and post.kind != "article" and not (author and author.is_bot)
        if stands and counted:
            found[post.at.date().isoformat(), one.label or "abstained"] += 1
    return found


def told(session: Session, brand_id: int) -> Counter[tuple[str, str]]:
    found = series(session, brand_id, START - timedelta(days=99), UNTIL)
    return Counter({(day, label): n for label, days in found.items() for day, n in days.items()})


STEP = st.one_of(
    st.tuples(st.just("save"), st.integers(1, 8), st.integers(0, 5), st.sampled_from(("a", "b"))),
    st.tuples(st.just("read"), st.sampled_from(LABELS)),
    st.tuples(st.just("delete"), st.integers(1, 8)),
    st.tuples(st.just("recount")),
)


@settings(
    max_examples=5, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(STEP, min_size=4, max_size=10))
def test_tallies_equal_a_plain_count_after_whatever_happened(
    session: Session, steps: list[tuple[Any, ...]]
) -> None:
    for step in steps:
        match step:
            case ("save", key, day, text):
                kind = KINDS[key == 7] if key > 5 else "review"
                save(session, arrival(key, text, day, kind=kind, is_repost=key == 8))
            case ("read", label):
                read(session, label)
            case ("delete", key):
                delete_posts(session, [p.id or 0 for p in session.exec(
                    select(tables.Post).where(tables.Post.native_key == str(key)))])  # fmt: skip
            case _:
                recount(session)
    recount(session)
    for brand_id in (1, 2):
        assert due_days(session, brand_id) == []
        assert told(session, brand_id) == plain(session, brand_id)


def test_tallies_agree_with_the_stream_and_tell_every_brands_share(session: Session) -> None:
    save(session, *(arrival(key, "a", key / 3) for key in range(1, 9)))
    read(session, "positive")
    recount(session)
    for brand_id in (1, 2):
        number, _ = count(session, brand_id, MentionFilter(counted=True))
        assert totals(session, START, UNTIL)[brand_id] == number
    assert totals(session, START, UNTIL) == {1: 7, 2: 4}
    assert series(session, 1, START, UNTIL, by="site") == {
        "s0": {"2026-03-01": 1, "2026-03-03": 1},
        "s1": {"2026-03-01": 1, "2026-03-02": 1, "2026-03-03": 1},
        "shop": {"2026-03-02": 1, "2026-03-03": 1},
    }
    assert totals(session, START + timedelta(days=1), START + timedelta(days=2)) == {1: 2, 2: 2}


def test_who_turns_out_to_be_a_bot_is_out_when_all_days_are_counted_anew(session: Session) -> None:
    save(session, arrival(1, "a", 0), arrival(2, "a", 1))
    read(session, "positive")
    recount(session)
    session.add(tables.Flag(author_id=1, brand_id=1, kind="bot", strength="strong", excludes=True,
                            evidence="", raised_at=START))  # fmt: skip
    session.flush()
    count_days(session, 1, every_day(session, 1))
    assert told(session, 1) == {("2026-03-02", "positive"): 1}


def test_a_source_that_goes_takes_its_posts_out_of_the_tallies(session: Session) -> None:
    save(session, arrival(1, "a", 0))
    read(session, "positive")
    recount(session)
    remove_source(session, session.get_one(tables.Source, 1))
    recount(session)
    assert told(session, 1) == told(session, 2) == {}
