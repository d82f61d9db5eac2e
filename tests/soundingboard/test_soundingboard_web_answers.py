"""The pages behind an invitation's links: GET shows, POST answers, and nothing else counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import event
from sqlmodel import SQLModel, select

from community.candidates import contact
from community.inviting import invitations
from community.inviting.consent import LABELS, sha_of
from config.settings import Settings
from soundingboard import unsubscribing
from soundingboard.inviting import desk_of, send
from soundingboard.web.app import make_app
from soundingboard.wiring import Parts
from store import outbox, tables
from store.tombstones import buried
from tests.fakes import make_parts
from tests.inviting import NOW, SETTINGS, add_charter, approve_somebody, found_committee

WRITES = re.compile(r"^\s*(INSERT|UPDATE|DELETE|REPLACE|CREATE|DROP|ALTER|BEGIN IMMEDIATE)", re.I)


@dataclass
class Pages:
    """One invitation that was sent by mail, and a reader who opens its links."""

    parts: Parts
    client: TestClient
    number: int
    nonce: str

    def path(self, door: str) -> str:
        token = self.parts.signer.sign("invitation", self.nonce, door)
        return f"/invitation/{token}"

    def press(self, door: str, **typed: str) -> Any:
        """Open a door's page and press its button, as a browser would."""
        page = self.client.get(self.path(door)).text
        found = re.search(r'name="words" value="([0-9a-f]+)"', page)
        words = found.group(1) if found else ""
        return self.client.post(self.path(door), data={"words": words, **typed})

    def all(self, table: type[SQLModel]) -> list[Any]:
        with self.parts.store.read() as session:
            return list(session.exec(select(table)))

    def state(self) -> tuple[Any, ...]:
        (invitation,), (offer,), (candidate,) = (
            self.all(table) for table in (tables.Invitation, tables.Offer, tables.Candidate)
        )
        return invitation.state, invitation.answer, offer.state, candidate.state


def settings() -> Settings:
    return SETTINGS


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Pages]:
    parts = make_parts(tmp_path, settings=settings(), at=NOW)
    with parts.store.write() as session:
        charter = found_committee(session)
        brand_id = session.get_one(tables.Committee, charter.committee_id).brand_id
        candidate = approve_somebody(session, brand_id, address="mara@post.example")
        head = invitations.draft(session, desk_of(parts), candidate, by="Ann", now=NOW)
    number = head.invitation.id or 0
    send(parts, number, by="Bo")
    with TestClient(make_app(parts), raise_server_exceptions=False) as client:
        yield Pages(parts, client, number, head.invitation.nonce)
    parts.close()


def test_opening_every_link_changes_nothing(pages: Pages) -> None:
    written: list[str] = []

    @event.listens_for(pages.parts.store.engine, "before_cursor_execute")
    def note(_c: Any, _u: Any, statement: str, *_more: Any) -> None:
        if WRITES.match(statement):
            written.append(statement)

    stop = unsubscribing.link(pages.parts, "mara@post.example").removeprefix(
        SETTINGS.web.public_url
    )
    paths = [pages.path(door) for door in (*LABELS, "choose")] + [stop]
    for path in paths:
        for method in ("GET", "HEAD"):
            assert pages.client.request(method, path).status_code == 200
        assert pages.client.request("OPTIONS", path).status_code == 405
    assert written == []
    assert pages.state() == ("approved", None, "open", "invited")
    assert pages.press("not_now").status_code == 200
    assert written != []  # so the trace does see writes


def test_each_link_of_the_mail_opens_its_page(pages: Pages) -> None:
    (row,) = pages.all(tables.OutboxRow)
    hrefs = re.findall(r'class="button[^"]*" href="([^"]+)"', row.html)
    assert len(hrefs) == 4
    for href, label in zip(hrefs, LABELS.values(), strict=True):
        assert href in row.text
        page = pages.client.get(unescape(href).removeprefix(SETTINGS.web.public_url))
        assert f'<h1 dir="auto">{label}</h1>' in page.text
    assert (row.kind, row.approved_by, row.receiver) == ("invitation", "Bo", "mara@post.example")
    assert row.message_id.endswith("@lumen.example>")


@pytest.mark.parametrize(
    ("door", "offer", "candidate"),
    [
        ("committee", "accepted", "accepted"),
        ("community", "accepted", "accepted"),
        ("not_now", "declined", "declined"),
        ("never", "declined", "declined"),
    ],
)
def test_a_button_answers_and_leaves_proof(
    pages: Pages, door: str, offer: str, candidate: str
) -> None:
    shown = pages.client.get(pages.path(door)).text
    thanks = pages.press(door, name="Mara W", address="")
    assert thanks.status_code == 200
    assert [step.status_code for step in thanks.history] == [303]
    assert pages.state() == ("answered", door, offer, candidate)
    (proof,) = pages.all(tables.Consent)
    assert proof.answer == door
    assert proof.words_sha == sha_of(proof.words)
    assert proof.charter_id
    assert proof.template_id
    assert proof.at == NOW
    page = unescape(re.sub(r"<[^>]+>", "", shown))
    for line in proof.words.split("\n"):
        assert line in page  # the very words that were shown
    members = pages.all(tables.Member)
    joins = door in ("committee", "community")
    assert [(m.door, m.name) for m in members] == ([(door, "Mara W")] if joins else [])


