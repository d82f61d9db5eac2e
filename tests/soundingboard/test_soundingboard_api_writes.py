"""Changes by programs: by the house's own rules, once under one key, and never blindly."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient

from community.forgetting.erasure import forget
from config.clock import PinnedClock
from soundingboard.wiring import Parts
from store import tables
from store.pages import page
from tests.fakes import NOW
from tests.programs import Running, running, token_of

V1 = "/api/v1"
__all__ = ["running"]  # a fixture
Header = dict[str, str]


@pytest.fixture
def house(running: Running) -> Parts:
    running.anew()
    return running.parts


@pytest.fixture
def client(house: Parts, running: Running) -> TestClient:
    return running.client


@pytest.fixture
def marketer(house: Parts) -> Header:
    return token_of(house, "marketer")


def count(house: Parts, table: Any) -> int:
    with house.store.read() as session:
        return len(page(session, table, 1000))


def test_a_decision_moves_the_candidate_is_written_down_and_can_be_taken_back(
    house: Parts, client: TestClient, marketer: Header
) -> None:
    address = f"{V1}/candidates/2/decisions"
    made = client.post(address, json={"action": "approve", "version": 0}, headers=marketer)
    assert (made.status_code, made.json()["state"], made.json()["version"]) == (201, "approved", 1)
    again = client.get(f"{V1}/candidates/2", headers=marketer)
    assert again.headers["etag"] == made.headers["etag"]
    undone = client.post(address, json={"action": "undo", "version": 1}, headers=marketer)
    assert (undone.json()["state"], undone.json()["version"]) == ("proposed", 2)
    told = client.get(address, headers=marketer).json()["items"]
    assert [(one["action"], one["actor"]) for one in told] == [
        ("reopen", "Marketer"), ("approve", "Marketer"),
    ]  # fmt: skip
    with house.store.read() as session:
        written = [one.action for one in session.exec(_all(tables.AuditEntry))]
    assert written[-2:] == ["candidate_approve", "candidate_reopen"]


def _all(table: Any) -> Any:
    from sqlmodel import select

    return select(table)


def test_what_changed_in_between_is_not_overwritten(client: TestClient, marketer: Header) -> None:
    address, looked = f"{V1}/candidates/2/decisions", client.get(
        f"{V1}/candidates/2", headers=marketer
    )  # fmt: skip
    tag = {"If-Match": looked.headers["etag"]}
    shortlist = {"action": "shortlist"}
    assert client.post(address, json=shortlist, headers=marketer | tag).status_code == 201
    stale = client.post(address, json={"action": "approve"}, headers=marketer | tag)
    assert (stale.status_code, stale.json()["type"][-9:]) == (412, "overtaken")
    stale = client.post(address, json={"action": "approve", "version": 0}, headers=marketer)
    assert stale.status_code == 412
    fresh = {"If-Match": f'"other", {stale.headers["etag"]}'}
    approve = {"action": "approve", "version": 1}
    assert client.post(address, json=approve, headers=marketer | fresh).status_code == 201


def test_a_rule_of_the_house_forbids_what_it_forbids_on_the_console(
    client: TestClient, marketer: Header
) -> None:
    address = f"{V1}/candidates/2/decisions"
    told = client.post(address, json={"action": "reject"}, headers=marketer).json()
    assert told["status"] == 409
    assert told["mend"].startswith("Choose one of: works_there")


def test_the_role_of_its_owner_still_limits_a_token(house: Parts, client: TestClient) -> None:
    header = token_of(house, "moderator")
    approve = client.post(
        f"{V1}/candidates/2/decisions", json={"action": "approve"}, headers=header
    )
    assert approve.status_code == 403
    item = client.get(f"{V1}/review/1", headers=header).json()
    ruling = {"decision": "hide", "reason": "spam", "version": item["version"]}
    ruled = client.post(f"{V1}/review/1/decisions", json=ruling, headers=header)
    assert (ruled.status_code, ruled.json()["decision"]) == (201, "hide")
    undone = client.post(f"{V1}/review/1/undo", json={}, headers=header)
    assert undone.json()["state"] == "open"


def test_the_same_key_and_request_are_answered_alike_and_done_once(
    house: Parts, client: TestClient, marketer: Header
) -> None:
    keyed, event = marketer | {"Idempotency-Key": "k1"}, {"kind": "launch", "title": "A lid"}
    first = client.post(f"{V1}/events", json=event, headers=keyed)
    second = client.post(f"{V1}/events", json=event, headers=keyed)
    assert (second.status_code, second.content) == (first.status_code, first.content)
    assert second.headers["idempotency-replayed"] == "true"
    assert count(house, tables.ContextEvent) == 2  # one stood there before
    other = client.post(f"{V1}/events", json={**event, "title": "Else"}, headers=keyed)
    assert (other.status_code, other.json()["type"][-8:]) == (422, "key-used")


def test_a_refusal_is_given_again_and_a_key_is_forgotten_after_a_day(
    house: Parts, client: TestClient, marketer: Header
) -> None:
    keyed, address = marketer | {"Idempotency-Key": "k2"}, f"{V1}/candidates/2/decisions"
    refused = client.post(address, json={"action": "undo"}, headers=keyed)
    client.post(address, json={"action": "approve"}, headers=marketer)
    again = client.post(address, json={"action": "undo"}, headers=keyed)
    assert (again.status_code, again.json()) == (409, refused.json())
    house.clock = PinnedClock(NOW + timedelta(hours=25))
    assert client.post(address, json={"action": "undo"}, headers=keyed).status_code == 201


def test_a_request_that_is_being_worked_on_is_not_begun_twice(
    house: Parts, client: TestClient, marketer: Header
) -> None:
    keyed, event = marketer | {"Idempotency-Key": "k3"}, {"kind": "launch", "title": "A lid"}
    client.post(f"{V1}/events", json=event, headers=keyed)
    with house.store.write() as session:
        (row,) = session.exec(_all(tables.Replay)).all()
        row.status = None
    assert client.post(f"{V1}/events", json=event, headers=keyed).status_code == 409
    house.clock = PinnedClock(NOW + timedelta(minutes=11))  # whoever began it was cut off
    assert client.post(f"{V1}/events", json=event, headers=keyed).status_code == 201


def test_many_at_once_under_one_key_do_it_once(
    house: Parts, client: TestClient, marketer: Header
) -> None:
    keyed, event = marketer | {"Idempotency-Key": "k4"}, {"kind": "press", "title": "In the news"}

    def ask(_number: int) -> int:
        return client.post(f"{V1}/events", json=event, headers=keyed).status_code

    with ThreadPoolExecutor(6) as pool:
        told = list(pool.map(ask, range(12)))
    assert set(told) <= {201, 409}
    assert 201 in told
    assert count(house, tables.ContextEvent) == 2


def test_erasing_a_person_forgets_every_answer_that_was_kept(
    house: Parts, client: TestClient, marketer: Header
) -> None:
    keyed = marketer | {"Idempotency-Key": "k5"}
    client.post(f"{V1}/candidates/2/notes", json={"note": "call noor"}, headers=keyed)
    assert count(house, tables.Replay) == 1
    with house.store.read() as session:
        noor = session.get_one(tables.Author, 2)
    forget(house.store, house.marker, [noor], NOW, [])
    assert count(house, tables.Replay) == 0


def test_a_suggestion_goes_its_way_step_by_step(client: TestClient, marketer: Header) -> None:
    new = {"committee": 1, "member": 1, "words": "sell spare lids"}
    made = client.post(f"{V1}/suggestions", json=new, headers=marketer)
    address = f"{V1}/suggestions/{made.json()['number']}/steps"
    taken = (
        {"step": "assign", "owner": "Ann"},
        {"step": "acknowledge"},
        {"step": "accept", "reason": "many ask for it"},
        {"step": "act", "evidence": "https://lumen.example/lids"},
        {"step": "undo"},
        {"step": "note", "words": "the page was not ready"},
    )
    told = [client.post(address, json=step, headers=marketer) for step in taken]
    assert [one.status_code for one in told] == [201] * len(taken)
    assert told[-1].json()["state"] == "accepted"
    assert [one["step"] for one in told[-1].json()["steps"]][-2:] == ["undo", "note"]
    assert (
        client.post(f"{V1}/suggestions", json={"committee": 1}, headers=marketer).status_code == 422
    )


def test_an_invitation_is_only_ever_drafted_here(
    house: Parts, client: TestClient, marketer: Header
) -> None:
    before = count(house, tables.OutboxRow)
    made = client.post(f"{V1}/invitations", json={"candidate": 1}, headers=marketer)
    assert (made.status_code, made.json()["state"], made.json()["drafted_by"]) == (
        201, "drafted", "Marketer",
    )  # fmt: skip
    assert count(house, tables.OutboxRow) == before
    again = client.post(f"{V1}/invitations", json={"candidate": 1}, headers=marketer)
    assert again.status_code == 409


def test_events_come_off_assignments_are_taken_back_and_labels_need_the_sample(
    client: TestClient, marketer: Header
) -> None:
    gone = client.delete(f"{V1}/events/1", headers=marketer | {"If-Match": '"other"'})
    assert gone.status_code == 412
    assert client.delete(f"{V1}/events/1", headers=marketer).status_code == 204
    assert client.get(f"{V1}/events/1", headers=marketer).status_code == 404
    address = f"{V1}/candidates/1/assignments"
    assert client.post(address, json={"to": "Kim"}, headers=marketer).json()["assignee"] == "Kim"
    assert client.post(address, json={}, headers=marketer).json()["assignee"] is None
    label = {"post": 1, "label": "negative"}
    assert client.post(f"{V1}/labels", json=label, headers=marketer).status_code == 201
    assert (
        client.post(f"{V1}/labels", json={**label, "post": 99}, headers=marketer).status_code == 404
    )


def test_a_failed_delivery_is_told_once_more(
    house: Parts, client: TestClient, marketer: Header
) -> None:
    address = f"{V1}/webhooks/deliveries/1"
    assert client.post(f"{address}/replay", headers=marketer).status_code == 409
    with house.store.write() as session:
        session.get_one(tables.OutboxRow, 1).state = "failed"
    told = client.post(f"{address}/replay", headers=marketer)
    assert (told.status_code, told.json()["state"]) == (202, "pending")
    assert told.json()["log"][-1]["words"] == "Marketer let it go once more"
