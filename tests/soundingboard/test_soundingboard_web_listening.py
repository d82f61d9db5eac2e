"""The listening pages: the stream and its words, corrections, the timeline, themes, sources."""

from __future__ import annotations

import csv
import html
import io
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event
from sqlmodel import select

from config.errors import RuleError
from config.settings import Settings
from soundingboard.pipeline.tally import tally
from soundingboard.web.app import make_app
from soundingboard.web.listening.filters import asked, filter_of, in_words
from soundingboard.web.listening.marking import pieces
from soundingboard.wiring import Parts
from store import tables
from tests.fakes import NOW, FixedReader, PinnedClock
from tests.soundingboard.test_soundingboard_web_recruits import EVIL, Desk, weighed

PAGES = (
    "/mentions", "/mentions/facets", "/posts/1", "/timeline", "/timeline?span=1y", "/themes",
    "/voice", "/sources",
)  # fmt: skip


def desk_in(folder: Path) -> Desk:
    settings = Settings().model_copy(
        update={
            "web": Settings().web.model_copy(update={"public_url": "https://voices.example.test"})
        }
    )
    parts = Parts(settings, folder, PinnedClock(NOW), reader=FixedReader())
    return Desk(parts, make_app(parts))


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A house that heard a few reviews, weighed and counted them, and has a committee."""
    folder = tmp_path_factory.mktemp("heard")
    weighed(folder)
    desk = desk_in(folder)
    tally(desk.parts)
    with desk.parts.store.write() as session:
        brand = session.exec(select(tables.BrandRow)).one()
        session.add(
            tables.Committee(
                brand_id=brand.id or 0, name="Cup council", made_by="Mara", made_at=NOW
            )
        )
        post = session.get_one(tables.Post, 1)
        post.thread_key = session.get_one(tables.Post, 2).thread_key = "talk-1"
        session.add(
            tables.Theme(
                brand_id=brand.id or 0, name="cup, lid", terms=["cup", "lid"], posts=[1, 2],
                weeks=[0, 1, 3], centre=b"", model="fixed-1", size=5, love=3, hate=1,
                first_at=NOW, last_at=NOW, fitted_at=NOW,
            )
        )  # fmt: skip
        session.add(
            tables.Alert(
                brand_id=brand.id or 0, series="negative", day="2026-02-10", count=9, people=8,
                expected=1.5, p=0.0004, posts=[1], raised_at=NOW - timedelta(days=1),
            )
        )  # fmt: skip
        source = session.exec(select(tables.Source)).one()
        session.add(
            tables.Source(
                kind="feed", address="https://shop.test/feed", name=f"Shop {EVIL}",
                added_at=NOW, checked_at=NOW, failures=3, problem="503 Service Unavailable",
                about_id=source.about_id,
            )
        )  # fmt: skip
    desk.parts.close()
    return folder


@pytest.fixture(scope="module")
def read_only(kept: Path) -> Iterator[Desk]:
    desk = desk_in(kept)
    yield desk
    desk.parts.close()


@pytest.fixture(scope="module")
def desk(kept: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """The same house, to be changed; every test changes something else in it."""
    folder = tmp_path_factory.mktemp("changed") / "house"
    shutil.copytree(kept, folder)
    desk = desk_in(folder)
    yield desk
    desk.parts.close()


def undo(desk: Desk, answer: Any, role: str = "marketer") -> str:
    """Press the undo of the next page; what the page after says."""
    _, path = desk.toast(answer, desk.by(role))
    assert path
    return desk.toast(desk.by(role).post(html.unescape(path)), desk.by(role))[0]


@pytest.mark.parametrize("role", ["viewer", "moderator", "marketer", "admin"])
def test_every_listening_page_opens_for_every_role_without_foreign_markup(
    read_only: Desk, role: str
) -> None:
    for path in PAGES:
        page = read_only.by(role).get(path)
        assert page.status_code == 200, (path, page.text[-600:])
        assert EVIL not in page.text
        assert "<script>alert" not in page.text
        assert len(re.findall(r"<h1[ >]", page.text)) == 1


def test_looking_at_the_stream_writes_nothing(read_only: Desk) -> None:
    client = read_only.by("marketer")
    said: list[str] = []
    engine = read_only.parts.store.engine
    listen = lambda *told: said.append(told[2])  # noqa: E731
    event.listen(engine, "before_cursor_execute", listen)
    for path in PAGES:
        client.get(path)
    event.remove(engine, "before_cursor_execute", listen)
    assert [one for one in said if not one.lstrip().startswith(("SELECT", "BEGIN"))] == []


def test_a_page_of_the_stream_asks_no_more_questions_for_more_posts(read_only: Desk) -> None:
    client, counts = read_only.by("marketer"), []
    for path in ("/mentions?q=invoice", "/mentions"):
        said: list[str] = []
        listen = lambda *told, said=said: said.append(told[2])  # noqa: E731
        event.listen(read_only.parts.store.engine, "before_cursor_execute", listen)
        client.get(path)
        event.remove(read_only.parts.store.engine, "before_cursor_execute", listen)
        counts.append(len(said))
    assert counts[1] <= counts[0] + 1


def test_viewers_see_neither_names_nor_links_outside(read_only: Desk) -> None:
    seen = read_only.by("viewer").get("/mentions").text
    assert "anna" not in seen
    assert "https://shop.test/love" not in seen
    assert "anna" in read_only.by("moderator").get("/mentions").text


def test_words_looked_for_are_found_and_marked(read_only: Desk) -> None:
    page = read_only.by().get("/mentions", params={"q": "LÍD -slow"}).text
    assert page.count("<article") == 3
    assert "<mark>lid</mark>" in page


def test_a_filter_is_told_in_words_and_lifted_one_by_one(read_only: Desk) -> None:
    page = read_only.by().get("/mentions?label=negative&stance=hate&period=365").text
    assert page.count("<article") == 9
    for words in ("negative", "by who hates it", "the last year"):
        assert f"Lift: {words}" in page
    assert 'href="/mentions?label=negative&amp;period=365"' in page


def test_what_cannot_be_looked_for_is_refused_in_words(read_only: Desk) -> None:
    for query in ("since=tomorrow", "label=odd", "theme=x", "after=zz", "until=0001-01-01&since=9"):
        page = read_only.by().get(f"/mentions?{query}")
        assert page.status_code == 409, query
        assert "That did not work" in page.text, query


def test_a_bar_of_the_strip_opens_to_just_the_posts_it_stands_for(read_only: Desk) -> None:
    page = read_only.by().get("/mentions").text
    bars = re.findall(r'<a href="(/mentions\?since=[^"]*)" aria-label="[^"]*: (\d+) posts?,', page)
    assert len(bars) == 28
    assert sum(int(count) for _, count in bars) > 5
    for path, count in [bar for bar in bars if bar[1] != "0"][:3]:
        assert read_only.by().get(html.unescape(path)).text.count("<article") == int(count)


def test_the_export_holds_what_is_on_screen_with_bare_names_and_is_logged(desk: Desk) -> None:
    answer = desk.by().post("/mentions/export?label=negative", data={"as": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(rows) == 9
    assert {row["label"] for row in rows} == {"negative"}
    assert {row["may_be_contacted"] for row in rows} == {"True"}
    everything = desk.by().post("/mentions/export", data={"as": "csv"}).text
    assert "'=cmd|calc" in everything
    assert desk.by("moderator").post("/mentions/export", data={"as": "csv"}).status_code == 403
    assert ("mentions_exported", "brand:1") in desk.audited()


def test_a_correction_shows_everywhere_and_is_taken_back(desk: Desk) -> None:
    said = {"label": "negative", "reason": "irony", "back": "/mentions?q=cup#post-1"}
    answer = desk.by().post("/posts/1/correct", data=said)
    assert answer.headers["location"] == "/mentions?q=cup#post-1"
    for path in ("/mentions?q=cup", "/posts/1"):
        assert "the model said positive" in desk.by("admin").get(path).text
    assert 'id="post-1"' in desk.by("admin").get("/mentions?corrected=yes").text
    assert undo(desk, answer) == "The correction was taken back."
    assert "a person says so" not in desk.by().get("/posts/1").text
    history = desk.by().get("/posts/1").text
    assert "meant ironically" in history
    assert "taken back" in history


def test_a_second_correction_replaces_the_first_whose_undo_is_refused(desk: Desk) -> None:
    first = desk.by().post("/posts/3/correct", data={"label": "negative"})
    _, stale = desk.toast(first)
    second = desk.by("moderator").post("/posts/3/correct", data={"label": "neutral"})
    assert "Now read as neutral" in desk.toast(second, desk.by("moderator"))[0]
    assert desk.by().post(html.unescape(stale)).status_code == 409
    again = desk.by("moderator").post("/posts/3/correct", data={"label": "neutral"})
    assert again.status_code == 409
    assert "said so already" in html.unescape(again.text)
    with desk.parts.store.read() as session:
        query = select(tables.Label.label).where(tables.Label.post_id == 3)
        assert session.exec(query).all() == ["neutral"]


def test_a_post_is_taken_up_and_brought_before_a_moderator(desk: Desk) -> None:
    raised = desk.by().post("/posts/2/suggest", data={"committee": "1", "words": "A decaf"})
    assert "as suggestion 1" in desk.toast(raised)[0]
    assert desk.by().post("/posts/2/suggest", data={"committee": "1"}).status_code == 409
    told = {"kind": "reading", "reason": "misread", "words": "Read it again"}
    assert "A moderator sees it." in desk.toast(desk.by().post("/posts/2/report", data=told))[0]
    page = desk.by().get("/posts/2").text
    assert "Suggestion 1:" in page
    assert "Read it again" in page
    assert "The same conversation" in page
    assert 'id="post-1"' in page


def test_opening_an_account_is_written_down_and_viewers_are_not_let_in(desk: Desk) -> None:
    door = desk.by().get("/authors/1")
    assert "How they stand" not in door.text
    assert ("author_opened", "author:1") not in desk.audited()
    opened = desk.by().post("/authors/1")
    assert "How they stand" in opened.text
    assert "What they wrote" in opened.text
    assert ("author_opened", "author:1") in desk.audited()
    assert desk.by("viewer").get("/authors/1").status_code == 403
    assert desk.by().get("/authors/999").status_code == 404


def test_an_event_is_noted_changed_and_taken_off_and_each_is_taken_back(desk: Desk) -> None:
    told = {"kind": "launch", "title": "The new lid", "starts": "2026-02-10", "ends": ""}
    added = desk.by().post("/timeline/events", data=told)
    assert "The new lid" in desk.by("admin").get("/timeline").text
    assert "The new lid</title>" in desk.by("admin").get("/mentions").text
    assert "Taken off" in undo(desk, added)
    desk.by().post("/timeline/events", data=told)
    changed = desk.by().post("/timeline/events/1", data={**told, "title": "A newer lid"})
    assert "As it was: The new lid" in undo(desk, changed)
    removed = desk.by().post("/timeline/events/1/remove")
    assert "As it was: The new lid" in undo(desk, removed)
    wrong = desk.by().post("/timeline/events", data={**told, "starts": "soon"})
    assert wrong.status_code == 422
    assert 'value="soon"' in wrong.text


def test_a_day_out_of_the_ordinary_says_how_rare_it_is_and_is_marked_as_seen(desk: Desk) -> None:
    page = desk.by().get("/timeline").text
    assert "9 angry posts by 8 people" in page
    assert "about once in 2,500 days" in page
    assert "Not seen yet." in undo(desk, desk.by().post("/alerts/1/seen"))


def test_a_theme_keeps_the_name_a_person_gives_until_that_is_taken_back(desk: Desk) -> None:
    with desk.parts.store.read() as session:
        query = select(tables.Theme.id).where(tables.Theme.name == "cup, lid")
        number = session.exec(query).one()
    shown = desk.by().get(f"/themes/{number}").text
    assert "Those who praise" in shown
    assert "I love the cup" in shown
    named = desk.by().post(f"/themes/{number}/name", data={"name": " Cups <b>\n and lids "})
    assert "Cups &lt;b&gt; and lids" in desk.by("admin").get("/themes").text
    assert "called cup, lid again" in undo(desk, named)
    with desk.parts.store.read() as session:
        assert session.get_one(tables.Theme, number).named_by is None
    long = desk.by().post(f"/themes/{number}/name", data={"name": "x" * 61})
    assert long.status_code == 422
    assert "x" * 61 in long.text


def test_a_source_says_how_it_is_and_is_looked_at_paused_resumed_and_removed(desk: Desk) -> None:
    page = desk.by("admin").get("/sources?state=failing").text
    assert "Failing 3 times in a row" in page
    assert "503 Service Unavailable" in page
    assert "Resume it first" not in page
    assert desk.by().post("/sources/2/look").status_code == 303
    paused = desk.by().post("/sources/2/pause")
    assert "paused by Marketer" in desk.by("admin").get("/sources?state=paused").text
    assert desk.by("admin").post("/sources/2/look").status_code == 409
    assert "is asked again" in undo(desk, paused)
    assert desk.by("admin").post("/sources/2/remove").status_code == 409
    assert desk.by().post("/sources/2/remove", data={"sure": "yes"}).status_code == 403
    assert desk.by("admin").post("/sources/2/remove", data={"sure": "yes"}).status_code == 303
    assert [one for one in desk.audited() if one[1] == "source:2"][-1][0] == "source_removed"


def test_an_address_that_cannot_be_listened_to_is_said_beside_what_was_typed(desk: Desk) -> None:
    for address in ("", "not a feed", "http://127.0.0.1:1/feed", "javascript:alert(1)"):
        page = desk.by().post("/sources", data={"address": address, "name": "Mine"})
        assert page.status_code == 422, (address, page.status_code)
        assert 'role="alert"' in page.text
        assert 'value="Mine"' in page.text


def test_one_brand_alone_has_no_share_of_voice(read_only: Desk) -> None:
    page = read_only.by().get("/voice").text
    assert "Only one brand is listened for" in page
    answer = read_only.by().post("/voice/export?span=1y", data={"as": "jsonl"})
    assert '"brand": "Lumen"' in answer.text


def test_an_empty_house_says_what_will_come(tmp_path: Path) -> None:
    desk = desk_in(tmp_path)
    for path in PAGES[:2] + PAGES[3:]:
        page = desk.by("admin").get(path)
        assert page.status_code == 200, path
        assert path == "/mentions/facets" or 'class="empty"' in page.text, path
    desk.parts.close()


@given(st.text(max_size=200), st.text(max_size=30), st.sampled_from([None, 20, 80]))
def test_pieces_put_together_are_the_text(text: str, words: str, length: int | None) -> None:
    found = pieces(text, words, length)
    told = "".join(piece.text for piece in found)
    if length is None:
        assert told == text
    else:
        assert len(told) <= length + 2


@pytest.mark.parametrize(
    ("text", "words", "hits"),
    [
        ("The LID broke, lids too", "lid", ["LID"]),
        ("lids and lidded", "lid*", ["lid", "lid"]),
        ("Crème brûlée", "creme", ["Crème"]),
        ("Straße und STRASSE", "strasse", ["Straße", "STRASSE"]),
        ("a slow, slow courier", '"slow courier"', ["slow courier"]),
        ("ein Deckel -leck", "-leck deckel", ["Deckel"]),
        ("このコーヒーは最高", "コーヒー", ["コーヒー"]),
        ("100% 🎉 sure", "🎉 %", ["%", "🎉"]),
    ],
)
def test_what_is_marked_is_what_is_looked_for(text: str, words: str, hits: list[str]) -> None:
    assert [piece.text for piece in pieces(text, words) if piece.hit] == hits


@given(st.dictionaries(st.sampled_from(["q", "label", "theme", "since", "site"]), st.text()))
def test_any_address_is_a_filter_or_refused(query: dict[str, str]) -> None:
    try:
        filter_of(query, UTC, NOW)
    except RuleError:
        return
    assert all(words for _, words in in_words(asked(query), {}, {}))
