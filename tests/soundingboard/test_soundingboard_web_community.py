"""The community's pages: what they show to whom, and that each button does what the rules allow."""

from __future__ import annotations

import csv
import io
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import text

from soundingboard.demo.run import open_demo
from soundingboard.web.app import make_app
from soundingboard.wiring import Parts
from store import audit, tables
from tests.console import signed_in
from tests.fakes import FixedReader

PAGES = (
    "/community", "/members", "/members?seat=all&owner=Iris+Vale", "/committees/1",
    "/committees/1/history", "/meetings", "/meetings/1", "/meetings/3", "/pay",
    "/pay?state=overdue", "/suggestions", "/suggestions?owner=nobody", "/suggestions?source=post",
    "/suggestions/1", "/suggestions/2", "/invitations", "/invitations?state=sent",
    "/invitations?answer=never", "/offers", "/offers?state=open",
)  # fmt: skip
MARKETERS_PAGES = (
    "/committees/1?charter=1", "/committees?new=1", "/meetings/new", "/suggestions/new",
    "/invitations/new",
)  # fmt: skip


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory, demo_house: Path) -> Iterator[Parts]:
    """The demo with its programme, read by a reader that costs nothing."""
    folder = tmp_path_factory.mktemp("community") / "demo"
    with open_demo(shutil.copytree(demo_house, folder), reader=FixedReader()) as demo:
        yield demo.parts


@pytest.fixture(scope="module")
def app(parts: Parts) -> FastAPI:
    return make_app(parts)


@pytest.fixture(scope="module")
def marketer(app: FastAPI, parts: Parts) -> TestClient:
    return signed_in(app, parts, "marketer")


@pytest.fixture(scope="module")
def viewer(app: FastAPI, parts: Parts) -> TestClient:
    return signed_in(app, parts, "viewer")


def one(parts: Parts, query: str, **values: object) -> int:
    with parts.store.read() as session:
        return int(session.execute(text(query), values).scalar() or 0)


def named(parts: Parts, name: str) -> int:
    return one(parts, "SELECT id FROM member WHERE name = :name", name=name)


def test_every_page_opens_for_those_who_act(marketer: TestClient) -> None:
    for page in (*PAGES, *MARKETERS_PAGES):
        answer = marketer.get(page)
        assert answer.status_code == 200, page
        assert answer.text.count("<h1") == 1, page


def test_viewers_see_the_pages_without_names_or_buttons(viewer: TestClient) -> None:
    for page in PAGES:
        answer = viewer.get(page)
        assert answer.status_code == 200, page
        shown = re.sub(r"<(script|style).*?</\1>", "", answer.text, flags=re.DOTALL)
        assert not re.search(r"\b(Bridget|Inês|Judith|brickbybrick|mr_tarmac)\b", shown), page
        assert 'method="post" action="/suggestions' not in shown
    for page in MARKETERS_PAGES[2:]:
        assert viewer.get(page).status_code == 403
    assert viewer.post("/members/export").status_code == 403


def test_looking_at_a_member_is_written_down_and_getting_the_page_is_not(
    parts: Parts, marketer: TestClient, viewer: TestClient
) -> None:
    number = named(parts, "Bridget")

    def looks() -> int:
        return one(parts, "SELECT count(*) FROM audit_entry WHERE action = 'member_seen'")

    before = looks()
    assert "bridget@brick.example" not in marketer.get(f"/members/{number}").text
    assert looks() == before
    assert "bridget@brick.example" in marketer.post(f"/members/{number}/open").text
    assert "bridget@brick.example" not in viewer.post(f"/members/{number}/open").text
    assert looks() == before + 2


