"""Commands about the settings: `init`, `config show`, `config check`."""

from __future__ import annotations

from typing import Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import JsonOption
from soundingboard.cli.output import plain, put_json, say, screen, table


def add_to(app: typer.Typer) -> None:
    app.command()(init)
    config = typer.Typer(help="Look at the settings.", no_args_is_help=True, rich_markup_mode=None)
    config.command("show")(show)
    config.command("check")(check)
    app.add_typer(config, name="config")


def init(
    ctx: typer.Context,
    brand: Annotated[str, typer.Option("--brand", "-b", help="The brand's name.")] = "Your Brand",
) -> None:
    """Write a first soundingboard.toml, every line explained.

    An existing one is left as it is.
    """
    from config.starter import write_starter

    path = write_starter(Call.of(ctx).folder, brand)
    typer.echo(f"Wrote {path}.")
    say("Next: put a mail or web address of yours at fetch.contact, then add a source:")
    say("  soundingboard source add URL")


def show(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Every setting, what it is now and where that came from; secrets are hidden."""
    from config.showing import described

    rows = described(Call.of(ctx).loaded())
    if as_json:
        put_json(
            [
                {
                    "name": row.name,
                    "value": row.shown,
                    "origin": row.origin,
                    "default": row.default,
                    "description": row.description,
                }
                for row in rows
            ]
        )
        return
    columns = {"setting": {"overflow": "fold"}, "value": {}, "from": {"style": "dim"}}
    screen().print(table(columns, [(row.name, row.shown, row.origin) for row in rows]))


def check(ctx: typer.Context) -> None:
    """Say whether every setting can be used; each mistake with its line and what to do."""
    loaded = Call.of(ctx).loaded()
    turned = sum(origin != "default" for origin in loaded.origins.values())
    brands = ", ".join(brand.name for brand in loaded.settings.brand) or "none yet"
    typer.echo(plain(f"The settings are good: {turned} turned, brands: {brands}."))
    if not loaded.settings.fetch.contact:
        say("fetch.contact is empty: sites like to know whom to write to before they block.")
