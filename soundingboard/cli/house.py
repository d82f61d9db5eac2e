"""Commands about the house itself: `doctor` and `serve`."""

from __future__ import annotations

from typing import Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import JsonOption
from soundingboard.cli.output import cell, put_json, say, screen

PROBLEMS = 1
_MARKS = {"ok": ("ok", "green"), "note": ("note", "yellow"), "problem": ("problem", "bold red")}


def add_to(app: typer.Typer) -> None:
    for command in (serve, doctor):
        app.command()(command)


def doctor(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Look the installation over and say what to mend."""
    from dataclasses import asdict

    from soundingboard.doctor import examine

    call = Call.of(ctx)
    found = examine(call.loaded().settings, call.folder, call.clock)
    is_well = all(check.state != "problem" for check in found)
    if as_json:
        put_json({"ok": is_well, "checks": [asdict(check) for check in found]})
    else:
        from rich.table import Table

        shown = Table.grid(padding=(0, 2))
        for check in found:
            word, style = _MARKS[check.state]
            shown.add_row(cell(word, style), cell(check.name), cell(check.found))
            if check.mend:
                shown.add_row("", "", cell(check.mend, "italic"))
        screen().print(shown)
    if not is_well:
        raise typer.Exit(PROBLEMS)


def serve(
    ctx: typer.Context,
    pages: Annotated[
        bool,
        typer.Option("--pages/--no-pages", help="Serve the pages links lead to."),
    ] = True,
) -> None:
    """Run on schedule until stopped: listen, weigh, mail, and serve the pages links lead to."""
    import logging

    from soundingboard.cli.users import say_first_link
    from soundingboard.jobs import run_forever

    logging.basicConfig(
        level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    for chatty in ("alembic", "apscheduler.executors.default"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    with Call.of(ctx).parts() as parts:
        if pages:
            say_first_link(parts)
        say("Running; Ctrl-C stops it.")
        run_forever(parts, pages=pages)
