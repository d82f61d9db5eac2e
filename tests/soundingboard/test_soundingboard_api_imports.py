"""Posts that programs bring, and calendars that they fetch: signed, once, and revocable."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from icalendar import Calendar
from standardwebhooks.webhooks import Webhook

from soundingboard import grants
from soundingboard.wiring import Parts
from store import tables
from store.pages import page
from tests.fakes import NOW
from tests.programs import Running, running, token_of

__all__ = ["running"]  # a fixture
POSTS = [
    {"id": "1", "author": "anna", "text": "I love Lumen", "date": "2026-02-01"},
    {"id": "2", "author": "bob", "text": "I hate the lid", "date": "2026-02-02"},
    {"id": "3", "author": "carl", "date": "2026-02-02"},
]


@pytest.fixture
def house(running: Running) -> Parts:
    running.anew()
    return running.parts


@pytest.fixture
def client(house: Parts, running: Running) -> TestClient:
    return running.client


def grant(house: Parts, kind: str) -> tables.Grant:
    with house.store.write() as session:
        return grants.make(session, kind, 1, "shop", by="Ann", now=NOW)


def deliver(
    house: Parts,
    client: TestClient,
    row: tables.Grant,
    body: str,
    *,
    told_as: str = "msg_1",
    at: datetime = NOW,
    kind: str = "application/json",
) -> Response:
    signature = Webhook(grants.hook_secret(house, row.nonce)).sign(told_as, at, body)
    headers = {
        "webhook-id": told_as, "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": f"v1,b3RoZXI= {signature}", "content-type": kind,
    }  # fmt: skip
    return client.post(f"/api/v1/import/{row.id}", content=body.encode(), headers=headers)


def posts(house: Parts) -> int:
    with house.store.read() as session:
        return len(page(session, tables.Post, 1000))


def test_a_signed_delivery_is_taken_in_and_told_twice_changes_nothing(
    house: Parts, client: TestClient
) -> None:
    row, before, body = grant(house, "import_hook"), posts(house), json.dumps(POSTS)
    first = deliver(house, client, row, body)
    assert first.status_code == 200, first.text
    told = first.json()
    assert (told["added"], told["refused"], told["source"]) == (2, 1, "Lumen Coffee/shop")
    assert "neither text" in told["refusals"][0]["reason"]
    again = deliver(house, client, row, body)
    assert (again.content, again.headers["idempotency-replayed"]) == (first.content, "true")
    other = deliver(house, client, row, json.dumps([{**POSTS[0], "text": "changed"}]))
    assert other.status_code == 422
    newer = deliver(house, client, row, body, told_as="msg_2")
    assert (newer.json()["added"], newer.json()["unchanged"]) == (0, 2)
    assert posts(house) == before + 2


def test_lines_one_array_and_one_object_are_all_read(house: Parts, client: TestClient) -> None:
    row = grant(house, "import_hook")
    lines = "\n".join(json.dumps(one) for one in POSTS)
    told = deliver(house, client, row, lines, kind="application/x-ndjson").json()
    assert [(told["added"], one["line"]) for one in told["refusals"]] == [(2, 3)]
    one = json.dumps({**POSTS[0], "id": "9"}, indent=2)
    assert deliver(house, client, row, one, told_as="msg_2").json()["added"] == 1


@pytest.mark.parametrize("off", [timedelta(minutes=-6), timedelta(minutes=6)])
def test_a_delivery_out_of_its_time_is_refused(
    off: timedelta, house: Parts, client: TestClient
) -> None:
    late = deliver(house, client, grant(house, "import_hook"), "[]", at=NOW + off)
    assert (late.status_code, late.json()["type"][-13:]) == (401, "bad-signature")


def test_unsigned_foreign_and_revoked_deliveries_are_refused_alike(
    house: Parts, client: TestClient
) -> None:
    row, other, body = grant(house, "import_hook"), grant(house, "calendar"), json.dumps(POSTS)
    told = [client.post(f"/api/v1/import/{number}", content=body) for number in (row.id, 99, 0)]
    told.append(deliver(house, client, other, body))
    forged = {"webhook-id": "é", "webhook-timestamp": "99999999999", "webhook-signature": "v1,é ,"}
    told.append(
        client.post(
            f"/api/v1/import/{row.id}",
            content=b"\xff\xfe",
            headers={name: value.encode() for name, value in forged.items()},
        )
    )
    with house.store.write() as session:
        grants.revoke(session, row.id or 0, by="Ann", now=NOW)
    told.append(deliver(house, client, row, body))
    assert {one.status_code for one in told} == {401}
    assert len({one.json()["detail"] for one in told}) == 1


def test_what_holds_no_posts_is_refused_with_its_reason(house: Parts, client: TestClient) -> None:
    header = token_of(house, "marketer")
    cases = (
        ("text,author\nhello,bob", "text/csv", 415),
        ("text,author\nhello,bob", "application/json", 422),
        ("", "application/json", 422),
        ("[1, 2]", "application/json", 422),
        ("[" * 100_000, "application/json", 422),
        ("[]" + " " * 20 * 2**20, "application/json", 413),
    )
    for body, kind, status in cases:
        told = client.post("/api/v1/import", content=body, headers={**header, "content-type": kind})
        assert told.status_code == status, told.text
        assert "/tmp" not in told.text  # noqa: S108 - where it was put meanwhile


def test_a_token_brings_posts_too_and_a_moderators_does_not(
    house: Parts, client: TestClient
) -> None:
    keyed = token_of(house, "marketer") | {"Idempotency-Key": "k"}
    told = [client.post("/api/v1/import?source=crm", json=POSTS, headers=keyed) for _ in "12"]
    assert [one.json()["added"] for one in told] == [2, 2]
    assert told[1].headers["idempotency-replayed"] == "true"
    refused = client.post("/api/v1/import", json=POSTS, headers=token_of(house, "moderator"))
    assert refused.status_code == 403


def test_a_calendar_shows_every_meeting_and_no_member_until_it_is_revoked(
    house: Parts, client: TestClient
) -> None:
    row = grant(house, "calendar")
    path = grants.address(house, row).removeprefix("https://voices.lumen.example")
    with house.store.write() as session:
        meeting = session.get_one(tables.Meeting, 1)
        again = {**meeting.model_dump(exclude={"id"}), "uid": "m2@lumen.example", "sequence": 3}
        again |= {"cancelled_at": NOW, "cancelled_why": "Ida is ill"}
        session.add(tables.Meeting(**again))
    first = client.get(path)
    events = Calendar.from_ical(first.content).walk("VEVENT")
    told = [(str(one["uid"]), one["sequence"], str(one["status"])) for one in events]
    assert told == [("m1@lumen.example", 0, "CONFIRMED"), ("m2@lumen.example", 3, "CANCELLED")]
    assert b"Ida" not in first.content
    assert b"ATTENDEE" not in first.content
    known = client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert (known.status_code, known.content) == (304, b"")
    with house.store.write() as session:
        grants.revoke(session, row.id or 0, by="Ann", now=NOW)
    for gone in (path, "/calendar/x.ics", f"/calendar/{house.signer.sign('unsubscribe', 1)}.ics"):
        refused = client.get(gone)
        assert (refused.status_code, refused.json()["instance"]) == (404, "/calendar")
