"""The whole way, by real commands and pages over loopback: heard, invited, listened to, told, kept,
and in the end forgotten."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlmodel import SQLModel, col, select

from community.inviting.consent import LABELS, sha_of
from config.clock import PinnedClock
from config.loading import load
from soundingboard.web.app import make_app
from soundingboard.wiring import Parts
from store import tables
from tests.badsmtp import BadSmtp
from tests.fakes import NOW
from tests.soundingboard.conftest import CommandLine

QUILL, BRAM = "quill_lovelace", "bram_oudwater"
QUILL_AT, BRAM_AT = "quill@lovelace.example", "bram@oudwater.example"
SECRET = "marzipan"
"""A word that only Quill ever wrote."""

POSTS = f"""\
id,author,text,date,url
1,{QUILL},I love Lumen it is great with {SECRET} cake,2026-02-20,https://shop.test/1
2,{QUILL},wonderful! You should add 2 kinds of decaf to {SECRET},2026-02-22,https://shop.test/2
3,{QUILL},best coffee ever,2026-02-24,https://shop.test/3
4,{BRAM},I hate the lid. awful,2026-02-21,https://shop.test/4
5,{BRAM},terrible and broken packaging,2026-02-23,https://shop.test/5
6,{BRAM},worst service,2026-02-25,https://shop.test/6
7,carl,it is coffee,2026-02-26,https://shop.test/7
8,dora,a cup is a cup,2026-02-27,https://shop.test/8
9,emil,a bean is a bean,2026-02-27,https://shop.test/9
"""
TOML = """\
database_url = "{database}"
[recruiting]
contact = "Kim Wood, kim@lumen.example"
[web]
public_url = "https://voices.lumen.example"
[mail]
host = "127.0.0.1"
port = {port}
security = "none"
sender = "Lumen <voices@lumen.example>"
postal_address = "Lumen, 1 Mill Lane, Graz"
[[digest.recipient]]
address = "vera@lumen.example"
name = "Vera"
timezone = "Europe/Vienna"
[[digest.recipient]]
address = "lou@lumen.example"
name = "Lou"
timezone = "America/Los_Angeles"
role = "executive"
"""
BY = ("--by", "Kim")


@dataclass
class House:
    """A company that works with Sounding Board: its commands, its pages, its mail server."""

    command: CommandLine
    server: BadSmtp

    def on_day(self, day: float) -> None:
        self.command.now = NOW + timedelta(days=day)

    def does(self, *arguments: str) -> str:
        """What a command that succeeds prints."""
        result = self.command(*arguments)
        assert result.exit_code == 0, f"{arguments}: {result.output}"
        return result.output

    def is_refused(self, *arguments: str) -> str:
        """What a command that a rule forbids prints."""
        result = self.command(*arguments)
        assert result.exit_code == 5, f"{arguments}: {result.output}"
        return result.output

    def told(self, *arguments: str) -> Any:
        return self.command.json(*arguments)

    def mails_to(self, receiver: str) -> list[EmailMessage]:
        """What the mail server accepted for them, in order."""
        return [
            message_from_bytes(body, policy=policy.default)
            for to, body in self.server.accepted
            if to == receiver
        ]

    @contextmanager
    def parts(self) -> Iterator[Parts]:
        folder = self.command.folder
        parts = Parts(load(folder, {}).settings, folder, PinnedClock(self.command.now))
        try:
            yield parts
        finally:
            parts.close()

    @contextmanager
    def pages(self) -> Iterator[TestClient]:
        with self.parts() as parts, TestClient(make_app(parts)) as client:
            yield client

    def rows(self) -> dict[str, list[str]]:
        """Every row of every table, as text."""
        with self.parts() as parts, parts.store.read() as session:
            return {
                table.name: sorted(
                    str(tuple(row)) for row in session.connection().execute(table.select())
                )
                for table in SQLModel.metadata.sorted_tables
            }

    def one(self, table: type[SQLModel], **fields: Any) -> Any:
        """The only row that has these values."""
        with self.parts() as parts, parts.store.read() as session:
            query = select(table)
            for name, value in fields.items():
                query = query.where(col(getattr(table, name)) == value)
            return session.exec(query).one()


@pytest.fixture(params=["sqlite", "postgresql"])
def house(
    request: pytest.FixtureRequest, command: CommandLine, write: Callable[[str, str], str]
) -> Iterator[House]:
    """A house that heard a few people, and wrote its digest."""
    url = "sqlite:///soundingboard.db"
    if request.param == "postgresql":
        url = str(request.getfixturevalue("postgres_url"))
    with BadSmtp() as server:
        settings = TOML.format(database=url, port=server.port)
        (command.folder / "soundingboard.toml").write_text(settings, encoding="utf-8")
        house = House(command, server)
        house.does("import", write("posts.csv", POSTS), "--brand", "Lumen")
        house.does("run")
        yield house


def test_from_a_post_to_a_kept_promise_and_to_being_forgotten(house: House) -> None:
    quill, bram = two_people_are_found(house)
    readers_get_one_digest(house, copies=1)
    a_committee_with_a_charter_is_made(house)
    doors = both_are_invited_once(house)
    opening_changes_nothing_and_answering_seats(house, doors[QUILL])
    one_click_is_the_last_that_bram_hears(house)
    a_senior_comes_to_the_meeting(house)
    a_suggestion_is_answered_acted_on_and_told(house)
    promises_are_kept_and_counted(house)
    a_goal_and_a_reset_are_held(house)
    readers_get_one_digest(house, copies=2)
    assert set(house.server.copies().values()) == {1}
    assert len(house.mails_to(BRAM_AT)) == 1
    the_member_is_forgotten(house)
    assert (quill["side"], bram["side"]) == ("love", "hate")


def two_people_are_found(house: House) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = house.told("candidates")
    assert [(one["author"], one["side"]) for one in found] == [(QUILL, "love"), (BRAM, "hate")]
    for name in (QUILL, BRAM):
        house.does("decide", name, "shortlist", *BY)
        assert "shortlisted -> approved" in house.does("decide", name, "approve", *BY)
    return found


def readers_get_one_digest(house: House, *, copies: int) -> None:
    for _ in range(3):
        house.does("digest", "--send")
    for reader in ("vera@lumen.example", "lou@lumen.example"):
        assert len(house.mails_to(reader)) == copies


def a_committee_with_a_charter_is_made(house: House) -> None:
    house.does("committee", "make", "the Lumen Table", *BY)
    house.does(
        "committee", "charter", "--purpose", "To tell Lumen what to change first", "--hours", "12",
        "--meetings", "4", "--cadence", "a call a quarter", "--compensation", "coffee for a year",
        "--senior", "Dana Head", "--answer-days", "20", *BY,
    )  # fmt: skip
    assert "Dana Head" in house.does("committee", "charter", "--show")


def both_are_invited_once(house: House) -> dict[str, dict[str, str]]:
    """The doors in the mail of each, by what they are called."""
    doors = {}
    for number, (name, address) in enumerate(((QUILL, QUILL_AT), (BRAM, BRAM_AT)), 1):
        house.does("address", "set", name, address, "--basis", "wrote it to us", *BY)
        house.does("invitation", "draft", name, *BY)
        assert house.mails_to(address) == []
        house.does("invitation", "send", str(number), *BY)
        house.is_refused("invitation", "draft", name, "--by", "Somebody Else")
        for _ in range(2):
            house.does("outbox", "send")
        (mail,) = house.mails_to(address)
        doors[name] = doors_of(mail)
        assert list(doors[name]) == list(LABELS.values())
    return doors


def doors_of(mail: EmailMessage) -> dict[str, str]:
    text = plain(mail)
    labels = "|".join(map(re.escape, LABELS.values()))
    return dict(re.findall(rf"^({labels}):\n(https://\S+)$", text, re.MULTILINE))


def plain(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def opening_changes_nothing_and_answering_seats(house: House, doors: dict[str, str]) -> None:
    house.on_day(1)
    with house.pages() as pages:
        before = house.rows()
        shown = {door: pages.get(path_of(link)) for door, link in doors.items()}
        assert {page.status_code for page in shown.values()} == {200}
        assert house.rows() == before
        page = shown["Join the committee"].text
        (words,) = re.findall(r'name="words" value="([0-9a-f]{64})"', page)
        typed = {"words": words, "name": "Quill L.", "address": QUILL_AT}
        answered = pages.post(path_of(doors["Join the committee"]), data=typed)
        assert "welcome to the committee" in answered.text
    consent = house.one(tables.Consent)
    assert (consent.answer, consent.words_sha) == ("committee", words)
    assert sha_of(consent.words) == words
    assert "To tell Lumen what to change first" in consent.words
    member = house.told("member", "show", "Quill L.")
    assert (member["door"], member["baseline"]["stance"]) == ("committee", "love")
    house.does("committee", "acknowledge", "Quill L.", *BY)


def path_of(link: str) -> str:
    return link.removeprefix("https://voices.lumen.example")


def one_click_is_the_last_that_bram_hears(house: House) -> None:
    """By the button of the mail program, which is a POST to the address in the mail's header."""
    house.on_day(3)
    (mail,) = house.mails_to(BRAM_AT)
    link = str(mail["List-Unsubscribe"]).strip("<>")
    key, _, value = str(mail["List-Unsubscribe-Post"]).partition("=")
    with house.pages() as pages:
        assert pages.post(path_of(link), data={key: value}).status_code == 200
    assert BRAM not in str(house.told("candidates"))
    (bram,) = [one for one in house.told("candidates", "--all") if one["author"] == BRAM]
    assert (bram["state"], bram["why_not"]) == ("declined", ["asked not to be contacted"])
    slate = house.told("slate")
    assert BRAM not in [one["author"] for one in (*slate["members"], *slate["reserves"])]
    house.is_refused("invitation", "draft", BRAM, *BY)
    assert [one["name"] for one in house.told("committee", "members")] == ["Quill L."]


