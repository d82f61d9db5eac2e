"""The moderators' pages: why an item is here, a word on it, many at once, and all of it undone."""

from __future__ import annotations

import html
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from community.moderating import moderation
from soundingboard.web.app import make_app
from soundingboard.web.reviewing.undoing import ranges, steps_of, undo_path
from soundingboard.wiring import Parts
from store import audit as audit_queries
from store import review_queue, tables
from store.review_queue import QueueFilter
from tests.console import signed_in
from tests.fakes import NOW
from tests.moderated import moderated


@dataclass
class Desk:
    """A moderator's place: the house, and their browser."""

    parts: Parts
    client: TestClient

    def items(self, kind: str | None = None, state: str = "waiting") -> list[tables.ReviewItem]:
        with self.parts.store.read() as session:
            return review_queue.page(session, QueueFilter(kind=kind, state=state), NOW)

    def item(self, number: int | None) -> tables.ReviewItem:
        with self.parts.store.read() as session:
            return session.get_one(tables.ReviewItem, number)

    def page(self, path: str) -> str:
        answer = self.client.get(path, follow_redirects=True)
        assert answer.status_code == 200, answer.text
        return html.unescape(answer.text)

    def act(self, path: str, **form: object) -> str:
        """Post a form; the line that says what was done."""
        answer = self.client.post(path, data=form)
        assert answer.status_code == 303, answer.text
        shown = self.page(answer.headers["location"])
        found = re.search(r"data-told>\s*<span>(.*?)</span>", shown)
        assert found, shown
        self.undo = next(iter(re.findall(r'action="(/review/undo[^"]*)"', shown)), "")
        return found[1]

    undo: str = ""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Path]]:
    """The house with its application, and its database as it was before anybody came."""
    folder = tmp_path_factory.mktemp("review")
    parts = moderated(folder)
    client = signed_in(make_app(parts), parts, "moderator", "Mo")
    parts.store.close()
    shutil.copy(folder / "soundingboard.db", folder / "before.db")
    yield Desk(parts, client), folder
    parts.close()


@pytest.fixture
def desk(house: tuple[Desk, Path]) -> Iterator[Desk]:
    """A moderator's place on a day on which nothing was decided yet."""
    desk, folder = house
    yield desk
    desk.parts.store.close()
    for log in folder.glob("soundingboard.db-*"):
        log.unlink()
    shutil.copy(folder / "before.db", folder / "soundingboard.db")


def test_the_queue_says_why_each_item_is_here_and_how_many_there_are(desk: Desk) -> None:
    page = desk.page("/review")
    assert "9 waiting" in page
    assert "civility towards people 0.40 of 1" in page
    assert "both are grump" in page
    assert "1 report" in page
    assert page.index("the model read positive") < page.index("civility towards")
    assert "<script>alert(1)" not in desk.client.get("/review").text


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("post", ["Keep", "because: insults or threatens people", "Said before it"]),
        ("merge", ["they show different names", "grump_two", "neither profile links to the other"]),
        ("reading", ["Ben", "they are joking", "positive 80%", "The model is wrong"]),
        ("flag", ["works at Lumen", "works for the brand or is paid by it", "weak"]),
    ],
)
def test_an_open_item_shows_its_evidence_and_the_look_is_written_down(
    desk: Desk, kind: str, said: list[str]
) -> None:
    item = desk.items(kind)[0]
    answer = desk.client.post(f"/review/{item.id}/open")
    for words in [*said, "What happened so far"]:
        assert words in html.unescape(answer.text)
    with desk.parts.store.read() as session:
        looks = audit_queries.entries(session, action="review_opened")
    assert {look.subject for look in looks} >= {f"author:{item.author_id}"}


def test_a_decision_goes_on_to_the_next_item_and_its_undo_brings_it_back(desk: Desk) -> None:
    first, second = desk.items("post")[:2]
    answer = desk.client.post(
        f"/review/{first.id}/decide?kind=post", data={"decision": "hide", "seen": first.version}
    )
    assert answer.headers["location"] == f"/review?kind=post&item={second.id}"
    decided = desk.item(first.id)
    assert (decided.decision, decided.reason, decided.decided_by) == ("hide", "uncivil", "Mo")
    shown = desk.page(answer.headers["location"])
    undo = re.search(r'action="(/review/undo[^"]*)"', shown)
    assert undo
    assert desk.act(undo[1]) == "Taken back"
    assert desk.item(first.id).state == "open"


