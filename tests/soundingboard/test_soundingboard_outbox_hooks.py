"""Chats and webhooks: told once each, in the shape they read; what is not known is said so."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook

from config.clock import PinnedClock
from config.settings import Settings
from soundingboard.delivery.chat import freeze_chat
from soundingboard.delivery.webhooks import announce
from soundingboard.pipeline.deliver import deliver
from soundingboard.pipeline.report import Report
from soundingboard.wiring import Parts
from store import outbox, tables
from tests.badserver import BadServer, FakeDns, Line, Script, Switchboard, answer, raw
from tests.copies import lay_database
from tests.fakes import NOW

OUTSIDE = "93.184.216.34"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Hooks:
    """A house with one hook of each kind at one server."""

    def __init__(self, folder: Path, server: BadServer) -> None:
        self.folder, self.server = folder, server
        lay_database(folder / "soundingboard.db")
        self.bodies: list[bytes] = []
        self.path = "/hook"
        for kind in ("slack", "teams", "discord", "webhook"):
            self.say(kind, answer(b"ok"))

    def say(self, kind: str, script: Script) -> None:
        def keep(line: Line) -> None:
            body = line.begun
            while len(body) < int(line.heard.headers["content-length"]):
                body += line.wire.recv(65536)
            self.bodies.append(body)
            script(line)

        self.server.routes[f"{self.path}/{kind}"] = keep

    def parts(self, *kinds: str, later: timedelta = timedelta()) -> Parts:
        hooks = [
            {
                "name": f"our {kind}",
                "kind": kind,
                "url": f"http://hooks.example{self.path}/{kind}",
                **({"secret": SECRET} if kind == "webhook" else {}),
            }
            for kind in kinds
        ]
        settings = Settings.model_validate(
            {"hook": hooks, "fetch": {"host_gap_s": 0, "timeout_s": 2}}
        )
        return Parts(
            settings,
            self.folder,
            PinnedClock(NOW + later),
            resolve=FakeDns({"hooks.example": [[OUTSIDE]]}),
            connect=Switchboard({OUTSIDE: self.server.port}),
        )

    def tell(self, *kinds: str, event: Any = "alert", key: str = "alert/1") -> int:
        parts = self.parts(*kinds)
        with parts.store.write() as session:
            made = announce(
                session,
                parts.settings,
                event,
                key,
                "Many <angry> posts",
                "Since noon: @everyone\nhttps://a.example/1",
                {"link": "https://voices.example/alerts/1"},
                NOW,
            )
        parts.close()
        return made

    def deliver(self, *kinds: str, later: timedelta = timedelta()) -> Report:
        parts = self.parts(*kinds, later=later)
        try:
            return deliver(parts)
        finally:
            parts.close()

    def states(self) -> list[str]:
        parts = self.parts()
        with parts.store.read() as session:
            found = [row.state for row in reversed(outbox.messages(session))]
        parts.close()
        return found


@pytest.fixture
def hooks(tmp_path: Path) -> Iterator[Hooks]:
    with BadServer() as server:
        yield Hooks(tmp_path, server)


def test_every_hook_that_wants_an_event_is_told_once(hooks: Hooks) -> None:
    kinds = ("slack", "teams", "discord", "webhook")
    assert hooks.tell(*kinds) == 4
    assert hooks.tell(*kinds) == 0
    assert hooks.tell(*kinds, event="overdue", key="overdue/1") == 0

    report = hooks.deliver(*kinds)
    hooks.deliver(*kinds, later=timedelta(days=1))

    assert report.counts == {"sent": 4}
    assert len(hooks.bodies) == 4


def test_slack_is_told_in_blocks_whose_words_are_no_markup(hooks: Hooks) -> None:
    hooks.tell("slack")
    hooks.deliver("slack")
    told = json.loads(hooks.bodies[0])
    assert told["text"] == "Many &lt;angry&gt; posts"
    assert [block["type"] for block in told["blocks"]] == ["header", "section", "section"]


def test_discord_pings_nobody(hooks: Hooks) -> None:
    hooks.tell("discord")
    hooks.deliver("discord")
    told = json.loads(hooks.bodies[0])
    assert told["allowed_mentions"] == {"parse": []}
    assert told["content"].endswith("https://voices.example/alerts/1")


def test_a_webhook_is_signed_so_that_its_receiver_can_check_it(hooks: Hooks) -> None:
    hooks.tell("webhook")
    hooks.deliver("webhook")
    heard = hooks.server.heard[0].headers
    body = hooks.bodies[0].decode()
    expected = Webhook(SECRET).sign(heard["webhook-id"], NOW, body)
    assert heard["webhook-signature"] == expected
    assert heard["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert json.loads(body)["type"] == "soundingboard.alert"


def test_a_webhook_is_told_again_under_the_same_id_until_it_answers(hooks: Hooks) -> None:
    hooks.tell("webhook")
    for hour, script in enumerate((raw(), answer(status=500), answer(status=404), answer(b"ok"))):
        hooks.say("webhook", script)
        hooks.deliver("webhook", later=timedelta(hours=2 * hour))
    assert hooks.states() == ["sent"]
    assert len({heard.headers["webhook-id"] for heard in hooks.server.heard}) == 1
    assert len(set(hooks.bodies)) == 1
    assert len(hooks.bodies) == 4


@pytest.mark.parametrize("kind", ["slack", "teams", "discord"])
@pytest.mark.parametrize(
    ("script", "state"),
    [
        (raw(), "uncertain"),
        (answer(status=500), "uncertain"),
        (answer(status=302, location="https://a.example"), "failed"),
        (answer(b"invalid_payload", status=400), "failed"),
        (answer(status=404), "failed"),
        (answer(status=429, retry_after="7200"), "retry"),
    ],
)
def test_a_chat_is_never_told_twice(hooks: Hooks, kind: str, script: Script, state: str) -> None:
    hooks.tell(kind)
    hooks.say(kind, script)

    hooks.deliver(kind)

    assert hooks.states() == [state]
    hooks.say(kind, answer(b"ok"))
    hooks.deliver(kind, later=timedelta(minutes=90))
    assert hooks.states() == [state]
    hooks.deliver(kind, later=timedelta(hours=3))
    assert hooks.states() == ["sent" if state == "retry" else state]


def test_a_hook_that_is_gone_for_good_is_told_nothing_until_it_has_another_address(
    hooks: Hooks,
) -> None:
    hooks.tell("webhook")
    hooks.say("webhook", answer(status=410))
    hooks.deliver("webhook")
    assert hooks.states() == ["failed"]
    assert hooks.tell("webhook", key="alert/2") == 0
    hooks.path = "/other"
    hooks.say("webhook", answer(b"ok"))
    assert hooks.tell("webhook", key="alert/3") == 1
    hooks.deliver("webhook")
    assert hooks.states() == ["failed", "sent"]


def test_a_hook_the_settings_no_longer_name_fails_in_words(hooks: Hooks) -> None:
    hooks.tell("slack")
    report = hooks.deliver()
    assert "no slack hook called 'our slack'" in next(iter(report.failed.values()))


def test_what_never_left_is_tried_again_and_no_problem_tells_the_address(hooks: Hooks) -> None:
    hooks.tell("slack")
    parts = hooks.parts("slack")
    parts._connect = Switchboard({})
    report = deliver(parts)
    with parts.store.read() as session:
        (row,) = outbox.messages(session)
    parts.close()
    assert (row.state, report.counts) == ("retry", {"put off": 1})
    assert "hooks.example" not in (row.problem or "")
    assert hooks.bodies == []


@given(st.text(max_size=60_000), st.text(max_size=400))
def test_no_chat_is_told_more_than_it_takes(text: str, subject: str) -> None:
    def told(channel: str) -> bytes:
        return freeze_chat(
            tables.OutboxRow(
                key="k",
                channel=channel,
                kind="alert",
                receiver="x",
                subject=subject,
                text=text * 7,
                payload={"link": "https://a.example"},
                message_id="<x>",
                made_at=NOW,
            )
        )

    assert len(json.loads(told("discord"))["content"]) <= 2000
    assert len(told("teams")) <= 28 * 1024
    slack = json.loads(told("slack"))["blocks"]
    assert len(slack) <= 50
    assert all(len(block["text"]["text"]) <= 3000 for block in slack)
