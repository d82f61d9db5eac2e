"""`soundingboard outbox`: what waits, what failed, and a person's word on what nobody can know."""

from __future__ import annotations

import pytest

from store import outbox
from tests.badsmtp import BadSmtp
from tests.fakes import NOW, make_parts
from tests.soundingboard.conftest import CommandLine


def put(command: CommandLine, *receivers: str) -> None:
    parts = make_parts(command.folder)
    with parts.store.write() as session:
        for receiver in receivers:
            outbox.enqueue(
                session,
                key=f"digest/{receiver}",
                channel="mail",
                kind="digest",
                receiver=receiver,
                subject="What people said",
                text="Hello",
                now=NOW,
            )
    parts.close()


def at_server(command: CommandLine, server: BadSmtp) -> None:
    (command.folder / "soundingboard.toml").write_text(
        f'[mail]\nhost = "127.0.0.1"\nport = {server.port}\nsecurity = "none"\n'
        'sender = "voices@lumen.example"\ntimeout_s = 0.5\nverdict_s = 0.5\n'
    )


def test_an_empty_outbox_says_so(command: CommandLine) -> None:
    assert "Nothing waits" in command("outbox", "list").output
    assert "Nothing was tried" in command("outbox", "log").output
    assert "Nothing was due" in command("outbox", "send").output


def test_the_promise_stands_in_the_help(command: CommandLine) -> None:
    assert "never twice, never silently missing" in command("outbox", "--help").output


def test_without_a_mail_server_mails_wait_and_it_is_said(command: CommandLine) -> None:
    put(command, "ann@example.org", "bob@example.org")

    sent = command("outbox", "send")

    assert sent.exit_code == 0
    assert "2 waiting until mail.host is set" in sent.output
    listed = command("outbox", "list")
    assert "Mails wait until mail.host is set." in listed.output
    assert [row["state"] for row in command.json("outbox", "list")] == ["pending", "pending"]


def test_a_sent_mail_leaves_the_list_and_stays_in_the_log(command: CommandLine) -> None:
    put(command, "ann@example.org")
    with BadSmtp() as server:
        at_server(command, server)
        assert "1 sent" in command("outbox", "send").output
    assert command.json("outbox", "list") == []
    (row,) = command.json("outbox", "list", "--all")
    (tried,) = command.json("outbox", "log")
    assert (row["state"], tried["phase"], tried["code"]) == ("sent", "verdict", 250)
    shown = command("outbox", "show", str(row["number"])).output
    assert "Hello" in shown
    assert "verdict: sent 250 taken" in shown


@pytest.mark.parametrize(("fate", "copies"), [("sent", 1), ("not-sent", 2)])
def test_a_person_settles_what_nobody_can_know(
    command: CommandLine, fate: str, copies: int
) -> None:
    put(command, "ann@example.org")
    with BadSmtp(fault="drop after dot, taken") as server:
        at_server(command, server)
        sent = command("outbox", "send")
        assert "uncertain" in sent.output
        assert "settle NUMBER" in command("outbox", "list").output
        assert command("outbox", "retry", "1", "--by", "mara").exit_code == 5
        assert command("outbox", "settle", "1", fate, "--by", "mara").exit_code == 0
        server.fault = ""
        command("outbox", "send")
        assert len(server.accepted) == copies
    assert [row["state"] for row in command.json("outbox", "list", "--all")] == ["sent"]


def test_a_failed_mail_goes_once_more_when_a_person_says_so(command: CommandLine) -> None:
    put(command, "ann@example.org")
    with BadSmtp(fault="550 at RCPT") as server:
        at_server(command, server)
        assert "failed: unknown" in command("outbox", "send").output
        server.fault = ""
        assert "Nothing was due" in command("outbox", "send").output
        assert command("outbox", "settle", "1", "sent", "--by", "mara").exit_code == 5
        assert command("outbox", "retry", "1", "--by", "mara").exit_code == 0
        assert "1 sent" in command("outbox", "send").output


def test_a_number_that_is_none_is_said_so(command: CommandLine) -> None:
    assert command("outbox", "show", "7").exit_code == 4
    assert command("outbox", "retry", "7", "--by", "mara").exit_code == 4
