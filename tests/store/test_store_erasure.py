"""Erasure's queries, on both databases: what hangs on an account is found, and goes with it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from community.forgetting.erasure import forget
from store import erasure, tables
from store.posts import Arrival, save_posts
from store.session import Store
from store.sources import add_source
from store.tombstones import Marker, buried

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MARKER = Marker(b"a key for tests")


def person(name: str) -> tables.Author:
    return tables.Author(site="s", key=name, name=name, first_seen=NOW)


def arrival(key: str, text: str, author: tables.Author, **told: Any) -> Arrival:
    post = tables.Post(
        native_key=key,
        key_level="guid",
        kind="post",
        text=text,
        text_sha=f"sha of {text}",
        at=NOW,
        time_quality="missing",
        first_seen=NOW,
        **told,
    )
    return Arrival(post, author, ((1, "named", 0),))


def fill(store: Store) -> tables.Source:
    with store.write() as session:
        session.add(tables.BrandRow(id=1, name="Pellow", created_at=NOW))
        session.flush()
        source = add_source(
            session, tables.Source(kind="feed", address="https://x.example", name="x", added_at=NOW)
        )
        told = [
            arrival("1", "the lid of this carafe leaks every single morning", person("mara_w7")),
            arrival("2", "same here, says @mara_w7", person("ben"), parent_key="1"),
            arrival("3", "The lid of this carafe leaks every single morning!!", person("cem")),
        ]
        save_posts(session, source, told, MARKER)
        return source


def test_the_rows_of_an_account_are_found_by_what_it_is_called(store: Store) -> None:
    fill(store)
    with store.read() as session:
        (mara,) = erasure.same_accounts(session, [person("mara_w7"), person("nobody")])
        (post,) = erasure.posts_of(session, [mara.id or 0])
        assert post.native_key == "1"
        assert len(list(erasure.every_post(session))) == 3
        assert erasure.brands_of(session, [mara.id or 0], [post.id or 0]) == {1}


def test_dropped_posts_are_buried_under_their_source_s_own_name(store: Store) -> None:
    source = fill(store)
    with store.write() as session:
        posts = [p for p in erasure.every_post(session) if p.native_key == "3"]
        erasure.drop_posts(session, MARKER, posts, NOW)
        again = arrival("3", "The lid of this carafe leaks every single morning!!", person("cem"))
        assert save_posts(session, source, [again], MARKER).suppressed == 1


def test_a_source_of_which_nothing_is_left_is_found(store: Store) -> None:
    fill(store)
    with store.write() as session:
        assert erasure.silent_sources(session) == []
        erasure.drop_posts(session, MARKER, list(erasure.every_post(session)), NOW)
        assert [source.name for source in erasure.silent_sources(session)] == ["x"]


def test_forgetting_leaves_marks_and_other_people_s_own_words(store: Store, tmp_path: Path) -> None:
    fill(store)
    report = forget(store, MARKER, [person("mara_w7")], NOW, [tmp_path / "missing"])
    assert (report.accounts, report.posts, report.copies, report.redacted) == (1, 1, 1, 1)
    with store.read() as session:
        (kept,) = erasure.every_post(session)
        assert kept.text == "same here, says [erased]"
        mark = MARKER.account("s", "mara_w7")
        assert buried(session, {mark}, "erased", "do_not_contact") == {mark}
