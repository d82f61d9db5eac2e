"""The command that keeps the promise to forget: `forget`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import SourceOption
from soundingboard.cli.output import plain, say

if TYPE_CHECKING:
    from community.erasure import Erasure
    from soundingboard.wiring import Parts
    from store.tables import Author


def add_to(app: typer.Typer) -> None:
    app.command()(forget)


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
    """Erase a person for good: their posts, copies of them, and every mention.

    Digests and files that name them are deleted. Only a keyed mark stays, so that nothing of theirs
    comes in again. With --source it may be an account that was never seen.
    """
    from community.erasure import forget as erase
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
    from store import erasure

    with parts.store.read() as session:
        accounts = erasure.same_accounts(session, [account])
        ids = [one.id for one in accounts if one.id is not None]
        posts = erasure.posts_of(session, ids)
    for one in accounts or [account]:
        say(f"  {one.name} on {one.site}")
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
    say("Backups and files outside this folder are yours to clear.")
