"""The command `dossier`: all that is known of one candidate, on a page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.decisions import AuthorArgument
from soundingboard.cli.options import BrandOption, JsonOption, SourceOption
from soundingboard.cli.output import plain, put_json, say


def add_to(app: typer.Typer) -> None:
    app.command()(dossier)


def dossier(
    ctx: typer.Context,
    author: AuthorArgument,
    by: Annotated[str, typer.Option("--by", help="Who looks; written into the dossier.")],
    html: Annotated[
        Path | None,
        typer.Option("--html", dir_okay=False, help="Write a page to this file; prints as one A4."),
    ] = None,
    brand: BrandOption = None,
    source: SourceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Why somebody is a candidate: what they said, what speaks against, who decided what.

    Whoever opens it is written down in it, whichever way it is shown.
    """
    from soundingboard.cli.catching_up import brand_ready
    from soundingboard.cli.naming import one_candidate
    from soundingboard.dossier import dossier as gathered
    from soundingboard.dossier import page

    with Call.of(ctx).parts() as parts:
        row = brand_ready(parts, brand, "candidates")
        with parts.store.read() as session:
            account, candidate = one_candidate(session, author, source, row.id or 0)
        told = gathered(parts, row, account, candidate, by)
    if html is not None:
        from soundingboard.cli.exports import write_whole

        write_whole(html, page(told))
        say(f"Wrote {plain(str(html))}. It names a person: delete it when it has served.")
    if as_json:
        put_json(told)
    elif html is None:
        from soundingboard.cli.showing_dossier import show_dossier

        show_dossier(told)
