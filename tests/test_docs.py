"""What the documentation says is true."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer

ROOT = Path(__file__).parents[1]
OURS = "soundingboard"
PAGES = sorted(
    ["README.md", "CONTRIBUTING.md", *(f"docs/{p.name}" for p in ROOT.glob("docs/*.md"))]
)


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def folders() -> list[str]:
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")
    found = {parent.as_posix() for line in tracked if line for parent in Path(line).parents}
    return sorted(found - {"."})


def test_the_map_names_every_folder() -> None:
    named = set(re.findall(r"`([\w./-]+)/`", read("docs/map.md")))
    assert set(folders()) - named == set()
    assert [folder for folder in named if not (ROOT / folder).is_dir()] == []


def test_the_readmes_commands_are_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z]+):", read("Makefile"), re.MULTILINE))
    told = set(re.findall(r"^make (\w+)", read("README.md"), re.MULTILINE))
    assert {"demo", "test"} <= told <= targets


def test_the_readmes_first_two_commands_are_demo_and_test() -> None:
    told = re.findall(r"^make (\w+)", read("README.md"), re.MULTILINE)
    assert told[:2] == ["demo", "test"]


def test_help_lists_every_target() -> None:
    shown = subprocess.run(
        ["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    for target in ("setup", "demo", "test", "lint", "serve", "bench", "docs"):
        assert re.search(rf"^{target}\b", shown, re.MULTILINE), target


def test_ci_calls_the_readmes_test_command() -> None:
    assert "make test" in read(".ci/run")


@pytest.mark.parametrize("page", PAGES)
def test_links_within_the_project_lead_somewhere(page: str) -> None:
    base = (ROOT / page).parent
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", read(page)):
        assert (base / target).exists(), target


@pytest.mark.parametrize("page", PAGES)
def test_files_of_ours_that_a_page_names_are_there(page: str) -> None:
    rooms = "soundingboard|community|listener|models|store|config|tests|bench|training|docs"
    for path in re.findall(rf"`((?:{rooms})/[\w./-]+\.\w+)`", read(page)):
        assert (ROOT / path).exists(), path


def test_the_lock_names_no_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        content = path.read_text(encoding="utf-8")
        assert "--hash=sha256:" in content
        assert not re.search(r"https?://|file:/|--index-url|--find-links", content), path.name


def commands_in(page: str) -> list[list[str]]:
    """The words after `soundingboard` in a page's fenced blocks, without comments."""
    fenced = re.findall(r"^```sh\n(.*?)^```", read(page), re.MULTILINE | re.DOTALL)
    lines = (shlex.split(line, comments=True) for line in "".join(fenced).splitlines())
    return [words[words.index(OURS) + 1 :] for words in lines if OURS in words]


def mentioned_in(page: str) -> Iterator[list[str]]:
    """Commands named within a sentence, as `soundingboard outbox retry NUMBER --by YOU`."""
    for code in re.findall(r"(?<!`)`soundingboard ([^`]+)`(?!`)", read(page)):
        yield code.replace("\\|", "|").split()


def command_of(words: list[str]) -> tuple[Any, list[str]]:
    """Walk the words down the tree of commands: the last command they name, and what is left."""
    command: Any = _tree()
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    return command, words


@cache
def _tree() -> Any:
    from soundingboard.cli.app import app

    return typer.main.get_command(app)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_line_of_the_documentation_can_be_called(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = commands_in(page)
    monkeypatch.chdir(tmp_path)
    Path("reviews.csv").touch()
    for words in lines:
        command, rest = command_of(words)
        assert command.name != OURS, words
        command.make_context(OURS, list(rest))
        assert not (hasattr(command, "commands") and rest and rest[0][0] != "-"), words


@pytest.mark.parametrize("page", PAGES)
def test_every_command_named_in_a_sentence_exists_with_its_options(page: str) -> None:
    for words in mentioned_in(page):
        command, rest = command_of([word for word in words if not word.startswith("--folder")])
        if words[0].startswith("-"):
            continue
        assert command.name != OURS, words
        known = {name for param in command.params for name in param.opts}
        known |= {"--help"}
        assert {word for word in rest if word.startswith("--")} <= known, words


def test_the_committees_page_names_only_commands_that_help_lists() -> None:
    tops = set(_tree().commands)
    told = {words[0] for words in commands_in("docs/committee.md")}
    assert {"slate", "committee", "invitation", "meeting", "suggestion", "moderation"} <= told
    assert told <= tops


def test_every_exit_code_is_told_in_the_readme() -> None:
    from config import errors

    codes = {e.exit_code for e in vars(errors).values() if hasattr(e, "exit_code")}
    told = {int(code) for code in re.findall(r"^\| (\d+) \|", read("README.md"), re.MULTILINE)}
    assert codes <= told


def test_every_kpi_has_a_row_with_its_own_words() -> None:
    from community.kpis import KPIS

    page = read("docs/kpis.md")
    told = set(re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE))
    assert told == set(KPIS)
