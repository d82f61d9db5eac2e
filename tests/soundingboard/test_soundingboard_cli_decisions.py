"""`decide`, `note`, `flag`, `dont-contact`, `forget`, `export`: what people decide."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.soundingboard.conftest import CommandLine


def names(command: CommandLine, *options: str) -> list[str]:
    return [one["author"] for one in command.json("candidates", *options)]


def test_an_approval_is_kept_with_who_gave_it(listed: CommandLine) -> None:
    result = listed("decide", "anna", "approve", "--by", "Kim")

    assert result.exit_code == 0
    anna = listed.json("candidates")[0]
    assert (anna["state"], anna["decided_by"]) == ("approved", "Kim")
    assert listed.json("slate")["members"][0]["locked"]


def test_the_rejected_leave_the_list_and_come_back_when_reopened(listed: CommandLine) -> None:
    listed("decide", "bob", "reject", "--by", "Kim", "--reason", "misread")
    rejected, everyone = names(listed), names(listed, "--all")
    listed("decide", "bob", "reopen", "--by", "Kim")

    assert (rejected, names(listed)) == (["anna"], ["anna", "bob"])
    assert "bob" in everyone


@pytest.mark.parametrize("reason", [(), ("--reason", "because")])
def test_a_rejection_without_a_known_reason_names_the_reasons(
    listed: CommandLine, reason: tuple[str, ...]
) -> None:
    result = listed("decide", "bob", "reject", "--by", "Kim", *reason)

    assert result.exit_code == 5
    assert "misread" in result.stderr


def test_an_approval_takes_no_reason(listed: CommandLine) -> None:
    result = listed("decide", "bob", "approve", "--by", "Kim", "--reason", "misread")

    assert result.exit_code == 2


def test_a_decision_needs_a_person(listed: CommandLine) -> None:
    assert listed("decide", "anna", "approve").exit_code == 2
    assert listed("decide", "anna", "approve", "--by", " ").exit_code == 5


def test_a_note_decides_nothing(listed: CommandLine) -> None:
    assert listed("note", "anna", "met her at the fair", "--by", "Kim").exit_code == 0
    assert listed.json("candidates")[0]["state"] == "proposed"


def test_whoever_must_not_be_contacted_leaves_every_list_and_cannot_be_approved(
    listed: CommandLine,
) -> None:
    assert listed("dont-contact", "anna").exit_code == 0

    assert names(listed) == ["bob"]
    assert listed("decide", "anna", "approve", "--by", "Kim").exit_code == 5
    overridden = listed("flag", "override", "anna", "do_not_contact", "--by", "K", "--reason", "x")
    assert overridden.exit_code == 5


def test_do_not_contact_can_be_taken_back(listed: CommandLine) -> None:
    listed("dont-contact", "anna")
    listed("dont-contact", "anna", "--undo")
    assert listed("decide", "anna", "reopen", "--by", "Kim").exit_code == 0
    listed("recruit")

    assert names(listed) == ["anna", "bob"]


def test_an_account_never_seen_can_be_kept_away(listed: CommandLine) -> None:
    assert listed("dont-contact", "zoe").exit_code == 4
    assert listed("dont-contact", "zoe", "--source", "mastodon").exit_code == 0


def test_a_flag_that_does_not_stand_names_those_that_do(listed: CommandLine) -> None:
    result = listed("flag", "override", "anna", "bot", "--by", "Kim", "--reason", "no")

    assert result.exit_code == 4
    assert "none" in result.stderr


def test_a_flag_is_overridden_and_restored(
    command: CommandLine, write: Callable[[str, str], str]
) -> None:
    (command.folder / "soundingboard.toml").write_text(
        '[[brand]]\nname = "Lumen"\nstaff = ["anna"]\n'
    )
    rows = "".join(f"{i},anna,I love it {i},2026-02-0{i}\n" for i in (1, 2, 3, 4))
    command("import", write("r.csv", "id,author,text,date\n" + rows), "--brand", "Lumen")

    def overridden() -> list[bool]:
        (anna,) = command.json("candidates", "--all")
        return [flag["overridden"] for flag in anna["flags"] if flag["kind"] == "employee"]

    before = overridden()
    command("flag", "override", "anna", "employee", "--by", "Kim", "--reason", "another anna")
    during = overridden()
    command("flag", "restore", "anna", "employee", "--by", "Kim")

    assert (before, during, overridden()) == ([False], [True], [False])


def test_two_accounts_of_one_name_are_told_apart_by_source(
    listed: CommandLine, write: Callable[[str, str], str]
) -> None:
    more = "id,author,text,date\n1,anna,I hate it,2026-02-01\n"
    listed("import", write("forum.csv", more), "--brand", "Lumen")

    vague = listed("why", "anna")
    clear = listed("why", "anna", "--source", "Lumen/forum")

    assert (vague.exit_code, clear.exit_code) == (4, 0)
    assert "anna on Lumen/reviews" in vague.stderr
    assert "anna on Lumen/forum" in vague.stderr


def test_forget_asks_first_and_says_what_will_go(listed: CommandLine) -> None:
    result = listed("forget", "anna", input="n\n")

    assert result.exit_code == 1
    assert "3 posts" in result.stderr
    assert names(listed) == ["anna", "bob"]


def test_the_forgotten_are_gone_and_do_not_come_back(listed: CommandLine, tmp_path: Path) -> None:
    listed("run")
    export = tmp_path / "list.csv"
    listed("export", "candidates", "-o", str(export))

    result = listed("forget", "anna", "--yes", "--also", str(export))

    assert result.exit_code == 0
    assert not export.exists()
    assert list((listed.folder / "digests").iterdir()) == []
    again = listed.json("import", str(tmp_path / "reviews.csv"), "--brand", "Lumen")
    assert again["suppressed"] == 3
    assert "anna" not in names(listed, "--all")
    assert b"anna" not in (listed.folder / "soundingboard.db").read_bytes()


def test_an_export_is_written_whole_and_read_back(listed: CommandLine, tmp_path: Path) -> None:
    path = tmp_path / "list.csv"
    assert listed("export", "candidates", "-o", str(path)).exit_code == 0

    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["author"], row["side"]) for row in rows] == [("anna", "love"), ("bob", "hate")]
    assert "https://shop.test/2" in rows[0]["evidence"]
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == ["list.csv", "reviews.csv"]


def test_fields_are_chosen_by_name(listed: CommandLine) -> None:
    result = listed("export", "candidates", "--format", "jsonl", "--fields", "author,flags")

    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert lines == [{"author": "anna", "flags": []}, {"author": "bob", "flags": []}]
    assert listed("export", "candidates", "--fields", "mood").exit_code == 2


def test_a_name_that_is_a_formula_is_not_executed(
    command: CommandLine, write: Callable[[str, str], str]
) -> None:
    rows = "".join(f"{i},=1+1,I love it {i} times,2026-02-0{i}\n" for i in (1, 2, 3, 4))
    command("import", write("r.csv", "id,author,text,date\n" + rows), "--brand", "Lumen")

    result = command("export", "candidates", "--all", "--fields", "author")

    assert result.stdout.splitlines()[1] == "'=1+1"


def test_an_export_that_cannot_be_written_is_an_error_in_words(
    listed: CommandLine, tmp_path: Path
) -> None:
    result = listed("export", "candidates", "-o", str(tmp_path / "nowhere" / "list.csv"))

    assert result.exit_code == 1
    assert "No such file or directory" in result.stderr