def test_what_changed_meanwhile_is_not_decided_over(desk: Desk) -> None:
    item = desk.items("post")[0]
    with desk.parts.store.write() as session:
        moderation.claim(session, moderation.one_item(session, item.id or 0), "Ana", NOW)
    answer = desk.client.post(
        f"/review/{item.id}/decide", data={"decision": "keep", "seen": item.version}
    )
    assert answer.status_code == 409
    assert "It changed meanwhile (Ana: claimed)" in answer.text
    opened = html.unescape(desk.client.post(f"/review/{item.id}/open").text)
    assert "Ana" in opened
    assert "Your word" not in opened
    assert f"No. {item.id}" in desk.page("/review?held=others")


def test_claim_next_takes_what_presses_most_and_it_can_be_given_back(desk: Desk) -> None:
    reading = desk.items("reading")[0]
    assert desk.act("/review/next") == f"No. {reading.id} is yours for half an hour"
    assert [one.id for one in desk.items() if one.claimed_by == "Mo"] == [reading.id]
    assert desk.act(f"/review/{reading.id}/release") == f"No. {reading.id} is free again"


def test_what_is_put_off_waits_until_its_morning_or_a_new_report(desk: Desk) -> None:
    item = desk.items("flag")[0]
    said = desk.act(f"/review/{item.id}/snooze", hours=24, seen=item.version)
    assert said == f"No. {item.id} is put off until 2 Mar, 09:00"
    assert item.id not in {one.id for one in desk.items()}
    assert [one.id for one in desk.items(state="snoozed")] == [item.id]
    with desk.parts.store.read() as session:
        soon = review_queue.page(session, QueueFilter(kind="flag"), NOW + timedelta(hours=22))
        assert [one.id for one in soon] == [item.id]
    assert desk.act(desk.undo) == "Taken back"
    assert item.id in {one.id for one in desk.items()}


@pytest.mark.parametrize("until", ["2020-01-01", "2027-01-01", "soon", "\0"])
def test_no_item_is_put_off_to_a_day_that_is_none(desk: Desk, until: str) -> None:
    item = desk.items("flag")[0]
    answer = desk.client.post(f"/review/{item.id}/snooze", data={"hours": 24, "until": until})
    assert answer.status_code == 409
    assert item.id in {one.id for one in desk.items()}


def test_all_that_match_are_decided_by_one_word_and_one_undo_takes_it_back(desk: Desk) -> None:
    posts = desk.items("post")
    with desk.parts.store.write() as session:
        moderation.claim(session, moderation.one_item(session, posts[2].id or 0), "Ana", NOW)
    worded = desk.page("/review/bulk?kind=post&said=accept")
    assert "All 6 that match" in worded
    assert '<option value="post:keep" selected>' in worded
    as_of = re.search(r'name="as_of" value="([^"]+)"', worded)
    assert as_of
    said = desk.act("/review/bulk?kind=post", decision="post:keep", as_of=as_of[1])
    assert said.startswith("5 of 6 decided: keep. Not done: Ana is deciding this until 12:30 UTC")
    assert len(desk.items("post", "decided")) == 5
    assert desk.act(desk.undo) == "5 of 5 taken back"
    assert len(desk.items("post")) == 6


def test_a_selection_of_several_kinds_is_decided_for_one_kind(desk: Desk) -> None:
    meant = [desk.items("post")[0].id, desk.items("merge")[0].id]
    said = desk.act("/review/bulk", item=meant, decision="merge:different")
    assert (
        said == "1 of 2 decided: different. Not done: It is a post, and this was about a merge (1)"
    )
    back = [one.id for one in desk.items("merge", "decided")]
    assert desk.act("/review/bulk?state=decided", item=back, decision="undo") == "Taken back"
    assert len(desk.items("merge")) == 1


def test_what_came_in_after_the_page_was_shown_is_not_decided_unseen(desk: Desk) -> None:
    earlier = (NOW - timedelta(minutes=1)).isoformat()
    answer = desk.client.post(
        "/review/bulk?kind=post", data={"decision": "post:keep", "as_of": earlier}
    )
    assert answer.status_code == 409
    assert len(desk.items("post")) == 6


