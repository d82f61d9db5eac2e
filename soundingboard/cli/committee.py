"""Commands about the committee to be: `slate`, and the `themes` it should cover."""

from __future__ import annotations

from typing import Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, JsonOption
from soundingboard.cli.output import put_json


def add_to(app: typer.Typer) -> None:
    for command in (slate, themes):
        app.command()(command)


def slate(
    ctx: typer.Context,
    brand: BrandOption = None,
    seats: Annotated[
        int | None,
        typer.Option(min=1, max=200, help="People on the committee; else the settings'."),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Propose a committee of lovers and haters, with reasons."""
    from soundingboard.cli.catching_up import brand_ready
    from soundingboard.pipeline.propose import propose

    with Call.of(ctx).parts() as parts:
        row = brand_ready(parts, brand, "candidates")
        proposed = propose(parts, row.name, seats=seats)
    if as_json:
        put_json(proposed)
    else:
        from soundingboard.cli.showing import show_slate

        show_slate(proposed)


def themes(ctx: typer.Context, brand: BrandOption = None, as_json: JsonOption = False) -> None:
    """What people speak about, and on which side."""
    from soundingboard.cards import theme_cards
    from soundingboard.cli.catching_up import brand_ready

    with Call.of(ctx).parts() as parts:
        row = brand_ready(parts, brand, "readings")
        with parts.store.read() as session:
            found = theme_cards(session, row.id or 0)
    if as_json:
        put_json(found)
    else:
        from soundingboard.cli.showing import show_themes

        show_themes(row.name, found)
