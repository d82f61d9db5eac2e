"""The pages of who may come in: first admin, sign-in, account, users, tokens, the audit log."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlmodel import select

from soundingboard.access import audit, sessions, signing_in, welcome
from soundingboard.web.app import make_app
from soundingboard.wiring import Parts
from store import audit as log
from store import tables
from tests.console import ORIGIN, signed_in
from tests.fakes import make_parts

SECRET = "marmalade violin tundra 7"
OTHER = "teapot aurora 51 kelp"


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    made = make_parts(tmp_path)
    yield made
    made.close()


@pytest.fixture
def app(parts: Parts) -> FastAPI:
    return make_app(parts)


def stranger(app: FastAPI) -> TestClient:
    return TestClient(app, base_url=ORIGIN, follow_redirects=False)


def link(parts: Parts, user_id: int | None = None) -> str:
    """The path of a fresh one-time link."""
    with parts.store.write() as session:
        now = parts.clock.now()
        token = (
            welcome.first_link(session, now)
            if user_id is None
            else welcome.new_link(session, user_id, "Ann", now)
        )
    return f"/welcome/{token}"


def become_admin(app: FastAPI, parts: Parts) -> TestClient:
    client = stranger(app)
    answer = client.post(
        link(parts),
        data={"name": "Ann", "address": "ann@lumen.test", "timezone": "UTC", "password": SECRET},
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    return client


def actions(parts: Parts) -> list[str]:
    with parts.store.read() as session:
        assert audit.verify(session) is None
        return [entry.action for entry in log.entries(session)]


def test_the_first_link_is_looked_at_freely_and_used_once(app: FastAPI, parts: Parts) -> None:
    path, client = link(parts), stranger(app)
    for _ in range(3):
        assert client.get(path).status_code == 200
    weak = client.post(path, data={"name": "Ann", "address": "a@lumen.test", "password": "lumen"})
    assert weak.status_code == 422
    assert "at least 10" in weak.text
    assert 'value="a@lumen.test"' in weak.text
    done = client.post(path, data={"name": "Ann", "address": "a@lumen.test", "password": SECRET})
    assert done.status_code == 303
    assert client.get("/account").status_code == 200
    late = stranger(app)
    assert late.get(path).status_code == 404
    assert late.post(path, data={"name": "Eve", "password": SECRET}).status_code == 404


def test_cookies_are_closed_to_scripts_and_to_other_sites(app: FastAPI, parts: Parts) -> None:
    client = become_admin(app, parts)
    client.post("/sign-out")
    answer = client.post("/sign-in", data={"address": "ann@lumen.test", "password": SECRET})
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert cookie.startswith("__Host-")
        for mark in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
            assert mark in cookie
        assert "Domain" not in cookie


def test_signing_in_leads_on_within_the_site_and_signing_out_ends_it(
    app: FastAPI, parts: Parts
) -> None:
    client = become_admin(app, parts)
    old = client.cookies[sessions.SESSION_COOKIE]
    assert client.post("/sign-out").headers["location"] == "/sign-in"
    client.cookies.set(sessions.SESSION_COOKIE, old, domain="voices.example.test")
    assert client.get("/account").headers["location"] == "/sign-in?next=%2Faccount"
    given = {"address": "ANN@lumen.test ", "password": SECRET}
    for wanted, led in (
        ("/account?x=1", "/account?x=1"),
        ("//evil.test", "/"),
        ("/\\evil.test", "/"),
        ("https://evil.test", "/"),
    ):
        answer = client.post("/sign-in", data={**given, "next": wanted})
        assert answer.headers["location"] == led
    assert client.cookies[sessions.SESSION_COOKIE] != old
    with parts.store.read() as session:
        rows = session.exec(select(tables.UserSession)).all()
    assert sum(row.ended_at is None for row in rows) == 1


def test_failures_look_the_same_and_then_ask_to_wait(app: FastAPI, parts: Parts) -> None:
    become_admin(app, parts)
    pages = []
    for address in ("ann@lumen.test", "nobody@lumen.test"):
        client = stranger(app)
        for _ in range(2):
            answer = client.post("/sign-in", data={"address": address, "password": "wrong"})
        pages.append((answer.status_code, answer.text.replace(address, "")))
        assert signing_in.FAILED in answer.text
    assert pages[0] == pages[1]
    for _ in range(3):
        answer = client.post("/sign-in", data={"address": "ann@lumen.test", "password": "wrong"})
    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) > 0


def test_a_changed_password_and_other_browsers(app: FastAPI, parts: Parts) -> None:
    client, second = become_admin(app, parts), stranger(app)
    second.post("/sign-in", data={"address": "ann@lumen.test", "password": SECRET})
    assert second.get("/account").status_code == 200
    wrong = client.post("/account/password", data={"current": "no", "new": OTHER})
    assert (wrong.status_code, "not your current password" in wrong.text) == (422, True)
    assert client.post("/account/password", data={"current": SECRET, "new": OTHER}).is_redirect
    assert client.get("/account").status_code == 200
    assert second.get("/account").status_code == 303
    assert client.post("/account/others").is_redirect
    assert actions(parts)[:2] == ["sessions_ended", "password_changed"]


def test_an_account_sets_its_zone_theme_and_keys(app: FastAPI, parts: Parts) -> None:
    client = signed_in(app, parts, "viewer")
    client.post("/account", data={"timezone": "Asia/Tokyo", "theme": "dark"})
    shown = client.get("/account").text
    assert 'data-theme="dark"' in shown
    assert 'data-shortcuts="off"' in shown
    assert '<option value="Asia/Tokyo" selected>' in shown
    assert client.post("/account", data={"timezone": "Mars", "theme": "dark"}).status_code == 409


def test_an_admin_adds_somebody_who_comes_in_by_the_link(app: FastAPI, parts: Parts) -> None:
    client = become_admin(app, parts)
    added = client.post(
        "/settings/users",
        data={"name": "<b>Bo", "address": "bo@lumen.test", "role": "moderator"},
    )
    assert "<b>Bo" not in added.text
    (path,) = re.findall(r"http://127.0.0.1:8400(/welcome/[\w-]+)", added.text)
    bo = stranger(app)
    assert bo.post(path, data={"password": SECRET}).is_redirect
    assert bo.get("/settings/users").status_code == 403
    again = client.post("/settings/users", data={"name": "Bo 2", "address": "bo@lumen.test"})
    assert (again.status_code, 'value="Bo 2"' in again.text) == (422, True)

    changed = client.post("/settings/users/2/role", data={"role": "viewer"})
    assert bo.get("/account").status_code == 303
    shown = client.get(changed.headers["location"]).text
    (undo,) = re.findall(r'action="(/settings/users/2/role[^"]*back_to[^"]*)"', shown)
    client.post(undo)
    assert client.post("/settings/users/2/disable").is_redirect
    assert client.post("/settings/users/1/disable").status_code == 409
    assert client.post("/settings/users/1/role", data={"role": "viewer"}).status_code == 409
    assert client.post("/settings/users/99/enable").status_code == 404
    with parts.store.read() as session:
        user = session.get(tables.User, 2)
    assert user is not None
    assert (user.role, user.disabled_at is None) == ("moderator", False)


def test_a_token_is_shown_once_and_only_its_owner_or_an_admin_ends_it(
    app: FastAPI, parts: Parts
) -> None:
    viewer, other = signed_in(app, parts, "viewer"), signed_in(app, parts, "marketer")
    made = viewer.post(
        "/settings/tokens", data={"name": "Quarterly", "scope": "read", "days": "30"}
    )
    (words,) = re.findall(r"sb_[0-9a-f]{8}_[\w-]{43}", made.text)
    assert words not in viewer.get("/settings/tokens").text
    assert "Quarterly" not in other.get("/settings/tokens").text
    assert other.post("/settings/tokens/1/revoke").status_code == 404
    beyond = viewer.post("/settings/tokens", data={"name": "x", "scope": "write", "days": "30"})
    assert (beyond.status_code, "may not hand out write" in beyond.text) == (422, True)
    assert signed_in(app, parts, "admin").post("/settings/tokens/1/revoke").is_redirect
    assert actions(parts)[:2] == ["token_revoked", "token_made"]


def test_the_log_is_filtered_paged_checked_and_exported(app: FastAPI, parts: Parts) -> None:
    client = signed_in(app, parts, "admin")
    with parts.store.write() as session:
        for i in range(120):
            audit.note(session, f"<i>{i}", "person_opened", f"author:{i % 3}", parts.clock.now())
    first = client.get("/settings/audit")
    assert "<i>1" not in first.text
    (following,) = re.findall(r'rel="next" href="([^"]+)"', first.text)
    assert following.endswith("after=71")
    assert (
        client.get("/settings/audit?subject=author:1&action=person_opened").text.count(
            'subject=author%3A1"'
        )
        == 40
    )
    for odd in ("user=x&after=-1", "subject=%00", "action='&user=99999999999999", "after=٣"):
        assert client.get(f"/settings/audit?{odd}").status_code == 200
    exported = client.post("/settings/audit/export?subject=author:2", data={"as": "jsonl"})
    assert len(exported.text.splitlines()) == 40
    whole = client.post("/settings/audit/check")
    assert "whole: 121 entries" in client.get(whole.headers["location"]).text
    with parts.store.write() as session:
        entry = session.get(tables.AuditEntry, 7)
        assert entry is not None
        entry.actor = "Eve"
        session.add(entry)
    broken = client.post("/settings/audit/check")
    assert "broken from entry 7" in client.get(broken.headers["location"]).text


@pytest.mark.parametrize(
    "path", ["/account", "/settings/users", "/settings/tokens", "/settings/audit", "/sign-in"]
)
def test_reading_writes_nothing(app: FastAPI, parts: Parts, path: str) -> None:
    client, asked = signed_in(app, parts, "admin"), list[str]()

    def hear(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement.split()[0])

    event.listen(parts.store.engine, "before_cursor_execute", hear)
    assert client.get(path).status_code in (200, 303)
    event.remove(parts.store.engine, "before_cursor_execute", hear)
    assert set(asked) <= {"BEGIN", "SELECT"}
