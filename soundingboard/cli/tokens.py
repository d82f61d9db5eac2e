"""Commands about what programs sign in with: `token add`, `list` and `revoke`."""

from __future__ import annotations

from typing import Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import ByOption, JsonOption
from soundingboard.cli.output import plain, put_json, say, screen, table
from soundingboard.cli.users import UserArgument

DAYS = 90


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="What programs sign in with.", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("list")(list_)
    for command in (add, revoke):
        group.command()(command)
    app.add_typer(group, name="token")


def add(
    ctx: typer.Context,
    user: UserArgument,
    name: Annotated[str, typer.Argument(help="Which program will use it.")],
    by: ByOption,
    scopes: Annotated[
        list[str], typer.Option("--scope", help="read, write, import or metrics; may be repeated.")
    ],
    days: Annotated[int, typer.Option("--days", help="Until it ends; 0 = until revoked.")] = DAYS,
) -> None:
    """Make a token that acts for somebody; prints it, once."""
    from soundingboard.access import tokens, users

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        owner = users.one(session, user)
        token, words = tokens.make(
            session, owner, name, scopes, days=days or None, by=by, now=parts.clock.now()
        )
    ends = f"{token.expires_at:%Y-%m-%d}" if token.expires_at else "it is revoked"
    say(f"Token {token.id} acts for {owner.name} until {ends}. It is shown now and never again:")
    typer.echo(words)


def list_(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """List the tokens, whose they are and when they were last used."""
    from soundingboard.access.tokens import state_of
    from store.tokens import tokens

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        now = parts.clock.now()
        rows = [
            {
                "id": token.id,
                "name": token.name,
                "acts_for": owner.name,
                "begins_with": token.prefix,
                "scopes": ", ".join(token.scopes),
                "state": state_of(token, owner, now),
                "ends": f"{token.expires_at:%Y-%m-%d}" if token.expires_at else None,
                "last_used": f"{token.used_at:%Y-%m-%d %H:%M} UTC" if token.used_at else None,
            }
            for token, owner in tokens(session)
        ]
    if as_json:
        put_json(rows)
    elif not rows:
        say("There is no token yet; make one with: soundingboard token add USER NAME --scope read")
    else:
        headings = (
            "Number", "Name", "Acts for", "Begins with", "Scopes", "State", "Ends", "Last used",
        )  # fmt: skip
        screen().print(table({name: {} for name in headings}, [row.values() for row in rows]))


def revoke(
    ctx: typer.Context,
    token: Annotated[int, typer.Argument(help="Its number in: soundingboard token list")],
    by: ByOption,
) -> None:
    """End a token at once and for good."""
    from soundingboard.access import tokens

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        gone = tokens.revoke(session, token, by, parts.clock.now())
    typer.echo(plain(f"Token {gone.id} ({gone.name}) is revoked."))