def a_senior_comes_to_the_meeting(house: House) -> None:
    house.on_day(5)
    start = f"{NOW + timedelta(days=20):%Y-%m-%dT%H:%M}"
    house.does("meeting", "call", "First call", "--start", start, "--place", "by video", *BY)
    house.does("meeting", "rsvp", "1", "Quill L.", "yes", *BY)
    house.on_day(21)
    house.does("meeting", "hold", "1", "--came", "Quill L.", "--came", "Dana Head", *BY)
    minutes = house.command.folder / "minutes.txt"
    minutes.write_text("Quill asked for small bags.", encoding="utf-8")
    house.does("meeting", "minutes", "1", str(minutes), *BY)
    minutes.unlink()
    people = {one["name"]: one["came"] for one in house.told("meeting", "show", "1")["people"]}
    assert people == {"Quill L.": True, "Dana Head": True}


def a_suggestion_is_answered_acted_on_and_told(house: House) -> None:
    house.does("suggestion", "raise", "Sell decaf in small bags", "--member", "Quill L.", *BY)
    house.does("suggestion", "assign", "1", "Rosa", *BY)
    house.does("suggestion", "acknowledge", "1", *BY)
    house.on_day(25)
    house.does("suggestion", "accept", "1", "--reason", "Many of you asked for it", *BY)
    house.is_refused("suggestion", "report", "1", *BY)
    house.on_day(35)
    house.does("suggestion", "act", "1", "--evidence", "https://lumen.example/decaf-250", *BY)
    for _ in range(2):
        house.does("suggestion", "report", "1", *BY)
        house.does("outbox", "send")
    _invitation, letter = house.mails_to(QUILL_AT)
    for words in ("Sell decaf in small bags", "Many of you asked for it", "/decaf-250"):
        assert words in plain(letter)
    assert house.told("suggestion", "show", "1")["state"] == "reported"


