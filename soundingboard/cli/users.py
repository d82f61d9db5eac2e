"""Commands about who may sign in: `user add`, list, role, disable, enable, link, first-link."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import ByOption, JsonOption
from soundingboard.cli.output import plain, put_json, say, screen, table

if TYPE_CHECKING:
    from soundingboard.wiring import Parts

UserArgument = Annotated[str, typer.Argument(help="Their number, address or name.")]
RoleWord = Annotated[str, typer.Argument(help="viewer, moderator, marketer or admin.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Who may sign in, and in which role.", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("list")(list_)
    for command in (add, role, disable, enable, link):
        group.command()(command)
    group.command("first-link")(first_link)
    app.add_typer(group, name="user")


def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What they are called.")],
    address: Annotated[str, typer.Argument(help="Their mail address; they sign in with it.")],
    by: ByOption,
    role: Annotated[
        str, typer.Option("--role", help="viewer, moderator, marketer or admin.")
    ] = "viewer",
    timezone: Annotated[
        str, typer.Option("--timezone", help="In which they read times, as in Europe/Vienna.")
    ] = "UTC",
) -> None:
    """Make somebody one of yours; prints the link by which they choose a password."""
    from soundingboard.access import users, welcome

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        now = parts.clock.now()
        user = users.add(
            session, name=name, address=address, role=role, timezone=timezone, by=by, now=now
        )
        token = welcome.new_link(session, user.id or 0, by, now)
        at = welcome.address_of(parts.settings.web.public_url, token)
    say(f"{user.name} is {user.role}. Send them this link; it works once, within 72 hours:")
    typer.echo(at)


def list_(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """List everybody who may or might sign in."""
    from store.user_sessions import last_seen
    from store.users import users

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        seen = last_seen(session)
        rows = [
            {
                "id": user.id,
                "name": user.name,
                "address": user.address,
                "role": user.role,
                "state": state_of(user.disabled_at is not None, user.password_hash is not None),
                "last_seen": f"{seen[user.id]:%Y-%m-%d %H:%M} UTC" if user.id in seen else None,
            }
            for user in users(session)
        ]
    if as_json:
        put_json(rows)
    elif not rows:
        say("Nobody can sign in yet; begin with: soundingboard user first-link")
    else:
        headings = ("Number", "Name", "Address", "Role", "State", "Last seen")
        screen().print(table({name: {} for name in headings}, [row.values() for row in rows]))


def state_of(is_disabled: bool, has_password: bool) -> str:
    """Whether somebody can come in, in a word or two."""
    return "disabled" if is_disabled else "active" if has_password else "no password yet"


def role(ctx: typer.Context, user: UserArgument, role: RoleWord, by: ByOption) -> None:
    """Give somebody another role; they have to sign in again."""
    from soundingboard.access import users

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        found = users.one(session, user)
        changed = users.set_role(session, found.id or 0, role, by, parts.clock.now())
    typer.echo(plain(f"{changed.name} is {changed.role}."))


def disable(ctx: typer.Context, user: UserArgument, by: ByOption) -> None:
    """Let somebody in no more: signed out at once, links and tokens dead."""
    from soundingboard.access import users

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        found = users.one(session, user)
        users.disable(session, found.id or 0, by, parts.clock.now())
    typer.echo(plain(f"{found.name} may not sign in any more."))


def enable(ctx: typer.Context, user: UserArgument, by: ByOption) -> None:
    """Let somebody in again, with the role and password they had."""
    from soundingboard.access import users

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        found = users.one(session, user)
        users.enable(session, found.id or 0, by, parts.clock.now())
    typer.echo(plain(f"{found.name} may sign in again."))


def link(ctx: typer.Context, user: UserArgument, by: ByOption) -> None:
    """Print a new one-time link by which somebody chooses a new password."""
    from soundingboard.access import users, welcome

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        found = users.one(session, user)
        token = welcome.new_link(session, found.id or 0, by, parts.clock.now())
        at = welcome.address_of(parts.settings.web.public_url, token)
    say(f"Send {found.name} this link; it works once, within 72 hours:")
    typer.echo(at)


def first_link(ctx: typer.Context) -> None:
    """Print the link that makes the first administrator, while there is none."""
    from config.errors import RuleError
    from soundingboard.access import welcome

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        token = welcome.first_link(session, parts.clock.now())
        if token is None:
            raise RuleError(
                "There is an administrator already.",
                mend="See: soundingboard user list; for a lost password: soundingboard user link",
            )
        at = welcome.address_of(parts.settings.web.public_url, token)
    say("Whoever opens this link within 24 hours becomes the first administrator:")
    typer.echo(at)


def say_first_link(parts: Parts) -> None:
    """Tell the terminal how the first administrator comes in, while there is none."""
    from soundingboard.access import welcome

    with parts.store.write() as session:
        token = welcome.first_link(session, parts.clock.now())
    if token is not None:
        say("Nobody can sign in yet. Become the first administrator here, within 24 hours:")
        say(f"  {welcome.address_of(parts.settings.web.public_url, token)}")
