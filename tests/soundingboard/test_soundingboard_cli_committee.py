"""The commands of committee, members and meetings, from the empty house to the goodbye."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from icalendar import Calendar

from tests.soundingboard.conftest import CommandLine


def say(command: CommandLine, *arguments: str) -> str:
    """What a command that succeeds prints."""
    result = command(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


@pytest.fixture(scope="module")
def circle_house(imported_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a committee with a charter and one member, called anna; to be copied."""
    folder = tmp_path_factory.mktemp("circle")
    shutil.copytree(imported_house, folder, dirs_exist_ok=True)
    command = CommandLine(folder)
    say(command, "committee", "make", "Lumen Circle", "--by", "Ana")
    charter = (
        "--purpose",
        "Better cups",
        "--hours",
        "12",
        "--meetings",
        "4",
        "--senior",
        "The CEO",
    )
    say(command, "committee", "charter", *charter, "--by", "Ana")
    say(command, "member", "join", "anna", "--address", "anna@x.test", "--by", "Ana")
    return folder


@pytest.fixture
def circle(command: CommandLine, circle_house: Path) -> CommandLine:
    """The command line of a committee with a charter and one member, called anna."""
    shutil.copytree(circle_house, command.folder, dirs_exist_ok=True)
    return command


@pytest.mark.parametrize(
    "what", [("committee", "show"), ("committee", "members"), ("meeting", "list")]
)
def test_an_empty_house_says_how_to_start(command: CommandLine, what: tuple[str, str]) -> None:
    result = command(*what)
    assert result.exit_code == 4
    assert "committee make" in result.output


def test_the_charter_is_shown_and_who_still_has_to_agree(circle: CommandLine) -> None:
    assert "12 hours a year" in say(circle, "committee", "charter", "--show")
    assert circle.json("committee", "charter")["not_acknowledged"] == ["anna"]
    say(circle, "committee", "acknowledge", "anna", "--by", "anna")
    assert circle.json("committee", "charter")["not_acknowledged"] == []
    say(circle, "committee", "charter", "--hours", "14", "--by", "Ana")
    told = circle.json("committee", "charter")
    assert (told["version"], told["purpose"]) == (2, "Better cups")
    assert told["not_acknowledged"] == ["anna"]
    assert "12 hours" in say(circle, "committee", "charter", "--version", "1", "--show")


def test_a_first_charter_says_what_it_needs(imported: CommandLine) -> None:
    say(imported, "committee", "make", "Lumen Circle", "--by", "Ana")
    result = imported("committee", "charter", "--hours", "3", "--by", "Ana")
    assert result.exit_code == 2
    assert "--purpose" in result.output


def test_a_meeting_from_the_call_to_the_minutes(circle: CommandLine, tmp_path: Path) -> None:
    day = ("--start", "2026-02-27T10:00", "--zone", "Europe/Vienna", "--place", "Room 4")
    say(circle, "meeting", "call", "Spring", *day, "--by", "Ana")
    say(circle, "meeting", "rsvp", "1", "anna", "yes", "--by", "anna")
    file = tmp_path / "spring.ics"
    say(circle, "meeting", "ics", "1", "--for", "anna", "--out", str(file))
    (event,) = Calendar.from_ical(file.read_bytes()).walk("VEVENT")
    assert event["ATTENDEE"] == "mailto:anna@x.test"
    say(circle, "meeting", "hold", "1", "--came", "anna", "--by", "Ana")
    say(circle, "meeting", "attended", "1", "The CEO", "--stayed-away", "--by", "Ana")
    words = circle("meeting", "minutes", "1", "-", "--by", "Ana", input="We agreed.")
    assert words.exit_code == 0, words.output
    told = circle.json("meeting", "show", "1")
    assert (told["state"], told["minutes"]) == ("held", "We agreed.")
    assert told["starts"] == "2026-02-27T10:00+01:00"
    assert [(one["name"], one["came"]) for one in told["people"]] == [
        ("anna", True),
        ("The CEO", False),
    ]


def test_holding_without_names_says_nothing_of_who_came(circle: CommandLine) -> None:
    day = ("--start", "2026-02-27T10:00", "--place", "Room 4")
    say(circle, "meeting", "call", "Spring", *day, "--by", "Ana")
    say(circle, "meeting", "hold", "1", "--by", "Ana")
    assert {one["came"] for one in circle.json("meeting", "show", "1")["people"]} == {None}


def test_a_time_that_clocks_never_show_is_refused(circle: CommandLine) -> None:
    day = ("--start", "2026-03-29T02:30", "--zone", "Europe/Vienna", "--place", "Room 4")
    result = circle("meeting", "call", "Spring", *day, "--by", "Ana")
    assert result.exit_code == 2
    assert "never show" in result.output


def test_a_member_is_paid_badged_and_let_go_with_thanks(circle: CommandLine) -> None:
    say(circle, "member", "pay", "anna", "12.50", "eur", "--for", "spring", "--by", "Ana")
    assert circle.json("member", "owed")["sums"][0]["owed"] == "12.50"
    say(circle, "member", "settle", "1", "--by", "Bo")
    assert "/badges/" in say(circle, "member", "badge", "anna", "--by", "Ana")
    say(circle, "member", "leave", "anna", "--reason", "moved", "--by", "Ana")
    assert circle.json("member", "badges", "anna")[0]["status"] == "revoked"
    assert [one["what"] for one in circle.json("member", "ending")] == ["thank"]
    say(circle, "member", "thank", "anna", "--by", "Ana")
    told = circle.json("member", "show", "anna")
    assert (told["left_why"], told["pay"][0]["state"]) == ("moved", "settled")
    assert say(circle, "member", "show", "anna")


def test_every_step_is_told_and_taken_back(circle: CommandLine) -> None:
    say(circle, "member", "leave", "anna", "--by", "Ana")
    last = circle.json("committee", "history")[-1]
    assert (last["step"], last["by"]) == ("leave", "Ana")
    say(circle, "committee", "undo", str(last["number"]), "--by", "Bo")
    assert [one["name"] for one in circle.json("committee", "members")] == ["anna"]
    assert circle("committee", "undo", str(last["number"]), "--by", "Bo").exit_code == 5
