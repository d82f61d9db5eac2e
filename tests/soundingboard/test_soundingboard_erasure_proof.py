"""The proof of erasure, from outside: after `forget` not one byte, and nothing brings them back."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from community.forgetting.erasure import forget
from soundingboard.alert_cards import alert_card
from soundingboard.cards import theme_cards
from soundingboard.wiring import Parts
from store import erasure, tables
from store.outbox import enqueue
from store.posts import Arrival, save_posts
from store.sources import add_source
from tests.fakes import NOW, make_parts
from tests.soundingboard.conftest import CommandLine

HANDLE = "marawinters"
REAL_NAME = "Mara Wintersson"
ADDRESS = "mara.w@letters.example"
SENTINEL = "Zyxwvut sentinel: the lid of my Lumen cup leaks on every single morning!"
SECOND = "Qwertzu oracle: whoever designed this Lumen handle never burned a finger in their life"
REVIEWS = f"""\
id,author,text,date,url
1,{HANDLE},{SENTINEL},2026-02-01,https://shop.test/{HANDLE}/1
2,{HANDLE},{SECOND},2026-02-05,https://shop.test/{HANDLE}/2
3,bob,"I hate the lid of Lumen, just as @{HANDLE} does",2026-02-02,https://shop.test/3
4,bob,Lumen is terrible and the packaging broken,2026-02-06,https://shop.test/4
5,cleo,"As {HANDLE} put it: {SENTINEL}",2026-02-06,https://shop.test/5
6,dan,{SENTINEL},2026-02-07,https://shop.test/6
"""


def sought() -> dict[str, bytes]:
    """Every spelling of what must not be found."""
    words = (HANDLE, HANDLE.upper(), "Zyxwvut", "zyxwvut", "Qwertzu", REAL_NAME, ADDRESS)
    escaped = {word: "".join(f"\\u{ord(c):04x}" for c in word).encode() for word in words}
    return (
        {f"{word} utf-8": word.encode() for word in words}
        | {f"{word} utf-16": word.encode("utf-16-le") for word in words}
        | {f"{word} json": code for word, code in escaped.items()}
    )


def told_in(folder: Path) -> set[str]:
    """Which files of a folder, at any depth, hold which spelling."""
    return {
        f"{path.name}: {word}"
        for path in folder.rglob("*")
        if path.is_file()
        for word, code in sought().items()
        if code in path.read_bytes()
    }


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a house in which Mara is everywhere; to be copied."""
    folder = tmp_path_factory.mktemp("house")
    reviews = tmp_path_factory.mktemp("reviews") / "r.csv"
    reviews.write_text(REVIEWS)
    command = CommandLine(folder)
    found = command("import", str(reviews), "--brand", "Lumen")
    assert found.exit_code == 0, found.output
    for step in ("understand", "weigh", "recruit"):
        command(step)
    made = make_parts(folder)
    spread(made)
    made.close()
    return folder


@pytest.fixture
def parts(command: CommandLine, house: Path) -> Iterator[Parts]:
    """A house in which Mara is everywhere."""
    shutil.copytree(house, command.folder, dirs_exist_ok=True)
    made = make_parts(command.folder)
    yield made
    made.close()


def spread(parts: Parts) -> None:
    with parts.store.write() as session:
        mara = next(a for a in erasure.all_rows(session, tables.Author) if a.name == HANDLE)
        brand = next(iter(erasure.all_rows(session, tables.BrandRow)))
        session.add(tables.Address(author_id=mara.id, address=ADDRESS, basis="told us",
                                   noted_by="Ana", noted_at=NOW))  # fmt: skip
        circle = tables.Committee(brand_id=brand.id, name="Circle", made_by="Ana", made_at=NOW)
        session.add(circle)
        session.flush()
        member = tables.Member(committee_id=circle.id or 0, author_id=mara.id, door="committee",
                               name=REAL_NAME, address=ADDRESS,
                               joined_at=NOW, term_from=NOW)  # fmt: skip
        session.add(member)
        session.flush()
        session.add(
            tables.Suggestion(
                committee_id=circle.id or 0,
                member_id=member.id,
                title="Fix it",
                words=SECOND,
                raised_at=NOW,
            )
        )
        session.add(tables.Meeting(committee_id=circle.id or 0, uid="u", kind="meeting",
        title="One",
                                   starts_at=NOW, ends_at=NOW, timezone="UTC", place="here",
                                   minutes=f"{REAL_NAME} said: {SECOND[:75]}", called_by="Ana",
                                   called_at=NOW))  # fmt: skip
        session.add(tables.Reset(brand_id=brand.id, owner="Ana", due_at=NOW, every_months=3,
                                 evidence={"quotes": [SENTINEL, {"by": HANDLE}]}))  # fmt: skip
        for key, told in (("her", mara.id), ("digest", None)):
            enqueue(session, key=f"{key}/1", channel="mail", kind="note", receiver="a@b.test",
                    subject="news", text=f"{HANDLE}: {SENTINEL[:64]}…", now=NOW, author_id=told,
                    approved_by="Ana")  # fmt: skip
        enqueue(session, key=f"note/{ADDRESS}", channel="mail", kind="note", receiver=ADDRESS,
                subject="hello", text="hello", now=NOW)  # fmt: skip