def test_a_member_leaves_and_the_undo_of_the_toast_brings_them_back(
    parts: Parts, marketer: TestClient
) -> None:
    number = named(parts, "Inês")
    left = "SELECT count(*) FROM member WHERE id = :id AND left_at IS NOT NULL"
    answer = marketer.post(f"/members/{number}/leave", data={"reason": "moved away"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/members/{number}")
    assert one(parts, left, id=number) == 1
    undo = re.search(r'action="(/committees/\d+/steps/\d+/undo)"', marketer.get("/members").text)
    assert undo
    assert marketer.post(undo[1]).status_code == 303
    assert one(parts, left, id=number) == 0
    assert one(parts, "SELECT count(*) FROM badge WHERE revoked_at IS NULL") >= 2


def test_a_charter_is_read_before_it_is_published(parts: Parts, marketer: TestClient) -> None:
    form = {
        "purpose": "Mend the <hinge> first", "hours_a_year": "10", "meetings_a_year": "4",
        "answer_days": "20", "seniors": "Iris Vale\n\nPaul Renn",
    }  # fmt: skip
    own = marketer.post("/committees", data={"name": "Wendlow makers"}).headers["location"]
    own = own.removesuffix("?charter=1")
    count = "SELECT count(*) FROM charter"
    before = one(parts, count)
    preview = marketer.post(f"{own}/charter", data=form)
    assert "Mend the &lt;hinge&gt; first" in preview.text
    assert "Publish this version" in preview.text
    assert one(parts, count) == before
    assert marketer.post(f"{own}/charter", data=form | {"then": "publish"}).is_redirect
    assert one(parts, count) == before + 1
    wrong = marketer.post(f"{own}/charter", data=form | {"hours_a_year": "many"})
    assert wrong.status_code == 422
    assert "is no number" in wrong.text
    assert "Mend the &lt;hinge&gt; first" in wrong.text


def test_a_meeting_is_called_answered_moved_and_cancelled(
    parts: Parts, marketer: TestClient
) -> None:
    form = {
        "title": "Spring call", "start": "2027-03-01T18:00", "minutes": "60",
        "zone": "Europe/Berlin", "place": "https://call.example/x", "agenda": "One\nTwo",
    }  # fmt: skip
    refused = marketer.post("/meetings", data=form | {"start": "2027-03-28T02:30"})
    assert refused.status_code == 422
    assert "never show" in refused.text
    own = marketer.post("/meetings", data=form).headers["location"]
    number = own.rsplit("/", 1)[1]
    person = one(parts, "SELECT min(id) FROM attendance WHERE meeting_id = :id", id=number)
    assert marketer.post(f"{own}/people/{person}/answer", data={"rsvp": "yes"}).is_redirect
    assert (
        marketer.post(f"/meetings/1/people/{person}/answer", data={"rsvp": "yes"}).status_code
        == 404
    )
    assert marketer.post(f"{own}/reschedule", data={"start": "2027-03-02T18:00"}).is_redirect
    asked = "SELECT count(*) FROM attendance WHERE meeting_id = :id AND rsvp IS NOT NULL"
    assert one(parts, asked, id=number) == 0
    file = marketer.get(f"{own}/calendar.ics")
    assert file.headers["content-type"].startswith("text/calendar")
    assert b"Spring call" in file.content
    assert marketer.post(f"{own}/hold").status_code == 409
    assert marketer.post(f"{own}/cancel", data={"reason": "snow"}).is_redirect
    assert "snow" in marketer.get(own).text


def test_a_suggestion_goes_all_its_way_by_buttons_and_back(
    parts: Parts, marketer: TestClient
) -> None:
    member = named(parts, "Judith")
    made = marketer.post("/suggestions", data={"member": str(member), "words": "A bell <b>"})
    own = made.headers["location"]
    number = own.rsplit("/", 1)[1]

    def state() -> str:
        with parts.store.read() as session:
            return session.get_one(tables.Suggestion, int(number)).state

    for step, form, then in (
        ("acknowledge", {}, "acknowledged"),
        ("accept", {"reason": "cheap"}, "accepted"),
        ("act", {"evidence": "https://wendlow.example/bell"}, "acted"),
    ):
        assert marketer.post(f"{own}/{step}", data=form).is_redirect, step
        assert state() == then
    assert marketer.post(f"{own}/act", data={"evidence": "again"}).status_code == 409
    letters = f"SELECT count(*) FROM outbox WHERE key LIKE 'suggestion/{number}/%'"
    assert one(parts, letters) == 0
    told = marketer.post(f"{own}/tell")
    assert one(parts, letters) >= 3
    assert "has to be told by you" in told.text
    assert marketer.post(f"{own}/tell", data={"posted": "yes"}).is_redirect
    assert state() == "reported"
    assert marketer.post(f"{own}/undo?steps=2").is_redirect
    assert marketer.post(f"{own}/undo").is_redirect
    assert state() == "accepted"
    stale = marketer.post(f"{own}/assign", data={"owner": "Iris Vale", "seen": "1"})
    assert stale.status_code == 409
    assert "quicker" in stale.text


def test_an_invitation_leaves_only_at_the_second_step_and_stays_as_worded(
    parts: Parts, marketer: TestClient
) -> None:
    number = one(parts, "SELECT id FROM invitation WHERE state = 'drafted'")
    own = f"/invitations/{number}"
    mails = f"SELECT count(*) FROM outbox WHERE key = 'invitation/{number}'"
    page = marketer.post(f"{own}/open").text
    body = re.search(r'name="body"[^>]*>(.*?)</textarea>', page, re.DOTALL)
    assert body
    assert "/invitation/" in page
    assert not re.search(r"/invitation/[A-Za-z0-9_-]{20,}", page.replace(body[1], ""))
    lost = marketer.post(f"{own}/words", data={"subject": "Hello", "body": "Come, please."})
    assert lost.status_code == 422
    assert "no longer say" in lost.text
    with parts.store.read() as session:
        words = session.get_one(tables.Invitation, number).body
    kept = {"subject": "Hello", "body": f"{words}\n\nPS: we mended the hinge."}
    assert marketer.post(f"{own}/words", data=kept).is_redirect
    assert one(parts, mails) == 0
    assert marketer.post(f"{own}/send").is_redirect
    assert one(parts, mails) == 1
    assert marketer.post(f"{own}/words", data=kept).status_code == 422
    assert marketer.post(f"{own}/withdraw").is_redirect
    assert one(parts, f"{mails} AND state = 'withheld'") == 1


def test_exports_say_who_may_be_contacted_and_are_written_down(
    parts: Parts, marketer: TestClient
) -> None:
    for page in ("members", "pay", "meetings", "suggestions", "invitations", "offers"):
        answer = marketer.post(f"/{page}/export", data={"as": "csv"})
        rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert rows, page
        if page in ("members", "suggestions", "invitations", "offers"):
            assert {"consent", "do_not_contact"} <= set(rows[0]), page
    with parts.store.read() as session:
        assert len(audit.entries(session, action="exported")) == 6
    never = marketer.post("/invitations/export?answer=never", data={"as": "csv"}).text
    assert "never,True" in never


def test_strange_numbers_and_pages_of_nothing_are_answered_calmly(marketer: TestClient) -> None:
    for page in ("/members/", "/meetings/", "/suggestions/", "/invitations/", "/committees/"):
        assert marketer.get(f"{page}4711").status_code == 404, page
        assert marketer.get(f"{page}{'9' * 30}").status_code in (404, 422), page
    assert marketer.get("/invitations?after=x&state=<b>&answer=1").status_code == 200
    assert marketer.get("/members?committee=77").status_code == 404
    assert marketer.post("/suggestions", data={"member": "9" * 40, "words": "x"}).status_code == 422


def test_a_house_without_a_committee_says_what_comes(tmp_path: Path) -> None:
    with open_demo(tmp_path, reader=FixedReader()) as demo:
        demo.parts.brands()
        client = signed_in(make_app(demo.parts), demo.parts, "marketer")
        for page in ("/community", "/members", "/meetings", "/pay", "/suggestions",
                     "/invitations", "/offers", "/committees"):  # fmt: skip
            answer = client.get(page)
            assert answer.status_code == 200, page
            assert 'class="empty"' in answer.text or "Make a committee" in answer.text, page
        made = client.post("/committees", data={"name": "Table"})
        assert made.headers["location"] == "/committees/1?charter=1"
        assert client.post("/committees", data={"name": " "}).status_code == 422