def test_the_committee_s_page_shows_the_whole_charter(pages: Pages) -> None:
    page = unescape(pages.client.get(pages.path("committee")).text)
    for told in (
        "To tell Lumen what to change first",
        "about 12 hours a year, in 5 meetings",
        "the managing director and the head of service",
        "your travel, and coffee for the year",
        "within 30 days",
    ):
        assert told in page


def test_the_same_answer_sent_again_is_one_answer(pages: Pages) -> None:
    for door in ("community", "committee"):
        page = pages.client.get(pages.path(door)).text
        sha = re.search(r'value="([0-9a-f]{64})"', page)
        assert sha is not None
        for _ in range(3):
            sent = pages.client.post(pages.path(door), data={"words": sha.group(1)})
            assert sent.status_code == 200
    assert [proof.answer for proof in pages.all(tables.Consent)] == ["community", "committee"]
    assert len(pages.all(tables.Member)) == 1


def test_a_person_may_change_their_mind_and_every_word_stays(pages: Pages) -> None:
    for door in ("committee", "never", "not_now", "community", "not_now", "committee"):
        assert pages.press(door).status_code == 200
        assert pages.state()[1] == door
    assert [proof.answer for proof in pages.all(tables.Consent)] == [
        "committee",
        "never",
        "not_now",
        "community",
        "not_now",
        "committee",
    ]
    (member,) = pages.all(tables.Member)
    assert (member.door, member.left_at) == ("committee", None)
    with pages.parts.store.read() as session:
        author = session.get_one(tables.Author, member.author_id)
        assert not contact.is_forbidden(session, pages.parts.marker, author)


def test_who_says_never_loses_their_seat_and_is_left_alone(pages: Pages) -> None:
    pages.press("committee")
    assert "will not hear from us again" in pages.press("never").text
    (member,) = pages.all(tables.Member)
    assert member.left_at == NOW
    marker = pages.parts.marker
    with pages.parts.store.read() as session:
        author = session.get_one(tables.Author, member.author_id)
        assert contact.is_forbidden(session, marker, author)
        assert buried(session, {marker.address("mara@post.example")}, "do_not_contact")


def test_a_mail_program_s_one_click_is_a_never(pages: Pages) -> None:
    (row,) = pages.all(tables.OutboxRow)
    assert row.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    url = row.headers["List-Unsubscribe"].strip("<>").removeprefix(SETTINGS.web.public_url)
    sent = pages.client.post(url, data={"List-Unsubscribe": "One-Click"}, follow_redirects=False)
    assert sent.status_code == 200
    assert pages.state()[1] == "never"


def test_one_click_can_open_no_other_door(pages: Pages) -> None:
    sent = pages.client.post(pages.path("committee"), data={"List-Unsubscribe": "One-Click"})
    assert sent.status_code == 409
    assert pages.state()[1] is None


def test_words_that_changed_since_they_were_shown_are_shown_again(pages: Pages) -> None:
    page = pages.client.get(pages.path("committee")).text
    sha = re.search(r'value="([0-9a-f]{64})"', page)
    assert sha is not None
    with pages.parts.store.write() as session:
        (charter,) = session.exec(select(tables.Charter))
        add_charter(session, charter.committee_id, 2)
    again = pages.client.post(pages.path("committee"), data={"words": sha.group(1)})
    assert again.status_code == 409
    assert "The words changed meanwhile" in again.text
    assert "Since we wrote to you the charter was changed (version 2" in again.text
    assert pages.all(tables.Consent) == []


def test_an_address_that_is_none_is_said_and_what_was_typed_stays(pages: Pages) -> None:
    answer = pages.press("community", name="Mara <b>", address="mara at home")
    assert answer.status_code == 422
    assert "That is no mail address" in answer.text
    assert 'value="mara at home"' in answer.text
    assert 'value="Mara &lt;b&gt;"' in answer.text
    assert pages.state()[1] is None


def test_an_address_given_with_the_answer_is_kept_with_its_basis(pages: Pages) -> None:
    pages.press("community", name="Mara", address="new@post.example")
    (row,) = pages.all(tables.Address)
    assert (row.address, row.noted_by) == ("new@post.example", "the person")
    assert pages.all(tables.Member)[0].address == "new@post.example"


def test_a_lapsed_invitation_says_so_and_still_takes_an_objection(pages: Pages) -> None:
    with pages.parts.store.write() as session:
        row = outbox.by_key(session, f"invitation/{pages.number}")
        assert row is not None
        row.state, row.sent_at = "sent", NOW
    with pages.parts.store.write() as session:
        assert invitations.lapse(session, NOW + timedelta(days=30), 21) == 1
    for door in ("committee", "community", "not_now", "choose"):
        page = pages.client.get(pages.path(door))
        assert page.status_code == 410
        assert "Kim Wood, kim@lumen.example" in page.text
        assert pages.client.post(pages.path(door)).status_code in (404, 410)
    assert pages.state()[1:] == (None, "lapsed", "silent")
    assert pages.press("never").status_code == 200
    assert pages.state()[1] == "never"


