"""Commands about mail addresses that people gave us: `address set`, `list` and `remove`."""

from __future__ import annotations

from typing import Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import ByOption, JsonOption, SourceOption
from soundingboard.cli.output import plain, put_json, say, screen, table

AuthorArgument = Annotated[str, typer.Argument(help="The account's name, with or without @.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Mail addresses that people gave you.", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("set")(set_)
    group.command("list")(list_)
    group.command("remove")(remove)
    app.add_typer(group, name="address")


def set_(
    ctx: typer.Context,
    author: AuthorArgument,
    address: Annotated[str, typer.Argument(help="Their mail address.")],
    by: ByOption,
    basis: Annotated[str, typer.Option("--basis", help="How they gave it to you.")],
    source: SourceOption = None,
) -> None:
    """Note an address that its owner gave you. None is ever looked up or guessed."""
    from community.history import clean, named
    from config.checks import mail_address
    from config.errors import RuleError
    from soundingboard.cli.naming import one_author
    from store.addresses import set_address

    try:
        given = mail_address(address.strip())
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="ADDRESS") from None
    if not clean(basis):
        raise RuleError("An address needs a basis.", mend="Say how its owner gave it to you.")
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        account = one_author(session, author, source)
        set_address(
            session,
            account.id or 0,
            address=given,
            basis=clean(basis),
            by=named(by),
            now=parts.clock.now(),
        )
    typer.echo(plain(f"{account.name} is reached at {given}."))


def list_(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """List the addresses, and how each was given."""
    from store.addresses import all_addresses

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        rows = [
            (author.name, author.site, row.address, row.basis, row.noted_by)
            for author, row in all_addresses(session)
        ]
    names = ("author", "source", "address", "basis", "noted_by")
    if as_json:
        put_json([dict(zip(names, row, strict=True)) for row in rows])
    elif not rows:
        say(
            "Nobody gave you an address yet; note one with: "
            'soundingboard address set AUTHOR ADDRESS --basis "…" --by YOU'
        )
    else:
        headings = ("Author", "Source", "Address", "Given how", "Noted by")
        screen().print(table({name: {} for name in headings}, rows))


def remove(ctx: typer.Context, author: AuthorArgument, source: SourceOption = None) -> None:
    """Forget an address; drafts that would go there can no longer be sent."""
    from soundingboard.cli.naming import one_author
    from store.addresses import remove_address

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        account = one_author(session, author, source)
        gone = remove_address(session, account.id or 0)
    typer.echo(plain(f"The address of {account.name} is forgotten."))
    if not gone:
        say("There was none.")
