"""Today, the slate, KPIs, goals, resets, the ledger: what they show, and what their buttons do."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import col, select

from soundingboard.demo.run import open_demo
from soundingboard.web.app import make_app
from soundingboard.wiring import Parts
from store import audit, tables
from tests.console import signed_in
from tests.fakes import FixedReader

PAGES = (
    "/", "/slate", "/slate/audit", "/kpis", "/kpis/net_sentiment", "/kpis/vocal_hate", "/goals",
    "/goals?closed=1", "/goals/1", "/resets", "/resets/1", "/ledger", "/business-case",
)  # fmt: skip


@pytest.fixture(scope="module")
def parts(tmp_path_factory: pytest.TempPathFactory, demo_house: Path) -> Iterator[Parts]:
    folder = tmp_path_factory.mktemp("steering") / "demo"
    with open_demo(shutil.copytree(demo_house, folder), reader=FixedReader()) as demo:
        yield demo.parts


@pytest.fixture(scope="module")
def app(parts: Parts) -> FastAPI:
    return make_app(parts)


@pytest.fixture(scope="module")
def marketer(app: FastAPI, parts: Parts) -> TestClient:
    client = signed_in(app, parts, "marketer")
    assert client.post("/slate/propose", data={"seats": "8"}).status_code == 303
    return client


def told(client: TestClient, to: str) -> str:
    """The page an action leads to, with what it says was done."""
    return client.get(to).text


def test_every_page_opens_for_every_role(app: FastAPI, parts: Parts) -> None:
    for role in ("viewer", "moderator", "marketer", "admin"):
        client = signed_in(app, parts, role)
        for page in PAGES:
            answer = client.get(page)
            assert answer.status_code == 200, (role, page)
            assert answer.text.count("<h1") == 1, (role, page)


def test_whom_to_invite_is_told_to_those_who_invite_only(
    app: FastAPI, parts: Parts, marketer: TestClient
) -> None:
    assert "Who waits" in marketer.get("/").text
    assert "Who waits" not in signed_in(app, parts, "moderator").get("/").text
    assert "Waiting for a moderator" in signed_in(app, parts, "moderator").get("/").text
    with parts.store.read() as session:
        names = [one["author"] for one in _slate(session).result["members"]]
    viewer = signed_in(app, parts, "viewer")
    for page in ("/", "/slate"):
        shown = viewer.get(page).text
        assert not any(f">{name}<" in shown for name in names)
    assert "•••" in viewer.get("/slate").text
    assert "Bridget" not in viewer.get("/").text


def test_a_seat_given_is_proposed_around_and_taken_back(parts: Parts, marketer: TestClient) -> None:
    with parts.store.read() as session:
        seated = {one["author_id"] for one in _slate(session).result["members"]}
        waiting = session.exec(
            select(tables.Candidate).where(
                col(tables.Candidate.state) == "proposed",
                col(tables.Candidate.listed),
                col(tables.Candidate.author_id).not_in(seated),
            )
        ).first()
    assert waiting is not None
    price = marketer.post("/slate/try", data={"author": waiting.author_id, "how": "seat"})
    assert "The slate would be worth" in price.text
    given = marketer.post("/slate/seats", data={"author": waiting.author_id, "choice": "lock"})
    assert given.status_code == 303
    page = told(marketer, given.headers["location"])
    assert "has a seat now" in page
    undo = f"/slate/seats/{waiting.author_id}/free"
    assert f'action="{undo}"' in page
    with parts.store.read() as session:
        assert waiting.author_id in {one["author_id"] for one in _slate(session).result["members"]}
    assert marketer.post(undo).status_code == 303
    again = marketer.post(undo)
    assert again.status_code == 409
    assert "neither locked nor barred" in again.text


def test_a_goal_is_set_changed_and_the_change_taken_back(marketer: TestClient) -> None:
    form = {
        "title": "Hear twice as many", "kpi": "people_heard", "target": "400", "owner": "Iris",
        "benefit_customer": "more are heard", "benefit_company": "we know more",
        "starts": "2026-11-21", "ends": "2027-06-01",
    }  # fmt: skip
    wrong = marketer.post("/goals/new", data={**form, "target": "many"})
    assert wrong.status_code == 422
    assert "Hear twice as many" in wrong.text
    assert "is no number" in wrong.text
    made = marketer.post("/goals/new", data=form)
    assert made.status_code == 303
    goal = made.headers["location"]
    changed = marketer.post(f"{goal}/revise", data={"target": "500", "reason": "we can"})
    assert f'action="{goal}/undo"' in told(marketer, changed.headers["location"])
    assert "500" in marketer.get(goal).text
    assert marketer.post(f"{goal}/undo").status_code == 303
    assert ">400<" in marketer.get(goal).text or "400" in marketer.get(goal).text
    assert marketer.post(f"{goal}/revise", data={"reason": "nothing"}).status_code == 409


def test_money_is_entered_taken_back_and_counted_again(marketer: TestClient) -> None:
    form = {"kind": "cost", "what": "=travel", "amount": "12.50", "currency": "EUR"}
    entered = marketer.post("/ledger", data=form)
    page = told(marketer, entered.headers["location"])
    assert "12.50" in page
    undo = re.search(r"/ledger/\d+/cancel", page)
    assert undo is not None
    assert marketer.post(undo[0]).status_code == 303
    assert marketer.post("/ledger", data={**form, "amount": "much"}).status_code == 409
    sheet = marketer.post("/ledger/export", data={"as": "csv"}).content.decode("utf-8-sig")
    assert sheet.startswith("at,kind,what")
    assert ",=travel" not in sheet


def test_a_reset_goes_through_its_phases(parts: Parts, marketer: TestClient) -> None:
    with parts.store.read() as session:
        reset = session.exec(
            select(tables.Reset).where(col(tables.Reset.closed_at).is_(None))
        ).one()
    here = f"/resets/{reset.id}"
    assert marketer.post(f"{here}/begin").status_code == 303
    while "What did you find?" in marketer.get(here).text:
        assert marketer.post(f"{here}/conclude", data={"words": "It holds."}).status_code == 303
    assert marketer.post(f"{here}/reconsider").status_code == 303
    assert "What did you find?" in marketer.get(here).text
    assert marketer.post(f"{here}/conclude", data={"words": "It holds."}).status_code == 303
    assert (
        marketer.post(f"{here}/decide", data={"words": "Go on", "owner": "Iris"}).status_code == 303
    )
    assert marketer.post(f"{here}/finish").status_code == 303
    assert "closed" in marketer.get(here).text


def test_exports_are_what_is_shown_and_are_logged(parts: Parts, marketer: TestClient) -> None:
    for page in ("/kpis/export", "/slate/export"):
        for kind, start in (("csv", b"\xef\xbb\xbf"), ("jsonl", b"{"), ("xlsx", b"PK")):
            answer = marketer.post(page, data={"as": kind})
            assert answer.status_code == 200
            assert answer.content.startswith(start)
    with parts.store.read() as session:
        actions = {entry.action for entry in audit.entries(session, limit=200)}
    assert {"kpis_exported", "slate_exported", "goal_set", "reset_closed"} <= actions
    assert marketer.post("/business-case/export").text.startswith("# Business case")


def _slate(session) -> tables.Slate:
    return session.exec(select(tables.Slate).order_by(col(tables.Slate.id).desc())).first()