def files_that_tell(folder: Path) -> list[Path]:
    export, dossier, letter = folder / "list.json", folder / "dossier.html", folder / "mail.eml"
    export.write_text(json.dumps({"quote": SENTINEL, "by": "".join(f"{c}" for c in HANDLE)}))
    dossier.write_bytes(f"<p>{SECOND}</p>".encode("utf-16"))
    letter.write_bytes(
        b"MIME-Version: 1.0\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
        + SENTINEL.replace("leaks", "=\r\nleaks").encode()
    )
    return [export, dossier, letter]


def test_not_one_byte_in_any_spelling_is_left_in_the_house(
    command: CommandLine, parts: Parts
) -> None:
    files = files_that_tell(command.folder)
    command("digest")
    assert len(told_in(command.folder)) > 5
    also = [word for path in files for word in ("--also", str(path))]
    result = command("forget", HANDLE, "--yes", *also)
    assert result.exit_code == 0, result.output
    assert told_in(command.folder) == set()
    assert HANDLE not in result.output
    with parts.store.read() as session:
        rows = {row.text: row.state for row in erasure.all_rows(session, tables.OutboxRow)}
        (suggestion,) = erasure.all_rows(session, tables.Suggestion)
    assert rows == {"[erased]": "withheld"}
    assert (suggestion.title, suggestion.words, suggestion.member_id) == (
        "[erased]",
        "[erased]",
        None,
    )


def arrival(key: str, text: str, author: tables.Author, **told: Any) -> Arrival:
    sha = hashlib.sha256(f"{key}{text}".encode()).hexdigest()
    post = tables.Post(native_key=key, key_level="guid", kind="post", text=text, text_sha=sha,
                       at=NOW, time_quality="given", first_seen=NOW, **told)  # fmt: skip
    return Arrival(post, author, ((1, "named", 0),))


def person(name: str, **told: Any) -> tables.Author:
    return tables.Author(site="b.example", key=name, name=name, first_seen=NOW, **told)


def later() -> list[Arrival]:
    """What others bring in afterwards: names, reposts, quotes, copies, profiles, threads."""
    return [
        arrival("1", f"well, @{HANDLE} and {HANDLE.upper()}'s lid", person("eve")),
        arrival("2", SENTINEL, person("copycat")),
        arrival("3", f"RT @{HANDLE}: {SENTINEL[:60]}", person("fred"), is_repost=True),
        arrival("4", f"I nod: {SENTINEL} Do you?", person("gil"), quoted=SECOND),
        arrival("5", "nothing", person("hal", bio=f"fan of u/{HANDLE}, and of {REAL_NAME}")),
        arrival(f"https://x.test/@{HANDLE}/9#c", "a reply", person("ian"),
                parent_key=f"https://x.test/@{HANDLE}/9", thread_key=f"{HANDLE}-thread",
                url=f"https://x.test/@{HANDLE}/9#c"),
        arrival("7", "mail her", person("jo"), title=f"{ADDRESS}, or {HANDLE}@social.example"),
        arrival("8", "a calm morning with my cup; nothing leaks, not this one", person("kim")),
    ]  # fmt: skip


def test_what_others_bring_in_later_comes_without_the_name_and_the_words(
    command: CommandLine, parts: Parts
) -> None:
    result = command("forget", HANDLE, "--yes")
    assert result.exit_code == 0, result.output
    with parts.store.write() as session:
        source = add_source(
            session, tables.Source(kind="feed", address="https://b.example", name="b", added_at=NOW)
        )
        saved = save_posts(session, source, later(), parts.marker)
    assert (saved.added, saved.suppressed) == (6, 2)
    with parts.store.write() as session:
        again = save_posts(session, source, later(), parts.marker)
    assert (again.added, again.updated, again.unchanged) == (0, 0, 6)
    parts.store.scour()
    assert told_in(command.folder) == set()
    with parts.store.read() as session:
        texts = {
            p.native_key: p.text for p in erasure.every_post(session) if p.source_id == source.id
        }
    assert texts["1"] == "well, [erased] and [erased]'s lid"
    assert texts["4"] == "I nod: [erased]! Do you?"
    assert texts["8"] == later()[-1].post.text


