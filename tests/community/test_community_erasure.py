"""Erasure: afterwards not one byte of the person is left, and nothing brings them back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from community.candidates import contact, recruiting
from community.forgetting.erasure import Erasure, forget
from config.errors import RuleError, StoreError
from store import candidates, erasure, tables
from store.posts import Arrival, save_posts
from store.session import Store
from store.sources import add_source
from store.tombstones import Marker, buried

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
MARKER = Marker(b"a key for tests")
SENTINEL = "Zyxwvut sentinel: the lid of my carafe leaks on every single morning!"
HANDLE = "marawinters"


def mara(**told: Any) -> tables.Author:
    basics = {"site": "a.example", "key": HANDLE, "name": f"@{HANDLE}", "first_seen": NOW}
    return tables.Author(**(basics | told))


def person(name: str, **told: Any) -> tables.Author:
    return tables.Author(site="a.example", key=name, name=name, first_seen=NOW, **told)


def arrival(key: str, text: str, author: tables.Author | None, **told: Any) -> Arrival:
    sha = hashlib.sha256(repr((text, sorted(told.items()))).encode()).hexdigest()
    post = tables.Post(
        native_key=key,
        key_level="guid",
        kind="post",
        text=text,
        text_sha=sha,
        at=NOW,
        created_at=NOW,
        time_quality="given",
        first_seen=NOW,
        **told,
    )
    return Arrival(post, author, ((1, "named", 0),))


def heard() -> list[Arrival]:
    """What a source tells, freshly made each time it is asked."""
    ana = person("ana", bio=f"friend of @{HANDLE} and of coffee")
    return [
        arrival("m1", SENTINEL, mara(), url=f"https://a.example/@{HANDLE}/1"),
        arrival("m2", "short one", mara(), title="Another long title that only Mara ever wrote"),
        arrival("a1", f"RT @{HANDLE}: Zyxwvut sentinel: the lid", person("ana"), is_repost=True),
        arrival("a2", SENTINEL.upper(), person("copycat")),
        arrival(
            "a3",
            f"I agree with @{HANDLE}, {HANDLE}'s lid and mine both leak",
            ana,
            quoted=SENTINEL[:50],
            parent_key="m1",
            thread_key=f"https://a.example/@{HANDLE}/1",
        ),
        arrival("a4", f'She wrote "{SENTINEL}" and I can only nod', person("ben")),
        arrival("a5", "A calm morning with my carafe", person("cem"), thread_key="t5"),
    ]


def fill(store: Store) -> tables.Source:
    with store.write() as session:
        session.add(tables.BrandRow(id=1, name="Pellow", created_at=NOW))
        session.flush()
        source = add_source(
            session, tables.Source(kind="feed", address="https://a.example", name="a", added_at=NOW)
        )
        save_posts(session, source, heard(), MARKER)
    return source


def deepen(store: Store, folder: Path) -> dict[str, int]:
    """Readings, a theme, candidates, flags, a slate and a digest around those posts."""
    page, letter = folder / "2026-03-01.html", folder / "2026-03-01.txt"
    page.write_text(f"<p>The lid of my carafe &amp; more, says {HANDLE.upper()}</p>")
    letter.write_text("nothing of note")
    with store.write() as session:
        ids = {a.name.strip("@"): a.id or 0 for a in _all(session)}
        posts = {p.native_key: p.id or 0 for p in erasure.every_post(session)}
        for name, author_id in ids.items():
            session.add(
                tables.Candidate(
                    author_id=author_id, brand_id=1, side="hate", listed=True, utility=0.5,
                    evidence=sorted(posts.values()), updated_at=NOW,
                )
            )  # fmt: skip
            session.add(
                tables.Flag(
                    author_id=author_id, brand_id=1, kind="coordinated", strength="weak",
                    excludes=False, evidence=f'same as "@{HANDLE}" ({name})', raised_at=NOW,
                )
            )  # fmt: skip
        session.add(
            tables.Theme(
                brand_id=1, name=f"lid · {HANDLE} · carafe", terms=["lid", HANDLE, "carafe"],
                posts=sorted(posts.values()), centre=b"", model="m", first_at=NOW, last_at=NOW,
                fitted_at=NOW,
            )
        )  # fmt: skip
        for key in ("m1", "a5"):
            session.add(
                tables.Reading(
                    post_id=posts[key], brand_id=1, model="m", text_sha="s", abstained=False,
                    negative=1.0, neutral=0.0, positive=0.0, label="negative", idea=0.0,
                    specificity=0.0, passion=0.0, civility=1.0, read_at=NOW,
                )
            )  # fmt: skip
        session.add(tables.Slate(brand_id=1, seats=2, made_at=NOW, result={"seats": [HANDLE]}))
        session.add(
            tables.Digest(
                day="2026-03-01", zone="UTC", since=NOW, until=NOW,
                html_path=str(page), text_path=str(letter),
            )
        )  # fmt: skip
        session.flush()
        ben = next(c for c in _candidates(session) if c.author_id == ids["ben"])
        recruiting.add_note(session, ben, "Ana", NOW, note=f"knows @{HANDLE} well")
    return ids


def _all(session: Session) -> Sequence[tables.Author]:
    return [a for i in range(1, 20) if (a := session.get(tables.Author, i))]


def _candidates(session: Session) -> list[tables.Candidate]:
    return [c for i in range(1, 20) if (c := session.get(tables.Candidate, i))]


def everything_on_disk(store: Store) -> bytes:
    path = Path(store.engine.url.database or "")
    return b"".join(each.read_bytes() for each in sorted(path.parent.iterdir()) if each.is_file())


def traces_in(content: bytes) -> list[bytes]:
    sought = [HANDLE.encode(), b"Zyxwvut", b"zyxwvut", b"ZYXWVUT", b"that only Mara ever wrote"]
    return [each for each in sought if each in content]


def erased(store: Store, files: Sequence[Path] = ()) -> Erasure:
    with store.read() as session:
        found = candidates.find_authors(session, HANDLE)
    return forget(store, MARKER, found, NOW, files)


def test_not_one_byte_of_a_person_is_left_on_the_disk(store: Store, tmp_path: Path) -> None:
    fill(store)
    deepen(store, tmp_path)
    export = tmp_path / "list.json"
    export.write_text(f'{{"quote": "{SENTINEL}", "author": "\\u006d{HANDLE[1:]}"}}')
    unrelated = tmp_path / "other.csv"
    unrelated.write_text("nobody,nothing")
    assert len(traces_in(everything_on_disk(store))) > 2
    report = erased(store, [export, unrelated, tmp_path / "missing.csv"])
    assert traces_in(everything_on_disk(store)) == []
    assert (report.accounts, report.posts, report.copies, report.readings) == (1, 2, 2, 1)
    assert (report.themes, report.digests) == (1, 1)
    assert {path.name for path in report.files} == {
        "list.json",
        "2026-03-01.html",
        "2026-03-01.txt",
    }
    assert unrelated.exists()


def test_what_others_said_stays_without_the_name(store: Store, tmp_path: Path) -> None:
    fill(store)
    deepen(store, tmp_path)
    erased(store)
    with store.read() as session:
        kept = {post.native_key: post for post in erasure.every_post(session)}
        assert set(kept) == {"a3", "a4", "a5"}
        assert kept["a3"].text == "I agree with [erased], [erased]'s lid and mine both leak"
        assert kept["a3"].quoted == "[erased]"
        assert kept["a4"].text.startswith('She wrote "[erased]')
        assert kept["a5"].text == "A calm morning with my carafe"
        (theme,) = erasure.all_rows(session, tables.Theme)
        assert (theme.name, theme.terms) == ("lid · carafe", ["lid", "carafe"])
        ids = {post.id for post in kept.values()}
        assert set(theme.posts) == ids
        assert all(set(c.evidence) <= ids for c in _candidates(session))
        assert candidates.newest_slate(session, 1) is None


def test_meeting_the_same_posts_again_brings_nothing_back(store: Store, tmp_path: Path) -> None:
    source = fill(store)
    deepen(store, tmp_path)
    erased(store)
    with store.write() as session:
        told = [a for a in heard() if a.post.native_key != "a3"]
        saved = save_posts(session, source, told, MARKER)
    assert (saved.added, saved.updated, saved.suppressed) == (0, 0, 4)
    with store.write() as session:
        a3 = next(a for a in heard() if a.post.native_key == "a3")
        silent = Arrival(a3.post, person("ana"), a3.mentions)
        assert save_posts(session, source, [silent], MARKER).unchanged == 1
        # new words of theirs, under a key nobody met before
        fresh = save_posts(session, source, [arrival("m9", "new words", mara())], MARKER)
        assert (fresh.added, fresh.suppressed) == (0, 1)
    store.scour()
    assert traces_in(everything_on_disk(store)) == []


def test_only_keyed_marks_stay_and_forbid_contact(store: Store, tmp_path: Path) -> None:
    fill(store)
    erased(store)
    with store.read() as session:
        mark = MARKER.account("a.example", HANDLE)
        assert buried(session, {mark}, "erased") == {mark}
        assert contact.is_forbidden(session, MARKER, mara())
        assert not contact.is_forbidden(session, MARKER, person("ben"))


def test_forgetting_twice_changes_nothing_more(store: Store, tmp_path: Path) -> None:
    fill(store)
    erased(store)
    again = forget(store, MARKER, [mara()], NOW, [])
    assert (again.accounts, again.posts, again.copies, again.redacted) == (0, 0, 0, 0)


def test_an_account_never_seen_can_be_forgotten_in_advance(store: Store) -> None:
    source = fill(store)
    forget(store, MARKER, [person("latecomer")], NOW, [])
    with store.write() as session:
        saved = save_posts(session, source, [arrival("l1", "hi", person("latecomer"))], MARKER)
        assert saved.suppressed == 1


def test_an_ordinary_word_is_replaced_only_where_it_is_a_name(store: Store) -> None:
    with store.write() as session:
        session.add(tables.BrandRow(id=1, name="Pellow", created_at=NOW))
        source = add_source(
            session, tables.Source(kind="feed", address="https://a.example", name="a", added_at=NOW)
        )
        told = [arrival("s0", "mine is the best machine of them all", person("sunshine"))]
        told += [arrival(f"s{n}", f"sunshine and coffee {n}", person(f"p{n}")) for n in (1, 2, 3)]
        told += [arrival("s4", "thank you @Sunshine, and u/sunshine", person("p4"))]
        save_posts(session, source, told, MARKER)
    forget(store, MARKER, [person("sunshine")], NOW, [])
    with store.read() as session:
        texts = [post.text for post in erasure.every_post(session)]
    assert texts == [f"sunshine and coffee {n}" for n in (1, 2, 3)] + [
        "thank you [erased], and [erased]"
    ]


@pytest.mark.parametrize("text", ["marawintersfan", "@marawinters2 said", "xmarawinters"])
def test_a_longer_name_is_somebody_else(store: Store, text: str) -> None:
    source = fill(store)
    with store.write() as session:
        save_posts(session, source, [arrival("x", text, person("dan"))], MARKER)
    erased(store)
    with store.read() as session:
        assert text in [post.text for post in erasure.every_post(session)]


def test_a_source_that_was_theirs_alone_is_no_longer_asked(store: Store) -> None:
    with store.write() as session:
        session.add(tables.BrandRow(id=1, name="Pellow", created_at=NOW))
        address = f"https://a.example/@{HANDLE}.rss"
        source = add_source(
            session, tables.Source(kind="feed", address=address, name="hers", added_at=NOW)
        )
        save_posts(session, source, [arrival("m1", SENTINEL, mara())], MARKER)
    assert erased(store).sources == 1
    assert traces_in(everything_on_disk(store)) == []


def test_a_file_that_cannot_go_stops_before_the_database(store: Store, tmp_path: Path) -> None:
    fill(store)
    locked = tmp_path / "kept"
    locked.mkdir()
    (locked / "list.csv").write_text(SENTINEL)

    class Stuck(type(tmp_path)):  # type: ignore[misc]
        def unlink(self, missing_ok: bool = False) -> None:
            raise PermissionError(13, "Permission denied")

    with pytest.raises(StoreError, match="cannot be deleted"):
        erased(store, [Stuck(locked / "list.csv")])
    with store.read() as session:
        assert len(list(erasure.every_post(session))) == 7


def test_two_sources_may_number_their_posts_alike(store: Store) -> None:
    source = fill(store)
    with store.write() as session:
        other = add_source(
            session, tables.Source(kind="feed", address="https://b.example", name="b", added_at=NOW)
        )
        reply = arrival("b1", "what a nice day", person("eva"), parent_key="m1", quoted="hello")
        save_posts(session, other, [reply], MARKER)
    erased(store)
    with store.read() as session:
        (kept,) = [p for p in erasure.every_post(session) if p.source_id != source.id]
        assert (kept.parent_key, kept.quoted) == ("m1", "hello")


def test_who_must_not_be_contacted_leaves_every_list_at_once(store: Store, tmp_path: Path) -> None:
    fill(store)
    ids = deepen(store, tmp_path)
    with store.write() as session:
        ben = next(c for c in _candidates(session) if c.author_id == ids["ben"])
        recruiting.approve(session, ben, "Ana", NOW)
        author = session.get(tables.Author, ids["ben"])
        assert author is not None
        contact.forbid(session, MARKER, author, NOW, actor="Ana")
        contact.forbid(session, MARKER, author, NOW, actor="Ana")
        session.refresh(ben)
        assert (ben.state, ben.listed) == ("declined", False)
        assert candidates.newest_slate(session, 1) is None
        with pytest.raises(RuleError, match="said no"):
            recruiting.approve(session, ben, "Ana", NOW)
        assert contact.forbidden_authors(session, MARKER, _all(session)) == {ids["ben"]}


def test_contact_is_allowed_again_at_their_own_wish(store: Store, tmp_path: Path) -> None:
    fill(store)
    ids = deepen(store, tmp_path)
    with store.write() as session:
        author = session.get(tables.Author, ids["ben"])
        assert author is not None
        contact.forbid(session, MARKER, author, NOW)
        assert contact.allow_again(session, MARKER, author, NOW, actor="Ana")
        assert not contact.allow_again(session, MARKER, author, NOW, actor="Ana")
        assert not contact.is_forbidden(session, MARKER, author)
        ben = next(c for c in _candidates(session) if c.author_id == ids["ben"])
        recruiting.reopen(session, ben, "Ana", NOW)
        recruiting.approve(session, ben, "Ana", NOW)
