"""The commands that keep what people are promised of their data: `data` and `forget`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import SourceOption
from soundingboard.cli.output import plain, put_json, say

if TYPE_CHECKING:
    from community.forgetting.erasure import Erasure
    from soundingboard.wiring import Parts
    from store.tables import Author


def add_to(app: typer.Typer) -> None:
    app.command()(data)
    app.command()(forget)


def data(
    ctx: typer.Context,
    author: Annotated[str, typer.Argument(help="The account's name, with or without @.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="Write it there, not to the screen.")
    ] = None,
    source: SourceOption = None,
) -> None:
    """Copy everything held of a person as JSON, as they may ask for it.

    With all accounts known to be theirs: where each was found and since when, every post with what
    was understood of it, and all that was decided, written to them, promised and answered.
    """
    from community.forgetting.erasure import persons_accounts
    from soundingboard.cli.naming import one_author
    from soundingboard.my_data import held_of

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        accounts = persons_accounts(session, [one_author(session, author, source)])
        copy = held_of(session, parts.marker, accounts, parts.clock.now())
    if out is None:
        put_json(copy)
        return
    out.write_text(json.dumps(copy, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    rows = sum(map(len, copy["held"].values()))
    typer.echo(plain(f"Wrote {rows} rows of {len(accounts)} accounts to {out}"))
    say("Check who asks before you hand it over; and delete it when you have.")


def forget(
    ctx: typer.Context,
    person: Annotated[str, typer.Argument(help="The account's name, with or without @.")],
    source: SourceOption = None,
    also: Annotated[
        list[Path] | None,
        typer.Option(help="A file that may name them, as an export; deleted if it does."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Erase a person for good: all their accounts, posts, copies of them, and every mention.

    Digests and files that name them are deleted; waiting messages that do are not sent. Only keyed
    marks stay, so that nothing of theirs comes in again, not from others either.
    With --source it may be an account that was never seen.
    """
    from community.forgetting.erasure import forget as erase
    from soundingboard.cli.naming import account_called

    with Call.of(ctx).parts() as parts:
        now = parts.clock.now()
        with parts.store.read() as session:
            account = account_called(session, person, source, now=now)
        if not yes:
            _ask(parts, account)
        gone = erase(parts.store, parts.marker, [account], now, [*_digests(parts), *(also or ())])
    _tell(gone)


def _ask(parts: Parts, account: Author) -> None:
    from community.forgetting.erasure import persons_accounts
    from store import erasure

    with parts.store.read() as session:
        accounts = persons_accounts(session, [account])
        ids = [one.id for one in accounts if one.id is not None]
        posts = erasure.posts_of(session, ids)
    for one in accounts or [account]:
        say(f"  {one.name} on {one.site}")
    if len(accounts) > 1:
        say("  These accounts are known to be one person's; all of them go.")
    say(f"  {len(posts)} posts of theirs with all that was understood of them; copies and mentions")
    typer.confirm("Erase this for good?", abort=True, err=True)


def _digests(parts: Parts) -> Sequence[Path]:
    """Digests that lie about, also those no longer remembered."""
    folder = (parts.folder / parts.settings.digest.folder).resolve()
    return sorted([*folder.glob("*.html"), *folder.glob("*.txt")])


def _tell(gone: Erasure) -> None:
    typer.echo(
        f"Erased {gone.accounts} accounts, {gone.posts} posts, {gone.copies} copies by others; "
        f"{gone.redacted} mentions were taken out."
    )
    for path in gone.files:
        typer.echo(plain(f"Deleted {path}"))
    if gone.sources:
        typer.echo(f"{gone.sources} sources that only they spoke in are forgotten as well.")
    if gone.messages:
        typer.echo(f"{gone.messages} messages were emptied; what still waited is not sent.")
    if gone.suggestions:
        typer.echo(f"{gone.suggestions} suggestions are kept without words and without their name.")
    if gone.listening:
        say(f"{gone.listening} sources are still asked whose own address names them.")
        say("Others speak there too; to stop: soundingboard source remove NAME")
    say("Backups and files outside this folder are yours to clear.")
