"""Commands about the audit log: `audit list` and `audit verify`."""

from __future__ import annotations

from typing import Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import JsonOption
from soundingboard.cli.output import put_json, say, screen, table

PROBLEMS = 1
MOST = 1000


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Who of yours did or looked at what.", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("list")(list_)
    group.command()(verify)
    app.add_typer(group, name="audit")


def list_(
    ctx: typer.Context,
    user: Annotated[
        str | None, typer.Option("--user", help="Only what they did: number, address or name.")
    ] = None,
    action: Annotated[
        str | None, typer.Option("--action", help="Only this, as in role_changed.")
    ] = None,
    subject: Annotated[
        str | None, typer.Option("--subject", help="Only what concerned this, as in author:12.")
    ] = None,
    before: Annotated[
        int | None, typer.Option("--before", help="Only entries older than this number.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MOST, help="At most so many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """List what was done, the newest first."""
    from soundingboard.access import users
    from store.audit import entries

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        found = entries(
            session,
            user_id=users.one(session, user).id if user else None,
            action=action,
            subject=subject,
            before=before,
            limit=limit,
        )
    if as_json:
        put_json([{**entry.model_dump(), "at": entry.at.isoformat()} for entry in found])
    elif not found:
        say("Nothing of that is in the log.")
    else:
        rows = [
            (e.number, f"{e.at:%Y-%m-%d %H:%M:%S}", e.actor, e.action, e.subject, told(e.details))
            for e in found
        ]
        headings = ("Number", "UTC", "Who", "What", "Concerning", "Details")
        screen().print(table({name: {} for name in headings}, rows))


def told(details: dict[str, object]) -> str:
    """Details in one line."""
    return ", ".join(f"{name}={value}" for name, value in details.items())


def verify(
    ctx: typer.Context,
    remembered: Annotated[
        str | None,
        typer.Option("--remembered", help="The end of the log as an earlier check told it."),
    ] = None,
) -> None:
    """Check that no entry was changed, moved or removed; ends with 1 if one was."""
    from soundingboard.access import audit

    known = audit.Head.read(remembered) if remembered else None
    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        broken, head = audit.verify(session, known), audit.head(session)
    if broken is not None:
        say(f"The log is broken from entry {broken} on: it is missing, moved or changed.")
        say("Compare it with a backup; what stands before it is as it was written.")
        raise typer.Exit(PROBLEMS)
    if head is None:
        say("The log is empty.")
        return
    say("The log is whole. Keep its end elsewhere and give it as --remembered the next time:")
    typer.echo(f"{head.number}:{head.sha}")