def test_an_undo_link_is_its_readers_alone(desk: Desk) -> None:
    link = undo_path(desk.parts, [3, 4, 5, 9], 4711).partition("steps=")[2]
    assert steps_of(desk.parts, link, 4711) == [3, 4, 5, 9]
    assert ranges(range(1, 1001)) == "1-1000"
    for forged in (link, "x", ""):
        assert desk.client.post(f"/review/undo?steps={forged}").status_code == 409


def test_a_decided_item_has_drafts_to_copy_and_is_taken_back_from_its_history(desk: Desk) -> None:
    item = desk.items("reading")[0]
    desk.act(f"/review/{item.id}/decide", decision="negative", reason="irony", note="see thread")
    opened = html.unescape(desk.client.post(f"/review/{item.id}/open?state=decided").text)
    assert "You were right. Why: it is meant ironically. see thread" in opened
    desk.act(f"/review/{item.id}/told", yes="yes")
    with desk.parts.store.read() as session:
        assert session.exec(select(tables.Report.told_at)).one() == NOW
    assert "Taken back" in desk.act(f"/review/{item.id}/undo", note="too quick")


def test_the_list_goes_on_where_a_page_ended_in_either_order(desk: Desk) -> None:
    with desk.parts.store.read() as session:
        for sort in ("urgency", "age"):
            whole = review_queue.page(session, QueueFilter(), NOW, sort=sort)
            seen, last = list[int | None](), None
            while some := review_queue.page(
                session, QueueFilter(), NOW, sort=sort, after=last, limit=2
            ):
                assert review_queue.before(session, QueueFilter(), NOW, some[0], sort) == len(seen)
                seen, last = [*seen, *(one.id for one in some)], some[-1]
            assert seen == [one.id for one in whole]
        queue = [one.item.id for one in moderation.queue(session, NOW)]
        assert queue == [one.id for one in review_queue.page(session, QueueFilter(), NOW)]


@pytest.mark.parametrize("role", ["viewer", "marketer"])
def test_only_moderators_come_in(desk: Desk, role: str) -> None:
    other = signed_in(desk.client.app, desk.parts, role)  # type: ignore[arg-type]
    assert other.get("/review").status_code == 403
    assert other.post("/review/1/open").status_code == 403
    assert other.get("/labelling").status_code == 403


@pytest.mark.parametrize("item", ["0", "999999", "-1", "99999999999999999999"])
def test_an_item_that_is_none_is_said_to_be_none(desk: Desk, item: str) -> None:
    for ask in (f"/review/{item}/open", f"/review/{item}/claim"):
        assert desk.client.post(ask).status_code in (404, 422)
    assert desk.client.get(f"/review?item={item}&after={item}&kind=x&sort=y").status_code == 200


def test_the_export_holds_what_is_listed_and_is_logged(desk: Desk) -> None:
    answer = desk.client.post("/review/export?kind=post", data={"as": "jsonl"})
    assert len(answer.text.splitlines()) == 6
    with desk.parts.store.read() as session:
        (entry,) = audit_queries.entries(session, action="exported")
    assert entry.details["rows"] == 6


def test_an_empty_queue_says_what_will_come(desk: Desk) -> None:
    for item in desk.items():
        desk.act(f"/review/{item.id}/snooze", hours=4)
    page = desk.page("/review")
    assert "Nothing waits" in page
    assert "in 4 hours" in page


def test_the_weekly_sample_is_labelled_blind_one_by_one_and_taken_back(desk: Desk) -> None:
    def label(word: str) -> Callable[[], str]:
        page = desk.page(here[-1])
        assert "0.8" not in page
        to = re.search(r'action="(/labelling/\d+[^"]*)"', page)
        assert to
        answer = desk.client.post(to[1], data={"label": word})
        here.append(answer.headers["location"])
        return lambda: desk.page(here[-1])

    here = ["/labelling"]
    assert "0 of 7" in desk.page(here[0])
    after = label("negative")()
    assert "1 of 7" in after
    undo = re.search(r'action="(/labelling/undo[^"]*)"', after)
    assert undo
    answer = desk.client.post(undo[1])
    assert "0 of 7" in desk.page(answer.headers["location"])
    for _ in range(7):
        label("positive")
    assert "the model says the same of 100%" in desk.page(here[-1])
    assert desk.client.post("/labelling/1", data={"label": "angry"}).status_code == 409
    assert desk.client.post("/labelling/undo?of=x").status_code == 409
