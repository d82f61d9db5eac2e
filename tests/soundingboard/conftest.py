"""What the tests of the doors share: the command line on an empty folder, with a fixed reader."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from config.clock import PinnedClock
from soundingboard.cli.app import app
from soundingboard.cli.call import Call
from tests.fakes import NOW, FixedReader

REVIEWS = """\
id,author,text,date,url
1,anna,I love Lumen it is great,2026-02-01,https://shop.test/1
2,anna,wonderful! You should add 2 kinds of decaf,2026-02-05,https://shop.test/2
3,anna,best coffee ever,2026-02-09,https://shop.test/3
4,bob,I hate the lid. awful,2026-02-02,https://shop.test/4
5,bob,terrible and broken packaging,2026-02-06,https://shop.test/5
6,bob,worst service,2026-02-10,https://shop.test/6
7,carl,it is coffee,2026-02-10,https://shop.test/7
8,dora,das ist die Tasse und der Kaffee,2026-02-11,https://shop.test/8
"""


Write = Callable[[str, str], str]


@cache
def tree() -> Any:
    """Every command with its options, built once: that takes longer than most commands."""
    return typer.main.get_command(app)


built = typer.Typer(add_completion=False)
"""What a runner, which builds what it is handed anew for every call, finds built already."""
built.command(cls=lambda **_: tree())(lambda: None)  # type: ignore[arg-type]


@dataclass
class CommandLine:
    """Calls commands on one folder, at a standing time, with a reader that counts its work."""

    folder: Path
    environ: dict[str, str] = field(default_factory=dict)
    reader: FixedReader = field(default_factory=FixedReader)
    now: datetime = NOW

    def __call__(self, *arguments: str, input: str | bytes | None = None) -> Result:
        call = Call(clock=PinnedClock(self.now), environ=self.environ, reader=self.reader)
        return CliRunner().invoke(
            built, ["--folder", str(self.folder), *arguments], obj=call, input=input
        )

    def json(self, *arguments: str) -> Any:
        """What a command that succeeds prints as JSON."""
        result = self(*arguments, "--json")
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout)


@pytest.fixture(scope="session")
def demo_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the demo ran once, with its programme: to be copied, not worked in."""
    from soundingboard.demo.programme import make_programme
    from soundingboard.demo.run import collect_demo, open_demo, work_demo

    made = tmp_path_factory.mktemp("demo_house")
    with open_demo(made, reader=FixedReader()) as demo:
        collect_demo(demo)
        work_demo(demo)
        make_programme(demo.parts, demo.brand)
    return made


@pytest.fixture
def command(tmp_path: Path) -> CommandLine:
    """The command line on an empty folder."""
    folder = tmp_path / "house"
    folder.mkdir()
    return CommandLine(folder)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a file to bring, and says where it is."""

    def write_file(name: str, text: str) -> str:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write_file


@pytest.fixture(scope="session")
def imported_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder after somebody imported a few reviews, and nothing else; to be copied."""
    folder = tmp_path_factory.mktemp("imported")
    reviews = tmp_path_factory.mktemp("reviews") / "reviews.csv"
    reviews.write_text(REVIEWS, encoding="utf-8")
    done = CommandLine(folder)("import", str(reviews), "--brand", "Lumen")
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture(scope="session")
def listed_house(imported_house: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder after the candidates were listed for the first time; to be copied."""
    folder = tmp_path_factory.mktemp("listed")
    shutil.copytree(imported_house, folder, dirs_exist_ok=True)
    found = CommandLine(folder).json("candidates")
    assert [one["author"] for one in found] == ["anna", "bob"]
    return folder


@pytest.fixture
def imported(command: CommandLine, imported_house: Path, write: Write) -> CommandLine:
    """The command line after somebody imported a few reviews, and nothing else."""
    write("reviews.csv", REVIEWS)
    shutil.copytree(imported_house, command.folder, dirs_exist_ok=True)
    return command


@pytest.fixture
def listed(command: CommandLine, listed_house: Path, write: Write) -> CommandLine:
    """The command line with anna and bob on the list."""
    write("reviews.csv", REVIEWS)
    shutil.copytree(listed_house, command.folder, dirs_exist_ok=True)
    return command
