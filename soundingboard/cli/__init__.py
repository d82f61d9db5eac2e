"""The command line: one file per group of commands; `main` is what `soundingboard` runs."""

from __future__ import annotations


def main() -> None:
    """Run the command line of this process; ends it with one of the documented exit codes."""
    from soundingboard.cli.app import app

    app(prog_name="soundingboard")
