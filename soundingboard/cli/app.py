"""The `soundingboard` command: global options, groups of commands, and how it ends."""

from __future__ import annotations

import os
import sys
import traceback
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from config.errors import SoundingBoardError
from soundingboard.cli import (
    addresses,
    alerts,
    audit,
    committee,
    committees,
    decisions,
    demo,
    digests,
    dossier,
    exports,
    goals,
    grants,
    house,
    invitations,
    kpis,
    ledger,
    meetings,
    members,
    moderation,
    outbox,
    people,
    posts,
    privacy,
    promises,
    resets,
    reviews,
    settings,
    sources,
    steps,
    suggestions,
    tokens,
    users,
)
from soundingboard.cli.call import Call
from soundingboard.cli.output import complain, say

STOPPED = 130
EPILOG = """\b
It ends with:
  0  done                        5  a rule of the house forbids it
  1  problems were found         6  a source could not be collected
  2  it was called wrongly       7  a model is missing or damaged
  3  a setting is wrong          8  the database cannot be used
  4  there is no such thing      9  a message could not be handed over
130  stopped; run again to go on
"""


class Doors(TyperGroup):
    """Turns what a command raises into words on stderr and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except SoundingBoardError as error:
            complain(error)
            if ctx.params.get("verbose"):
                traceback.print_exc(file=sys.stderr)
            raise typer.Exit(error.exit_code) from error
        except KeyboardInterrupt:
            say("\nStopped; run again to go on.")
            raise typer.Exit(STOPPED) from None
        except BrokenPipeError:
            _let_go_of_stdout()
            raise typer.Exit(0) from None
        except OSError as error:
            if ctx.params.get("verbose"):
                raise
            where = f"{error.filename}: " if error.filename else ""
            complain(SoundingBoardError(f"{where}{error.strerror or error}."))
            raise typer.Exit(SoundingBoardError.exit_code) from error


def _let_go_of_stdout() -> None:
    """Whoever read us has enough (`| head`); what is still buffered must not raise again."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


app = typer.Typer(
    name="soundingboard",
    cls=Doors,
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,  # rich takes longer to load than the help to print
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"soundingboard {version('soundingboard')}")
        raise typer.Exit


@app.callback()
def soundingboard(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Option(help="Where soundingboard.toml stands, if there is one.")
    ] = Path(),
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Say more, and where an error came from.")
    ] = False,
    _shown: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Hear what people say about a brand in public, learn who loves and who hates it, and propose
    whom to invite to its customer advisory committee.

    Start with: soundingboard demo, or: soundingboard import reviews.csv --brand "Your Brand"
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if verbose:
        import logging

        logging.basicConfig(level=logging.INFO, format="%(name)s: %(message)s")
    ctx.obj = Call.of(ctx).at(folder, verbose=verbose)


for group in (
    settings,
    sources,
    posts,
    steps,
    digests,
    outbox,
    moderation,
    people,
    committee,
    committees,
    members,
    meetings,
    decisions,
    addresses,
    invitations,
    reviews,
    dossier,
    suggestions,
    promises,
    privacy,
    exports,
    kpis,
    goals,
    resets,
    ledger,
    alerts,
    users,
    tokens,
    grants,
    audit,
    house,
    demo,
):
    group.add_to(app)
