"""The command line: one file per group of commands; `main` is what `soundingboard` runs."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line of this process; ends it with one of the documented exit codes."""
    from soundingboard.cli.app import app

    if sys.stdout is None:  # closed before we started (`>&-`): say it to nobody
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115 - for the whole run
    app(prog_name="soundingboard")