def promises_are_kept_and_counted(house: House) -> None:
    house.on_day(80)
    promises = house.told("promises", "--all")
    late = [one for one in promises["promises"] if one["state"] not in ("kept", "open")]
    assert late == []
    kept = {one["kind"] for one in promises["promises"] if one["state"] == "kept"}
    assert kept >= {"charter", "senior", "minutes", "decide", "tell_proposer", "tell_committee"}
    house.does("run")
    kpis = {one["kpi"]: one for one in house.told("kpis")["kpis"]}
    shares = {
        name: (kpis[name]["numerator"], kpis[name]["denominator"])
        for name in ("acceptance_rate", "suggestions_acted_on", "executive_presence")
    }
    assert shares == {
        "acceptance_rate": (1, 2),
        "suggestions_acted_on": (1, 1),
        "executive_presence": (1, 1),
    }


def a_goal_and_a_reset_are_held(house: House) -> None:
    house.does(
        "goal", "set", "people_heard", "20", "--title", "Hear more people", "--owner", "Rosa",
        "--customer", "more of them are heard", "--company", "fewer surprises",
        "--start", "2026-06-01", "--end", "2026-12-01", *BY,
    )  # fmt: skip
    house.does("reset", "plan", f"{NOW + timedelta(days=84):%Y-%m-%d}", "--owner", "Rosa")
    house.on_day(85)
    house.does("reset", "begin", "1")
    for finding in ("We reach those we meant", "It is understood inside", "We go on"):
        house.does("reset", "conclude", "1", finding, *BY)
    house.does("reset", "decide", "1", "Ask in the shops too", "--owner", "Rosa", *BY)
    assert "Reset 2 is due" in house.does("reset", "close", "1", *BY)
    written = house.does("business-case", "--out", str(house.command.folder / "case"))
    for path in written.split():
        assert "Hear more people" in Path(path).read_text(encoding="utf-8")


def the_member_is_forgotten(house: House) -> None:
    traces = (QUILL, "Quill L.", QUILL_AT, SECRET)
    kept = str(house.rows())
    assert [trace for trace in traces if trace not in kept] == []
    files = [str(path) for path in house.command.folder.glob("case/*")]
    house.does("forget", QUILL, "--yes", *(word for path in files for word in ("--also", path)))
    assert {
        (name, trace)
        for name, rows in house.rows().items()
        for trace in traces
        if trace.lower() in str(rows).lower()
    } == set()
    for path in house.command.folder.rglob("*"):
        if path.is_file():
            body = path.read_bytes().lower()
            assert [t for t in traces if t.lower().encode() in body] == [], path
    house.on_day(90)
    house.does("digest", "--send")
    assert len(house.mails_to(QUILL_AT)) == 2
