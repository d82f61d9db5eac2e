"""Commands about the committee to be: `slate`, and the `themes` it should cover."""

from __future__ import annotations

import typer

from soundingboard.cli import slate
from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, JsonOption
from soundingboard.cli.output import put_json


def add_to(app: typer.Typer) -> None:
    slate.add_to(app)
    app.command()(themes)


def themes(ctx: typer.Context, brand: BrandOption = None, as_json: JsonOption = False) -> None:
    """What people speak about, and on which side."""
    from soundingboard.cards import theme_cards
    from soundingboard.cli.catching_up import brand_ready

    with Call.of(ctx).parts() as parts:
        row = brand_ready(parts, brand, "readings")
        with parts.store.read() as session:
            found = theme_cards(session, parts.marker, row.id or 0)
    if as_json:
        put_json(found)
    else:
        from soundingboard.cli.showing import show_themes

        show_themes(row.name, found)
