"""Settings and the first walk: what an administrator turns counts at once, and nothing is lost."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from config.loading import FILE_NAME
from soundingboard.web.app import make_app
from soundingboard.wiring import Parts
from store.brands import all_brands
from store.sources import all_sources
from tests.console import signed_in
from tests.fakes import make_parts

OPML = b"""<opml version="2.0"><body><outline text="One" xmlUrl="https://one.example/feed"/>
<outline text="Bad" xmlUrl="ftp://x"/></body></opml>"""


@pytest.fixture
def parts(tmp_path: Path) -> Iterator[Parts]:
    made = make_parts(tmp_path)
    yield made
    made.close()


@pytest.fixture
def admin(parts: Parts) -> TestClient:
    return signed_in(make_app(parts), parts, "admin")


def test_a_brand_added_on_a_page_counts_at_once(parts: Parts, admin: TestClient) -> None:
    form = {"name": "Lumen", "aliases": "Lumen Coffee, LumenCo", "competitors": "Umbra"}
    assert admin.post("/settings/brands", data=form).status_code == 303
    assert parts.settings.brand[0].aliases == ("Lumen Coffee", "LumenCo")
    with parts.store.read() as session:
        assert [brand.name for brand in all_brands(session)] == ["Lumen"]
    changed = {"name": "Lumen", "was": "Lumen", "aliases": "LumenCo"}
    assert admin.post("/settings/brands", data=changed).status_code == 303
    assert parts.settings.brand[0].aliases == ("LumenCo",)
    wrong = admin.post("/settings/brands", data={"name": " "})
    assert wrong.status_code == 422
    assert 'role="alert"' in wrong.text


def test_readers_of_the_digest_come_and_go(parts: Parts, admin: TestClient) -> None:
    form = {"address": "ann@example.org", "role": "executive", "hour": "6"}
    added = admin.post("/settings/digest/recipients", data=form)
    assert parts.settings.digest.recipient[0].hour == 6
    page = admin.get(added.headers["location"]).text
    drop = page.split('action="/settings/digest/recipients/')[1].split('"')[0]
    assert admin.post(f"/settings/digest/recipients/{drop}").status_code == 303
    assert parts.settings.digest.recipient == ()
    wrong = admin.post("/settings/digest/recipients", data={"address": "no address"})
    assert wrong.status_code == 422
    assert "no address" in wrong.text


def test_a_wrong_value_is_refused_and_the_file_stays(parts: Parts, admin: TestClient) -> None:
    assert admin.post("/settings/retention", data={"text_days": "90"}).status_code == 303
    before = (parts.folder / FILE_NAME).read_text()
    for text in ("0", "-1", "many", ""):
        assert admin.post("/settings/retention", data={"text_days": text}).status_code == 422
    assert (parts.folder / FILE_NAME).read_text() == before
    assert parts.settings.privacy.text_days == 90


def test_a_list_of_feeds_is_shown_before_it_is_taken(parts: Parts, admin: TestClient) -> None:
    shown = admin.post("/settings/sources/import", files={"file": ("my.opml", OPML, "text/xml")})
    assert shown.status_code == 200
    assert "It is no web address" in shown.text
    with parts.store.read() as session:
        assert all_sources(session) == []
    taken = admin.post("/settings/sources/take", data={"take": ["https://one.example/feed One"]})
    assert taken.status_code == 303
    with parts.store.read() as session:
        assert [source.name for source in all_sources(session)] == ["One"]
    assert b"https://one.example/feed" in admin.post("/settings/sources/export").content
    bad = admin.post("/settings/sources/import", files={"file": ("x", b"no", "text/plain")})
    assert bad.status_code == 422


def test_a_wording_that_leaves_something_unsaid_is_refused(admin: TestClient) -> None:
    page = admin.get("/settings/templates/invitation").text
    assert "${" not in page or "$brand" in page
    refused = admin.post(
        "/settings/templates/invitation", data={"subject": "Come", "body": "Dear $name, come."}
    )
    assert refused.status_code == 422
    assert "Dear $name, come." in refused.text
    assert admin.get("/settings/templates/other").status_code == 409


def test_the_walk_tells_what_is_done_and_keeps_what_is_skipped(admin: TestClient) -> None:
    assert "Nothing is listened to yet" in admin.get("/").text
    assert admin.post("/start/skip", data={"step": "digest"}).status_code == 303
    assert admin.get("/start").text.count(">skipped<") == 1
    assert admin.post("/start/skip", data={"step": "nonsense"}).status_code == 404
    assert admin.post("/start/skip", data={"step": "digest", "again": "yes"}).status_code == 303
    assert ">skipped<" not in admin.get("/start").text
    admin.post("/settings/brands", data={"name": "Lumen", "back": "/start"})
    charter = {"name": "Table", "purpose": "to mend", "compensation": "coffee", "seniors": "Iris"}
    assert admin.post("/start/committee", data={**charter, "hours": "x"}).status_code == 422
    assert admin.post("/start/committee", data=charter).status_code == 303
    assert admin.get("/start").text.count(">done<") == 2


def test_the_demo_fills_an_empty_house_and_goes_again(parts: Parts, admin: TestClient) -> None:
    assert admin.post("/start/demo").status_code == 303
    _wait(parts)
    assert parts.errands.last is not None
    assert parts.errands.last.state == "done", parts.errands.last.words
    assert "Take the demo out again" in admin.get("/start").text
    assert admin.get("/recruits").status_code == 200
    assert admin.post("/start/demo/remove").status_code == 303
    with parts.store.read() as session:
        assert all_brands(session) == []
        assert all_sources(session) == []
    assert parts.settings.brand == ()
    admin.post("/settings/brands", data={"name": "Lumen"})
    admin.post("/start/demo")
    _wait(parts)
    assert "not empty" in parts.errands.last.words


def _wait(parts: Parts) -> None:
    """Until the errand is over; it says so itself."""
    assert parts.errands.last is not None
    assert parts.errands.last.over.wait(180)
