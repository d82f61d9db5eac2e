"""Users, tokens and the audit log at the command line, and the link `serve` prints."""

from __future__ import annotations

import re

import pytest

from soundingboard.cli.users import say_first_link
from store import tables
from tests.fakes import make_parts
from tests.soundingboard.conftest import CommandLine


def test_somebody_is_added_promoted_disabled_and_let_in_again(command: CommandLine) -> None:
    added = command("user", "add", "Ann", "ann@lumen.test", "--role", "admin", "--by", "Op")
    assert re.fullmatch(r"http://127.0.0.1:8400/welcome/[\w-]{43}\n", added.stdout)
    assert command("user", "role", "ann", "owner", "--by", "Op").exit_code == 5
    assert command("user", "role", "ann@lumen.test", "viewer", "--by", "Op").exit_code == 0
    assert command("user", "disable", "1", "--by", "Op").exit_code == 0
    assert command("user", "link", "Ann", "--by", "Op").exit_code == 5
    assert command("user", "enable", "Ann", "--by", "Op").exit_code == 0
    assert command("user", "link", "nobody", "--by", "Op").exit_code == 4
    (ann,) = command.json("user", "list")
    assert (ann["role"], ann["state"], ann["last_seen"]) == ("viewer", "no password yet", None)


def test_a_token_is_printed_once_and_revoked(command: CommandLine) -> None:
    command("user", "add", "Ann", "ann@lumen.test", "--by", "Op")
    made = command("token", "add", "Ann", "report", "--scope", "read", "--by", "Op")
    assert re.fullmatch(r"sb_[0-9a-f]{8}_[\w-]{43}\n", made.stdout)
    refused = command("token", "add", "Ann", "x", "--scope", "write", "--by", "Op")
    assert refused.exit_code == 5
    assert command("token", "revoke", "1", "--by", "Op").exit_code == 0
    (token,) = command.json("token", "list")
    assert token["state"] == "revoked"
    assert made.stdout.strip() not in str(token)


def test_the_log_is_listed_and_verified_and_a_change_ends_with_one(command: CommandLine) -> None:
    assert command("audit", "verify").exit_code == 0
    command("user", "add", "Ann", "ann@lumen.test", "--by", "Op")
    assert [e["action"] for e in command.json("audit", "list")] == ["link_made", "user_added"]
    assert len(command.json("audit", "list", "--action", "link_made")) == 1
    head = command("audit", "verify").stdout.strip()
    assert command("audit", "verify", "--remembered", head).exit_code == 0
    assert command("audit", "verify", "--remembered", "soon").exit_code == 5
    parts = make_parts(command.folder)
    with parts.store.write() as session:
        session.delete(session.get(tables.AuditEntry, 2))
    assert command("audit", "verify").exit_code == 0
    assert command("audit", "verify", "--remembered", head).exit_code == 1
    with parts.store.write() as session:
        entry = session.get_one(tables.AuditEntry, 1)
        entry.subject = "user:9"
        session.add(entry)
    parts.close()
    assert command("audit", "verify").exit_code == 1


def test_serve_tells_the_first_link_only_while_nobody_administers(
    command: CommandLine, capsys: pytest.CaptureFixture[str]
) -> None:
    parts = make_parts(command.folder)
    say_first_link(parts)
    assert "/welcome/" in capsys.readouterr().err
    assert command("user", "first-link").exit_code == 0
    command("user", "add", "Ann", "ann@lumen.test", "--role", "admin", "--by", "Op")
    say_first_link(parts)
    assert capsys.readouterr().err == ""
    assert command("user", "first-link").exit_code == 5
    parts.close()
