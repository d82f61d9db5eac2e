"""The badge's pages: what anybody may see, and nothing of whoever holds one no more."""

from __future__ import annotations

import xml.dom.minidom
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from community.committees import badges
from community.committees.seal import Seal, verify
from config.clock import PinnedClock
from soundingboard.web.app import make_app
from soundingboard.wiring import Parts, secret_key
from store import tables
from tests.community.seats import NOW, make_committee, seat
from tests.fakes import make_parts


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    made = make_parts(tmp_path, at=NOW)
    yield made
    made.close()


@pytest.fixture
def pages(parts: Parts) -> Iterator[TestClient]:
    with TestClient(make_app(parts)) as client:
        yield client


def give(parts: Parts, *, name: str = "Lumen Circle") -> tables.Badge:
    """A badge of a member called mara, who wished to be named."""
    with parts.store.write() as session:
        mara = seat(session, make_committee(session, name), "mara")
        return badges.issue(
            session,
            mara.id or 0,
            seal=Seal(secret_key(parts.settings, parts.folder)),
            public_url="https://voices.test",
            actor="Ana",
            now=NOW,
            show_name=True,
        )


def test_a_stranger_checks_a_badge_with_two_requests(parts: Parts, pages: TestClient) -> None:
    serial = give(parts).serial
    key = pages.get("/badges/key").json()["x"]
    told = pages.get(f"/badges/{serial}.json")
    assert told.json()["status"] == "valid"
    assert verify(told.json()["badge"], key)
    assert told.headers["access-control-allow-origin"] == "*"


def test_the_page_says_in_words_that_it_holds(parts: Parts, pages: TestClient) -> None:
    page = pages.get(f"/badges/{give(parts).serial}")
    for words in ("This badge is valid", "Lumen Circle", "mara", "Valid until 1 March 2027"):
        assert words in page.text


def test_a_revoked_badge_says_so_everywhere_and_names_nobody(
    parts: Parts, pages: TestClient
) -> None:
    serial = give(parts).serial
    with parts.store.write() as session:
        badges.revoke(session, serial, reason="shouted at others", actor="Ana", now=NOW)
    for ending in ("", ".json", ".svg"):
        told = pages.get(f"/badges/{serial}{ending}").text
        assert "revoked" in told
        assert "mara" not in told
        assert "shouted" not in told


def test_an_expired_badge_says_so_everywhere_and_names_nobody(
    parts: Parts, pages: TestClient
) -> None:
    serial = give(parts).serial
    parts.clock = PinnedClock(NOW + timedelta(days=400))
    for ending in ("", ".json", ".svg"):
        told = pages.get(f"/badges/{serial}{ending}").text
        assert "expired" in told
        assert "mara" not in told


def test_the_picture_is_harmless_whatever_the_committee_is_called(
    parts: Parts, pages: TestClient
) -> None:
    serial = give(parts, name='<script>alert("&")</script>\ufffe').serial
    picture = pages.get(f"/badges/{serial}.svg")
    assert picture.headers["content-type"].startswith("image/svg+xml")
    drawn = xml.dom.minidom.parseString(picture.content)  # noqa: S318 - our own picture
    assert not drawn.getElementsByTagName("script")
    assert "<script>" not in pages.get(f"/badges/{serial}").text


@pytest.mark.parametrize("address", ["nothing", "nothing.json", "nothing.svg", "..%2fkey"])
def test_an_unknown_serial_is_not_found(pages: TestClient, address: str) -> None:
    assert pages.get(f"/badges/{address}").status_code == 404


def test_no_method_changes_anything(parts: Parts, pages: TestClient) -> None:
    serial = give(parts).serial
    for method in ("POST", "PUT", "DELETE"):
        assert pages.request(method, f"/badges/{serial}").status_code == 405
