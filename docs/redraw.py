"""Redraws what the documentation shows of the program: the demo's recruit list as a picture."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI
from rich.text import Text

PICTURE = Path(__file__).with_name("recruit-list.svg")
COLUMNS = 96
A_SIDE = "2"


def main() -> None:
    """Run the demo in a folder of its own and draw the first of each side."""
    with tempfile.TemporaryDirectory() as folder:
        _soundingboard("demo", "--bare", "--to", folder)
        shown = [
            _soundingboard("--folder", folder, "candidates", "--side", side, "--limit", A_SIDE)
            for side in ("love", "hate", "torn")
        ]
    console = Console(record=True, width=COLUMNS, file=io.StringIO())
    console.print(Text.from_ansi("".join(shown).rstrip()))
    picture = console.export_svg(title="soundingboard candidates", theme=MONOKAI)
    PICTURE.write_text(_without_remote_fonts(picture), encoding="utf-8")


def _soundingboard(*words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "soundingboard", *words],
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)},
    )
    return done.stdout


def _without_remote_fonts(picture: str) -> str:
    """The reader's own monospace font: a picture asks nobody for anything."""
    return re.sub(r"@font-face \{.*?\}\s*", "", picture, flags=re.DOTALL)


if __name__ == "__main__":
    main()
