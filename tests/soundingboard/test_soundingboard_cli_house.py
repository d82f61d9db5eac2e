"""`init`, `config`, `doctor` and how a call ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.errors import ModelError, SoundingBoardError
from soundingboard.cli.output import plain
from tests.fakes import FixedReader
from tests.soundingboard.conftest import CommandLine


def test_init_writes_settings_that_are_good_and_is_refused_twice(command: CommandLine) -> None:
    first, second = command("init", "--brand", "Lumen"), command("init", "--brand", "Other")

    assert (first.exit_code, second.exit_code) == (0, 3)
    assert command("config", "check").exit_code == 0
    assert 'name = "Lumen"' in (command.folder / "soundingboard.toml").read_text()


def test_config_show_tells_where_each_value_came_from(command: CommandLine) -> None:
    command.environ["SOUNDINGBOARD_DIGEST__HOUR"] = "5"

    rows = {row["name"]: row for row in command.json("config", "show")}

    assert rows["digest.hour"]["value"] == "5"
    assert "SOUNDINGBOARD_DIGEST__HOUR" in rows["digest.hour"]["origin"]


def test_secrets_are_never_shown(command: CommandLine) -> None:
    command.environ["SOUNDINGBOARD_PRIVACY__SECRET_KEY"] = "hush-hush"

    for call in (("config", "show"), ("config", "show", "--json"), ("doctor",)):
        assert "hush-hush" not in command(*call).output


def test_a_wrong_setting_is_named_with_its_line(command: CommandLine) -> None:
    (command.folder / "soundingboard.toml").write_text("[slate]\nseats = 0\n")

    result = command("config", "check")

    assert result.exit_code == 3
    assert "line 2" in result.stderr
    assert "seats" in result.stderr


def test_a_healthy_house_is_ok_and_nothing_is_made_by_looking(command: CommandLine) -> None:
    told = command.json("doctor")

    assert told["ok"]
    assert {check["name"] for check in told["checks"]} >= {"python", "disk", "database", "models"}
    assert list(command.folder.iterdir()) == []


def test_a_key_that_others_can_read_is_a_problem_with_its_mend(command: CommandLine) -> None:
    key = command.folder / "soundingboard.key"
    key.write_text("0" * 64)
    key.chmod(0o644)

    result = command("doctor")

    assert result.exit_code == 1
    assert "chmod 600" in result.stdout


def test_a_damaged_database_is_a_problem_and_the_other_checks_go_on(command: CommandLine) -> None:
    (command.folder / "soundingboard.db").write_bytes(b"not a database at all " * 100)

    result = command("doctor", "--json")

    assert result.exit_code == 1
    assert '"torch"' in result.stdout


@pytest.mark.parametrize("kind", SoundingBoardError.__subclasses__())
def test_every_kind_of_error_ends_with_its_own_code(kind: type[SoundingBoardError]) -> None:
    codes = [each.exit_code for each in SoundingBoardError.__subclasses__()]

    assert codes.count(kind.exit_code) == 1
    assert kind.exit_code in range(3, 10)


def test_a_missing_model_says_so_and_loses_nothing(imported: CommandLine) -> None:
    class Broken(FixedReader):
        def read(self, questions: object) -> list[object]:  # type: ignore[override]
            raise ModelError("A file is damaged.", mend="Install it again.")

    imported.reader = Broken()
    result = imported("stances")

    assert result.exit_code == 7
    assert "Install it again." in result.stderr
    imported.reader = FixedReader()
    assert len(imported.json("stances")) == 4


def test_a_stop_says_how_to_go_on(imported: CommandLine) -> None:
    class Stopped(FixedReader):
        def read(self, questions: object) -> list[object]:  # type: ignore[override]
            raise KeyboardInterrupt

    imported.reader = Stopped()
    result = imported("run")

    assert result.exit_code == 130
    assert "run again to go on" in result.stderr


@given(st.text(st.characters(codec=None)))
def test_no_text_can_steer_a_terminal(text: str) -> None:
    shown = plain(text)

    shown.encode()  # no half a character
    assert not [c for c in shown if c not in "\n\t" and (ord(c) < 32 or 127 <= ord(c) < 160)]
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067")
    assert shown.count("\u2068") == shown.count("\u2069")