def test_a_withdrawn_invitation_is_over(pages: Pages) -> None:
    with pages.parts.store.write() as session:
        invitations.withdraw(session, pages.number, by="Bo", now=NOW)
    assert pages.client.get(pages.path("committee")).status_code == 410
    assert pages.client.post(pages.path("committee")).status_code == 410


def test_whoever_asked_elsewhere_not_to_be_contacted_is_not_joined_by_a_link(pages: Pages) -> None:
    with pages.parts.store.write() as session:
        (author,) = session.exec(select(tables.Author))
        contact.forbid(session, pages.parts.marker, author, NOW)
    answer = pages.press("committee")
    assert answer.status_code == 409
    assert "You asked us before not to contact you" in unescape(answer.text)
    assert pages.all(tables.Member) == []


def test_tampered_foreign_and_erased_links_get_a_friendly_page(pages: Pages) -> None:
    good = pages.path("committee")
    foreign = pages.parts.signer.sign("unsubscribe", pages.nonce, "committee")
    tokens = [good[:-2], good + "x", "/invitation/x", f"/invitation/{foreign}", "/invitation/%00"]
    tokens += [
        pages.path("window"),
        "/unsubscribe/x",
        "/invitation/",
        "/docs",
        "/openapi.json",
    ]
    for path in tokens:
        for page in (pages.client.get(path), pages.client.post(path)):
            assert page.status_code in (404, 405), path
            assert "<h1" in page.text
    with pages.parts.store.write() as session:
        session.delete(session.exec(select(tables.Author)).one())
    assert pages.client.get(good).status_code == 410
    assert pages.client.post(good, data={"words": "x"}).status_code == 410


def test_a_draft_s_links_lead_nowhere_yet(tmp_path: Path) -> None:
    parts = make_parts(tmp_path, settings=settings(), at=NOW)
    with parts.store.write() as session:
        charter = found_committee(session)
        brand_id = session.get_one(tables.Committee, charter.committee_id).brand_id
        candidate = approve_somebody(session, brand_id, address="mara@post.example")
        head = invitations.draft(session, desk_of(parts), candidate, by="Ann", now=NOW)
    with TestClient(make_app(parts)) as client:
        token = parts.signer.sign("invitation", head.invitation.nonce, "never")
        assert client.get(f"/invitation/{token}").status_code == 404
        assert client.post(f"/invitation/{token}").status_code == 410
    parts.close()


def test_the_digest_stops_by_button_or_one_click_and_comes_back(pages: Pages) -> None:
    told = unsubscribing.headers(pages.parts, "Reader@Post.example")
    path = told["List-Unsubscribe"].strip("<>").removeprefix(SETTINGS.web.public_url)
    mark = pages.parts.marker.address("reader@post.example")

    def stopped() -> bool:
        with pages.parts.store.read() as session:
            return bool(buried(session, {mark}, "unsubscribed"))

    assert "reader" not in path.casefold()
    open_token = pages.parts.signer.sign("unsubscribe", "reader@post.example")
    assert unsubscribing.mark_of(pages.parts, open_token) == mark
    assert "Stop the digest" in pages.client.get(path).text
    sent = pages.client.post(path, data={"List-Unsubscribe": "One-Click"}, follow_redirects=False)
    assert sent.status_code == 200
    assert stopped()
    assert "after all" in pages.client.get(path).text
    pages.client.post(path, data={"what": "undo"})
    assert not stopped()
    pages.client.post(path, content=b"\xff\xfe", headers={"Content-Type": "text/plain"})
    assert stopped()


def test_every_answer_has_the_headers_that_keep_a_page_to_itself(pages: Pages) -> None:
    big = b"words=" + b"x" * 40_000
    answers = [
        pages.client.get(pages.path("committee")),
        pages.client.get("/invitation/x"),
        pages.client.get("/nothing"),
        pages.client.put(pages.path("committee")),
        pages.client.post(pages.path("committee"), content=big),
        pages.client.post(pages.path("committee"), content=(big[i::2] for i in (0, 1))),
        pages.client.post(pages.path("never"), data={"words": ""}, follow_redirects=False),
    ]
    assert [a.status_code for a in answers] == [200, 404, 404, 405, 413, 413, 303]
    for answer in answers:
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; style-src 'sha256-")
        assert "form-action 'self'; frame-ancestors 'none'" in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "set-cookie" not in answer.headers
        assert "<script" not in answer.text


def test_a_page_that_breaks_tells_nothing_of_why(pages: Pages) -> None:
    with pages.parts.store.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE consent RENAME TO gone")
    answer = pages.press("never")
    assert answer.status_code == 500
    assert "consent" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert pages.state() == ("approved", None, "open", "invited")  # whole or not at all
