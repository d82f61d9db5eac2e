"""Inviting from the command line: drafted, let go, posted, withdrawn, exported."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from community.inviting.inviting_rules import PURPOSE
from config.loading import load
from soundingboard.wiring import Parts
from store import tables
from tests.fakes import make_parts
from tests.inviting import approve_somebody, found_committee
from tests.soundingboard.conftest import CommandLine

TOML = """\
[recruiting]
contact = "Kim Wood, kim@lumen.example"
[mail]
sender = "Lumen <voices@lumen.example>"
postal_address = "Lumen, 1 Mill Lane, Graz"
[web]
public_url = "https://voices.lumen.example"
"""


@pytest.fixture
def committee(command: CommandLine) -> CommandLine:
    """The command line of a house with a charter and two approved people."""
    (command.folder / "soundingboard.toml").write_text(TOML, encoding="utf-8")
    parts = parts_of(command)
    with parts.store.write() as session:
        charter = found_committee(session)
        brand_id = session.get_one(tables.Committee, charter.committee_id).brand_id
        approve_somebody(session, brand_id, "mara")
        approve_somebody(session, brand_id, '=ben, "the" best', side="love")
    parts.close()
    return command


def parts_of(command: CommandLine) -> Parts:
    return make_parts(command.folder, settings=load(command.folder, {}).settings)


def test_a_reply_is_drafted_let_go_posted_and_withdrawn(committee: CommandLine) -> None:
    assert "Nobody was invited yet" in committee("invitation", "list").output
    done = committee("invitation", "draft", "mara", "--by", "Ann")
    assert "Invitation 1 to mara is drafted, to go by reply." in done.output
    again = committee("invitation", "draft", "mara", "--by", "Bo")
    assert again.exit_code == 5
    assert "Ann asked them on 2026-03-01, for the Lumen Table, charter 1" in again.output
    early = committee("invitation", "reply", "1")
    assert early.exit_code == 5
    assert "invitation send 1 --by YOU" in early.output
    assert committee("invitation", "send", "1", "--by", "Ann").exit_code == 0
    words = committee("invitation", "reply", "1")
    assert "https://voices.lumen.example/invitation/" in words.stdout
    assert "as a direct message" in words.stderr
    assert committee("invitation", "posted", "1", "--by", "Cy").exit_code == 0
    (card,) = committee.json("invitation", "list")
    assert (card["state"], card["channel"], card["approved_by"]) == ("sent", "reply", "Ann")
    gone = committee("invitation", "withdraw", "1", "--by", "Cy", "--reason", "too soon")
    assert "It had left before" in gone.output
    assert "withdrawn" in committee("invitation", "list").stdout
    assert committee("invitation", "show", "9").exit_code == 4


def test_a_mail_waits_in_the_outbox_and_can_be_looked_at(
    committee: CommandLine, tmp_path: Path
) -> None:
    noted = committee("address", "set", "mara", "m@x.example", "--by", "Ann")
    assert noted.exit_code == 2  # without a basis
    given = ("--by", "Ann", "--basis", "wrote it under their post")
    assert committee("address", "set", "mara", "no address", *given).exit_code == 2
    assert committee("address", "set", "mara", "m@x.example", *given).exit_code == 0
    assert committee.json("address", "list")[0]["basis"] == "wrote it under their post"
    committee("invitation", "draft", "mara", "--by", "Ann")
    page = tmp_path / "page.html"
    shown = committee("invitation", "show", "1", "--html", str(page))
    assert "Join the lighter community:\nhttps://voices.lumen.example/" in shown.stdout
    assert "<main" in page.read_text(encoding="utf-8")
    assert "waits in the outbox" in committee("invitation", "send", "1", "--by", "Bo").output
    assert committee("invitation", "send", "1", "--by", "Cy").exit_code == 5
    assert committee.json("invitation", "list")[0]["outbox"] == "pending"


def test_a_template_goes_out_of_the_house_and_comes_back_as_a_new_version(
    committee: CommandLine, tmp_path: Path
) -> None:
    words = committee("invitation", "template", "show").stdout
    file = tmp_path / "words.txt"
    file.write_text(words.replace("Dear ${name}", "Hello ${name}"), encoding="utf-8")
    kept = committee("invitation", "template", "edit", str(file), "--by", "Ann")
    assert "Version 2 of the invitation is kept." in kept.output
    file.write_text(words.replace("${rights}", "none"), encoding="utf-8")
    refused = committee("invitation", "template", "edit", str(file), "--by", "Ann")
    assert refused.exit_code == 5
    assert "their rights and how to object" in refused.output
    first = committee("invitation", "template", "show", "--version", "1").stdout
    assert first == words
    assert committee("invitation", "template", "show", "--language", "de").exit_code == 4


def test_a_mailing_tool_gets_those_who_gave_an_address_and_nobody_else(
    committee: CommandLine, tmp_path: Path
) -> None:
    file = tmp_path / "people.csv"
    empty = committee("invitation", "export", str(file), "--by", "Ann")
    assert empty.exit_code == 5
    assert not file.exists()
    assert committee("invitation", "export", str(file)).exit_code == 2  # nobody says who
    ben = '=ben, "the" best'
    given = ("--by", "Ann", "--basis", "told us")
    committee("address", "set", ben, "ben@x.example", *given)
    committee("address", "set", "mara", "mara@x.example", *given)
    for name in (ben, "mara"):
        assert committee("invitation", "draft", name, "--by", "Ann").exit_code == 0
    committee("dont-contact", "mara", "--by", "Ann")
    done = committee("invitation", "export", str(file), "--by", "Bo")
    assert "1 invitations are in" in done.output
    assert "Left out: mara." in done.output
    with file.open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert (row["email"], row["name"]) == ("ben@x.example", 'ben, "the" best')
    told = json.loads(row["attributes"])
    parts = parts_of(committee)
    token = told["link"].rsplit("/", 1)[1]
    assert parts.signer.read(PURPOSE, token)[1] == "choose"
    parts.close()
    assert "your travel, and coffee for the year" in told["body"]
    states = {c["author"]: (c["channel"], c["state"]) for c in committee.json("invitation", "list")}
    assert states == {ben: ("export", "sent"), "mara": ("mail", "drafted")}
    twice = committee("invitation", "export", str(file), "--by", "Bo")
    assert "is there already" in twice.output
