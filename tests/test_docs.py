"""What the documentation says is true."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


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


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/map.md", "docs/privacy.md"])
def test_links_within_the_project_lead_somewhere(page: str) -> None:
    base = (ROOT / page).parent
    for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", read(page)):
        assert (base / target).exists(), target


def test_the_lock_names_no_address() -> None:
    for path in (ROOT / "requirements").glob("*.txt"):
        content = path.read_text(encoding="utf-8")
        assert "--hash=sha256:" in content
        assert not re.search(r"https?://|file:/|--index-url|--find-links", content), path.name