def test_an_edit_that_names_them_is_taken_over_without_the_name(parts: Parts) -> None:
    with parts.store.write() as session:
        source = add_source(
            session, tables.Source(kind="feed", address="https://b.example", name="b", added_at=NOW)
        )
        save_posts(session, source, [arrival("1", "first words", person("eve"))], parts.marker)
        mara = next(a for a in erasure.all_rows(session, tables.Author) if a.name == HANDLE)
    forget(parts.store, parts.marker, [mara], NOW, [])
    with parts.store.write() as session:
        edited = [arrival("1", f"thanks to {HANDLE}", person("eve"))]
        assert save_posts(session, source, edited, parts.marker).updated == 1
    with parts.store.read() as session:
        (post,) = [p for p in erasure.every_post(session) if p.source_id == source.id]
    assert post.text == "thanks to [erased]"


def test_one_account_takes_all_accounts_of_the_person_with_it(
    command: CommandLine, parts: Parts
) -> None:
    with parts.store.write() as session:
        owner = tables.Person(made_by="Ana", made_at=NOW)
        session.add(owner)
        session.flush()
        other = person("lidwatcher", person_id=owner.id)
        session.add(other)
        mara = next(a for a in erasure.all_rows(session, tables.Author) if a.name == HANDLE)
        mara.person_id = owner.id
    asked = command("forget", "lidwatcher", input="n\n")
    assert "one person's; all of them go" in asked.output
    command("forget", "lidwatcher", "--yes")
    with parts.store.read() as session:
        assert not list(erasure.all_rows(session, tables.Person))
    assert told_in(command.folder) == set()


def test_an_address_that_was_erased_is_never_written_to_again(
    command: CommandLine, parts: Parts
) -> None:
    from store.suppression import why_withheld

    command("forget", HANDLE, "--yes")
    with parts.store.write() as session:
        row = enqueue(session, key="k", channel="mail", kind="note", receiver=ADDRESS.upper(),
                      subject="s", text="t", now=NOW)  # fmt: skip
        assert row is not None
        assert why_withheld(session, parts.marker, row) == "this address asked not to be written to"


def test_a_person_may_have_a_copy_of_everything(command: CommandLine, parts: Parts) -> None:
    out = command.folder / "copy.json"
    assert command("data", HANDLE, "--out", str(out)).exit_code == 0
    copy = json.loads(out.read_text())
    (account,) = copy["accounts"]
    assert account["name"] == HANDLE
    assert account["first_seen"]
    assert account["found_at"]
    assert account["links"] == [f"https://shop.test/{HANDLE}/{n}" for n in (1, 2)]
    assert account["gave_an_address"] == ["told us"]
    held = copy["held"]
    assert [post["text"] for post in held["post"]] == [SENTINEL, SECOND]
    assert held["address"][0]["address"] == ADDRESS
    assert [row["words"] for row in held["suggestion"]] == [SECOND]
    assert held["member"][0]["name"] == REAL_NAME
    assert len(held["reading"]) == 2
    assert "bob" not in out.read_text()


def test_who_asked_for_no_contact_is_not_shown_as_typical(
    command: CommandLine, parts: Parts
) -> None:
    with parts.store.write() as session:
        posts = {p.text: p.id or 0 for p in erasure.every_post(session)}
        bobs = [key for text, key in posts.items() if "lid of Lumen, just" in text]
        theme = tables.Theme(brand_id=1, name="lid", terms=["lid"],
                             posts=[posts[SECOND], *bobs], centre=b"", model="m",
                             first_at=NOW, last_at=NOW, fitted_at=NOW)  # fmt: skip
        alert = tables.Alert(brand_id=1, series="negative", day="2026-02-06", count=9, people=9,
                             expected=1.0, p=0.0, posts=theme.posts, raised_at=NOW)  # fmt: skip
        session.add(theme)
        session.add(alert)

    def shown() -> tuple[list[str], list[str]]:
        with parts.store.read() as session:
            card = next(t for t in theme_cards(session, parts.marker, 1) if t["theme"] == "lid")
            told = alert_card(session, parts.marker, alert)
        return [e["text"] for e in card["evidence"]], [e["text"] for e in told["posts"]]

    assert [len(texts) for texts in shown()] == [2, 2]
    command("dont-contact", HANDLE, "--by", "Ana")
    assert [len(texts) for texts in shown()] == [1, 1]
    assert SECOND not in shown()[0] + shown()[1]
