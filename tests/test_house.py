"""Rules of the house that the import linter cannot see."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROOMS = ("soundingboard", "community", "listener", "models", "store", "config")
MAY_ASK_THE_TIME = {"config/clock.py"}
TIME_CALLS = re.compile(
    r"\b(?:datetime\.(?:now|utcnow|today)|date\.today|time\.(?:time|monotonic|sleep))\("
)


def code() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            if "migrations/versions" not in path.as_posix():
                yield path


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("room", ROOMS)
def test_no_other_distribution_claims_a_room(room: str) -> None:
    assert set(packages_distributions().get(room, [])) <= {"soundingboard"}


def test_only_the_clock_asks_the_system_for_the_time() -> None:
    guilty = {name(p) for p in code() if TIME_CALLS.search(p.read_text(encoding="utf-8"))}
    assert guilty <= MAY_ASK_THE_TIME


def test_feedparser_only_ever_reads_from_memory() -> None:
    for path in code():
        for call in re.findall(r"feedparser\.parse\(([^,)]*)", path.read_text(encoding="utf-8")):
            assert call.strip().startswith("io.BytesIO("), f"{name(path)}: {call}"


def test_no_template_marks_anything_as_safe() -> None:
    for path in (ROOT / "soundingboard").rglob("*.j2"):
        assert not re.search(r"\|\s*safe|autoescape\s+false", path.read_text(encoding="utf-8"))


def test_files_and_functions_stay_short_enough_to_read_at_once() -> None:
    long = []
    for path in code():
        source = path.read_text(encoding="utf-8")
        if len(source.splitlines()) > 400:
            long.append(f"{name(path)} has over 400 lines")
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                lines = (node.end_lineno or node.lineno) - node.lineno + 1
                if lines > 50:
                    long.append(f"{name(path)}: {node.name} has {lines} lines")
    assert long == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [name(p) for p in code() if not ast.get_docstring(ast.parse(p.read_text("utf-8")))]
    assert silent == []


def test_only_the_store_writes_sql() -> None:
    guilty = []
    for path in code():
        if name(path).startswith("store/"):
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module in ("sqlmodel", "sqlalchemy"):
                taken = {alias.name for alias in node.names}
                if taken & {"select", "insert", "update", "delete", "text"}:
                    guilty.append(name(path))
    assert guilty == []


@pytest.mark.parametrize(
    "module", ["torch", "transformers", "sentence_transformers", "sqlmodel", "numpy", "httpx"]
)
def test_the_command_line_starts_without_loading(module: str) -> None:
    script = f"import sys, soundingboard.cli; sys.exit({module!r} in sys.modules)"
    assert subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False).returncode == 0
