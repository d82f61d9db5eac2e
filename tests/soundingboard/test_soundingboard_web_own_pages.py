"""What people outside have: a member's page, what is held of them, the programme, the notice."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlmodel import col, select

from soundingboard.demo.run import open_demo
from soundingboard.personal_links import data_link, member_link
from soundingboard.web.app import make_app
from soundingboard.wiring import Parts
from store import tables
from tests.console import ORIGIN
from tests.fakes import FixedReader


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory, demo_house: Path) -> Iterator[Parts]:
    folder = tmp_path_factory.mktemp("own") / "demo"
    with open_demo(shutil.copytree(demo_house, folder), reader=FixedReader()) as demo:
        yield demo.parts


@pytest.fixture(scope="module")
def client(parts: Parts) -> TestClient:
    return TestClient(make_app(parts), base_url=ORIGIN, raise_server_exceptions=False)


def sitting(parts: Parts, place: int) -> tables.Member:
    with parts.store.read() as session:
        query = select(tables.Member).where(
            col(tables.Member.left_at).is_(None), col(tables.Member.door) == "committee"
        )
        return session.exec(query.order_by(col(tables.Member.id))).all()[place]


def path(link: str) -> str:
    return "/" + link.split("/", 3)[3]


def test_a_member_agrees_answers_and_suggests_on_a_page_of_their_own(
    parts: Parts, client: TestClient
) -> None:
    member = sitting(parts, 0)
    own = path(member_link(parts, member.id or 0))
    page = client.get(own)
    assert page.status_code == 200
    assert member.name in page.text
    suggested = client.post(f"{own}/suggestions", data={"words": "A bell that rings <b>loud</b>"})
    assert suggested.status_code == 200
    assert "A bell that rings &lt;b&gt;loud" in suggested.text
    assert client.post(f"{own}/suggestions", data={"words": " "}).status_code == 409
    with parts.store.read() as session:
        meeting = session.exec(
            select(tables.Meeting).where(
                col(tables.Meeting.held_at).is_(None), col(tables.Meeting.cancelled_at).is_(None)
            )
        ).first()
    assert meeting is not None
    assert client.post(f"{own}/meetings/{meeting.id}", data={"rsvp": "no"}).status_code == 200
    assert client.post(f"{own}/meetings/{meeting.id}", data={"rsvp": "never"}).status_code == 409
    with parts.store.read() as session:
        told = session.exec(
            select(tables.Attendance.rsvp).where(
                col(tables.Attendance.meeting_id) == meeting.id,
                col(tables.Attendance.member_id) == member.id,
            )
        ).one()
    assert told == "no"


def test_a_link_for_one_thing_opens_nothing_else(parts: Parts, client: TestClient) -> None:
    token = path(member_link(parts, 1)).rsplit("/", 1)[1]
    assert client.get(f"/my-data/{token}").status_code == 404
    assert client.get("/member/x").status_code == 404
    assert client.get(path(member_link(parts, 999))).status_code == 404


def test_everything_held_is_shown_copied_and_corrected(parts: Parts, client: TestClient) -> None:
    member = sitting(parts, 1)
    own = path(data_link(parts, member.author_id))
    page = client.get(own)
    assert "What we hold of you" in page.text
    copy = json.loads(client.post(f"{own}/copy").content)
    assert copy["held"]["member"][0]["name"] == member.name
    with parts.store.read() as session:
        post = session.exec(
            select(tables.Post).where(col(tables.Post.author_id) == member.author_id)
        ).first()
        foreign = session.exec(
            select(tables.Post).where(col(tables.Post.author_id) != member.author_id)
        ).first()
    assert post is not None
    assert foreign is not None
    said = client.post(f"{own}/correct", data={"post": post.id, "meant": "positive"})
    assert "A person of ours will look" in said.text
    with parts.store.read() as session:
        item = session.exec(
            select(tables.ReviewItem).where(col(tables.ReviewItem.post_id) == post.id)
        ).first()
    assert item is not None
    assert item.state == "open"
    theirs = client.post(f"{own}/correct", data={"post": foreign.id, "meant": "positive"})
    assert theirs.status_code == 409


def test_an_objection_counts_at_once_and_can_be_taken_back(
    parts: Parts, client: TestClient
) -> None:
    own = path(data_link(parts, sitting(parts, 2).author_id))
    assert "You asked us not to contact you" in client.post(f"{own}/object").text
    assert "You asked us not to contact you" not in client.post(f"{own}/allow").text


def test_erasing_asks_once_more_and_then_leaves_nothing(parts: Parts, client: TestClient) -> None:
    author = sitting(parts, 3).author_id
    own = path(data_link(parts, author))
    assert "Erase everything for good" in client.post(f"{own}/erase").text
    with parts.store.read() as session:
        assert session.get(tables.Author, author) is not None
    assert "It is erased" in client.post(f"{own}/erase", data={"sure": "yes"}).text
    with parts.store.read() as session:
        assert session.get(tables.Author, author) is None
    assert client.get(own).status_code == 404


def test_the_public_reads_what_was_decided_and_no_name(parts: Parts, client: TestClient) -> None:
    page = client.get("/programme").text
    with parts.store.read() as session:
        names = [member.name for member in session.exec(select(tables.Member))]
        handles = [author.name for author in session.exec(select(tables.Author))]
    for name in (*names, *(handle for handle in handles if len(handle) > 5)):
        assert f">{name}<" not in page
    assert "we did it" in page
    notice = client.get("/privacy").text
    assert f"{parts.settings.privacy.text_days} days" in notice
    assert client.get("/programme/99").status_code == 404


def test_a_member_may_leave_without_a_reason(parts: Parts, client: TestClient) -> None:
    member = sitting(parts, 0)
    own = path(member_link(parts, member.id or 0))
    assert "You left" in client.post(f"{own}/leave").text
    assert client.post(f"{own}/suggestions", data={"words": "late"}).status_code == 409
