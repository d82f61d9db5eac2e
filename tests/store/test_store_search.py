"""Plain words find the posts that hold them, whatever was typed and whatever happened to them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, select

from store import tables
from store.search import matches, parse, terms
from store.session import Store, open_store

NOW = datetime(2026, 3, 1, tzinfo=UTC)
WORDS = ("lid", "leaks", "kettle", "near", "and", "or", "not", "c", "it", "s", "100", "teapot")
HOSTILE = (
    '"', '""', '"a', "a\"b", "C++", "it's", "a:b", "AND", "OR OR", "NEAR(a b, 3)", "NOT", "(",
    ")))", "{text}: a", "title : lid", "^lid", "*", "**", "-", "--", "-\"", "%", "_",
    "\\", "';--", "\x00",
    "a\x00b", "\ud800", "\U0001f621", "\u200f\u202e", "lid*lid", "-*",
    "e\u0301", "\ufdfa", "あ", "-い*",
    "a" * 10_000, "a " * 5_000, '"' * 501, "-a " * 300, "電" * 600,
)  # fmt: skip


def save(session: Session, number: int, text: str, title: str | None = None) -> tables.Post:
    post = tables.Post(id=number, source_id=1, native_key=str(number), key_level="guid",
                       kind="post", text=text, title=title, text_sha=text[:9], at=NOW,
                       time_quality="given", first_seen=NOW)  # fmt: skip
    session.add(post)
    session.flush()
    return post


def empty(session: Session) -> None:
    for source in session.exec(select(tables.Source)):
        session.delete(source)
    session.flush()
    session.add(tables.Source(id=1, kind="feed", address="a", name="a", added_at=NOW))
    session.flush()


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.write() as session:
        empty(session)
        yield session


def found(session: Session, words: str) -> list[int | None]:
    condition = matches(session, words)
    query = select(tables.Post.id).order_by(tables.Post.id)  # type: ignore[arg-type]
    return list(session.exec(query if condition is None else query.where(condition)))


def test_all_words_occur_a_phrase_stays_together_and_a_dash_excludes(session: Session) -> None:
    save(session, 1, "The lid of my kettle leaks")
    save(session, 2, "A kettle, and no lid", title="On tea")
    save(session, 3, "Kettles of C++ programmers", title="Lids")
    assert found(session, "kettle LID") == [1, 2]
    assert found(session, '"no lid"') == [2]
    assert found(session, "“my kettle”") == [1]
    assert found(session, "kettle -leaks") == [2]
    assert found(session, "kett*") == [1, 2, 3]
    assert found(session, "-kett*") == []
    assert found(session, "tea") == [2]
    assert found(session, "C++") == [3]
    assert found(session, "lids or") == []
    assert found(session, "  ") == [1, 2, 3]


def test_scripts_without_spaces_are_found_by_any_piece(session: Session) -> None:
    save(session, 1, "このケトルの電池がすぐ切れる")
    save(session, 2, "蓋は良いが、音", title="電池の話")
    save(session, 3, "배터리가 금방 닳아요")
    save(session, 4, "ฝาหม้อรั่วทุกเช้า")
    save(session, 5, "the battery of 電 co")
    assert found(session, "電池") == [1, 2]
    assert found(session, "電") == [1, 2, 5]
    assert found(session, "すぐ切れる 電池") == [1]
    assert found(session, "音") == [2]
    assert found(session, "배터리") == [3]
    assert found(session, "รั่ว") == [4]
    assert found(session, "battery 電") == [5]
    assert found(session, "-電池 -배터리") == [4, 5]


def test_signs_are_found_as_they_are(session: Session) -> None:
    save(session, 1, "my lid \U0001f621")
    save(session, 2, "100 % happy_customer")
    assert found(session, "\U0001f621") == [1]
    assert found(session, "%") == [2]
    assert found(session, "lid -\U0001f621") == []
    assert terms('lid "a b" -no tea*') == ("lid", "a b", "tea")


def test_what_is_edited_or_deleted_is_found_no_more(session: Session) -> None:
    post = save(session, 1, "leaking 電池", title="first")
    save(session, 2, "other")
    post.text, post.title = "dry 蓋", None
    session.flush()
    assert [found(session, word) for word in ("leaking", "first", "電池")] == [[], [], []]
    assert [found(session, word) for word in ("dry", "蓋")] == [[1], [1]]
    post.likes = 5
    session.flush()
    assert found(session, "dry") == [1]
    session.delete(session.get_one(tables.Source, 1))
    session.flush()
    assert [found(session, word) for word in ("dry", "蓋", "other")] == [[], [], []]


def test_nothing_anybody_types_is_an_error(session: Session) -> None:
    save(session, 1, "The lid of my kettle leaks")
    for words in HOSTILE:
        found(session, words)
        found(session, f"lid {words}")
        found(session, f'-"{words}" lid')


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(words=st.text(max_size=40))
def test_no_text_is_an_error(session: Session, words: str) -> None:
    assert len(parse(words)) <= 20
    found(session, words)


def test_a_deleted_word_leaves_the_file_when_the_day_is_settled(tmp_path: Path) -> None:
    store = open_store(f"sqlite:///{tmp_path / 'test.db'}")
    with store.write() as session:
        empty(session)
    for number, word in enumerate(("before", "Zyxwvut 電池蓋音", "behind"), start=1):
        with store.write() as session:
            save(session, number, word)
    with store.write() as session:
        session.delete(session.get_one(tables.Post, 2))
    store.settle()
    store.settle()
    with store.engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        assert raw is not None
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with store.read() as session:
        assert found(session, "be*") == [1, 3]
    store.close()
    held = (tmp_path / "test.db").read_bytes()
    assert not [word for word in ("zyxwvut", "Zyxwvut", "電池蓋") if word.encode() in held]


def holds(text: str, asked: str) -> bool:
    """The plain way: every word is there, no excluded one, a start of some word for a star."""
    here = re.findall(r"[a-z0-9]+", text.casefold())
    for word in asked.split():
        bare = word.lstrip("-").rstrip("*")
        there = any(w.startswith(bare) if word.endswith("*") else w == bare for w in here)
        if there == word.startswith("-"):
            return False
    return True


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    texts=st.lists(
        st.lists(st.sampled_from(WORDS), min_size=1, max_size=5), min_size=1, max_size=6
    ),
    asked=st.lists(
        st.builds("{}{}{}".format, st.sampled_from(("", "", "-")), st.sampled_from(WORDS),
                  st.sampled_from(("", "", "*"))), min_size=1, max_size=3),
)  # fmt: skip
def test_words_are_found_as_a_plain_look_would_find_them(
    session: Session, texts: list[list[str]], asked: list[str]
) -> None:
    empty(session)
    told = {n: ", ".join(words) for n, words in enumerate(texts, start=1)}
    for number, text in told.items():
        save(session, number, text)
    words = " ".join(asked)
    assert found(session, words) == [n for n, text in told.items() if holds(text, words)]
