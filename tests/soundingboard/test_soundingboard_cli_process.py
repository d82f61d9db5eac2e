"""The command as a process: it starts lightly, ends with its code, and survives a closed pipe."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = (
    "rich", "numpy", "scipy", "torch", "transformers", "sqlmodel", "sqlalchemy", "alembic", "httpx",
    "feedparser", "jinja2", "pydantic", "apscheduler", "sklearn",
)  # fmt: skip
COMMAND = (sys.executable, "-m", "soundingboard")


def called(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments], input=stdin, capture_output=True, text=True, timeout=60, check=False
    )


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom soundingboard.cli.app import app\n"
        "try: app(['--help'])\nexcept SystemExit: pass\n"
        f"print([name for name in {HEAVY!r} if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stderr.strip() == "[]"
    assert "It ends with:" in done.stdout


def test_a_listing_loads_no_model_and_no_network(tmp_path: Path) -> None:
    code = (
        "import sys\nfrom soundingboard.cli.app import app\n"
        f"try: app(['--folder', {str(tmp_path)!r}, 'source', 'list'])\nexcept SystemExit: pass\n"
        "print([n for n in ('torch', 'transformers', 'httpx', 'feedparser') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )

    assert done.stdout.strip() == "[]"


def test_a_wrong_call_ends_with_2() -> None:
    assert called("nonsense").returncode == 2


def test_a_wrong_setting_ends_with_3_and_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "soundingboard.toml").write_text("[digest]\nhour = 99\n")
    done = called("--folder", str(tmp_path), "stances")

    assert done.returncode == 3
    assert "line 2" in done.stderr
    assert "Traceback" not in done.stderr


def test_verbose_shows_where_an_error_came_from(tmp_path: Path) -> None:
    (tmp_path / "soundingboard.toml").write_text("[digest]\nhour = 99\n")
    done = called("--folder", str(tmp_path), "--verbose", "stances")

    assert done.returncode == 3
    assert "Traceback" in done.stderr


def test_a_file_that_is_no_database_ends_with_8_and_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "soundingboard.db").write_bytes(b"this is no database, only a long sentence" * 50)
    done = called("--folder", str(tmp_path), "source", "list")

    assert done.returncode == 8
    assert (tmp_path / "soundingboard.db").read_bytes().startswith(b"this is no database")


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "--folder", str(tmp_path), "config", "show", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        complaints = process.stderr.read()
        assert process.wait(60) == 0
    assert complaints == b""


@pytest.mark.model
def test_posts_are_read_through_a_pipe() -> None:
    lines = [{"id": i, "text": "I love this coffee"} for i in range(3)]
    done = called("read", stdin="\n".join(map(json.dumps, lines)))

    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [0, 1, 2]


def test_a_service_that_is_told_to_stop_has_not_failed(tmp_path: Path) -> None:
    running = subprocess.Popen(
        [*COMMAND, "--folder", str(tmp_path), "serve", "--no-pages"],
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stderr is not None
    try:
        while "Scheduler started" not in running.stderr.readline():
            assert running.poll() is None
        running.terminate()
        running.communicate(timeout=60)
    finally:
        running.kill()
    assert running.returncode == 0
