"""Posts come in once each, however often they are told."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from store import tables
from store.posts import Arrival, Saved, count_posts, save_posts
from store.session import Store
from store.tombstones import Marker, bury

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)
MARKER = Marker(b"a key for tests")


def arrival(
    key: str,
    text: str = "my Pellow folds in ten seconds",
    *,
    author: str | None = "anna",
    deleted: bool = False,
    likes: int | None = None,
    brand: int = 1,
) -> Arrival:
    return Arrival(
        post=tables.Post(
            native_key=key,
            key_level="guid",
            kind="post",
            text=text,
            text_sha=hashlib.sha256(text.encode()).hexdigest(),
            at=NOW,
            time_quality="given",
            likes=likes,
            first_seen=NOW,
        ),
        author=tables.Author(site="forum", key=author, name=author, first_seen=NOW)
        if author
        else None,
        mentions=((brand, "named", 0),),
        deleted=deleted,
    )


@pytest.fixture
def source(store: Store) -> tables.Source:
    made = tables.Source(kind="feed", address="https://a.example/f", name="a", added_at=NOW)
    with store.write() as session:
        session.add(tables.BrandRow(name="Pellow", created_at=NOW))
        session.add(made)
    return made


def save(store: Store, source: tables.Source, *arrivals: Arrival) -> Saved:
    with store.write() as session:
        row = session.get_one(tables.Source, source.id)
        return save_posts(session, row, arrivals, MARKER)


def test_the_second_time_changes_nothing(store: Store, source: tables.Source) -> None:
    first = save(store, source, arrival("1"), arrival("2", author="ben"))
    second = save(store, source, arrival("1"), arrival("2", author="ben"))
    assert (first.added, first.unchanged) == (2, 0)
    assert (second.added, second.updated, second.unchanged) == (0, 0, 2)
    with store.read() as session:
        assert count_posts(session) == 2
        assert len(session.exec(select(tables.Mention)).all()) == 2


def test_an_edit_is_taken_over_and_its_date_stays(store: Store, source: tables.Source) -> None:
    save(store, source, arrival("1", "it folds"))
    edited = arrival("1", "it does not fold any more")
    edited.post.at = NOW + timedelta(days=3)
    saved = save(store, source, edited)
    with store.read() as session:
        post = session.exec(select(tables.Post)).one()
    assert saved.updated == 1
    assert post.text == "it does not fold any more"
    assert post.at == NOW


def test_more_likes_are_no_edit(store: Store, source: tables.Source) -> None:
    save(store, source, arrival("1", likes=1))
    saved = save(store, source, arrival("1", likes=-3))
    with store.read() as session:
        assert session.exec(select(tables.Post)).one().likes == -3
    assert (saved.updated, saved.unchanged) == (0, 1)


def test_a_deleted_post_goes_with_its_author_and_never_comes_back(
    store: Store, source: tables.Source
) -> None:
    save(store, source, arrival("1"), arrival("2", author="ben"))
    gone = save(store, source, arrival("1", "", deleted=True))
    back = save(store, source, arrival("1"))
    with store.read() as session:
        names = [author.name for author in session.exec(select(tables.Author))]
    assert (gone.removed, back.added, back.suppressed) == (1, 0, 1)
    assert names == ["ben"]


def test_an_erased_account_does_not_come_back(store: Store, source: tables.Source) -> None:
    with store.write() as session:
        bury(session, {MARKER.account("forum", "anna")}, "erased", NOW)
    saved = save(store, source, arrival("1"), arrival("2", author="ben"))
    assert (saved.added, saved.suppressed) == (1, 1)


def test_one_answer_that_tells_a_post_twice_adds_it_once(
    store: Store, source: tables.Source
) -> None:
    saved = save(store, source, arrival("1", "first"), arrival("1", "second"))
    assert (saved.added, saved.unchanged) == (1, 1)


def test_the_same_key_in_two_sources_is_two_posts(store: Store, source: tables.Source) -> None:
    other = tables.Source(kind="feed", address="https://b.example/f", name="b", added_at=NOW)
    with store.write() as session:
        session.add(other)
    save(store, source, arrival("1"))
    assert save(store, other, arrival("1")).added == 1
    with store.read() as session:
        assert len(session.exec(select(tables.Author)).all()) == 1


def test_thousands_come_in_at_once(store: Store, source: tables.Source) -> None:
    many = [arrival(str(n), f"post {n}", author=f"author {n % 700}") for n in range(2500)]
    assert save(store, source, *many).added == 2500
    assert save(store, source, *many).unchanged == 2500


operations = st.lists(
    st.tuples(
        st.sampled_from("abcd"),
        st.sampled_from(["one", "two"]),
        st.booleans(),
        st.sampled_from("xy"),
    ),
    max_size=12,
)


@given(operations)
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_history_saved_again_changes_nothing(
    store: Store, source: tables.Source, history: list[tuple[str, str, bool, str]]
) -> None:
    told = [arrival(k, text, deleted=gone, author=who) for k, text, gone, who in history]
    last = {one.post.native_key: one for one in told}
    for one in told:
        save(store, source, one)
    again = save(store, source, *last.values())
    assert again.added == 0
    assert again.updated == 0 or any(one.deleted for one in told)
    with store.read() as session:
        keys = [post.native_key for post in session.exec(select(tables.Post))]
    assert len(keys) == len(set(keys))
