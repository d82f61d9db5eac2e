"""Commands by which people decide: `decide`, `note`, `flag`, `dont-contact`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, ByOption, SourceOption
from soundingboard.cli.output import plain, say

AuthorArgument = Annotated[str, typer.Argument(help="The account's name, with or without @.")]
NoteOption = Annotated[str | None, typer.Option("--note", help="What the others should know.")]


class Action(StrEnum):
    """What a person may decide of a candidate."""

    shortlist = "shortlist"
    approve = "approve"
    reject = "reject"
    defer = "defer"
    decline = "decline"
    reopen = "reopen"


NEEDS_REASON = (Action.reject, Action.defer)


def add_to(app: typer.Typer) -> None:
    app.command()(decide)
    app.command()(note)
    app.command("dont-contact")(dont_contact)
    flag = typer.Typer(
        help="Say that a flag does not hold.", no_args_is_help=True, rich_markup_mode=None
    )
    flag.command("override")(override)
    flag.command("restore")(restore)
    app.add_typer(flag, name="flag")


def decide(
    ctx: typer.Context,
    author: AuthorArgument,
    action: Annotated[Action, typer.Argument(help="What is decided; decline: they said no.")],
    by: ByOption,
    brand: BrandOption = None,
    source: SourceOption = None,
    reason: Annotated[
        str | None,
        typer.Option(
            "--reason", help="Why; a code, needed to reject or defer (a wrong one lists them)."
        ),
    ] = None,
    note: NoteOption = None,
) -> None:
    """Decide on a candidate, or take a decision back.

    `reopen` takes the last decision back; once more, the one before it.
    """
    from community.candidates import recruiting
    from soundingboard.cli.naming import one_candidate
    from store.brands import get_brand

    told: dict[str, Any] = {"note": note}
    if action in NEEDS_REASON:
        told["reason"] = reason or ""
    elif reason is not None:
        raise typer.BadParameter(f"{action} takes no reason; use --note", param_hint="--reason")
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        if action is Action.approve:
            told["second_reviewer"] = parts.settings.recruiting.second_reviewer
        row = get_brand(session, brand)
        account, candidate = one_candidate(session, author, source, row.id or 0)
        made = getattr(recruiting, action.value)(session, candidate, by, parts.clock.now(), **told)
        typer.echo(plain(f"{account.name} for {row.name}: {made.before} -> {made.after}"))


def note(
    ctx: typer.Context,
    author: AuthorArgument,
    words: Annotated[str, typer.Argument(help="The note.")],
    by: ByOption,
    brand: BrandOption = None,
    source: SourceOption = None,
) -> None:
    """Write something down of a candidate; it decides nothing."""
    from community.history import add_note
    from soundingboard.cli.naming import one_candidate
    from store.brands import get_brand

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = get_brand(session, brand)
        account, candidate = one_candidate(session, author, source, row.id or 0)
        add_note(session, candidate, by, parts.clock.now(), note=words)
        typer.echo(plain(f"Noted of {account.name}."))


KindArgument = Annotated[
    str, typer.Argument(help="Which flag, as in: soundingboard candidates --all")
]


def override(
    ctx: typer.Context,
    author: AuthorArgument,
    kind: KindArgument,
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", help="Why the flag does not hold.")],
    brand: BrandOption = None,
    source: SourceOption = None,
) -> None:
    """Say that a flag does not hold; it stays visible, with who said so and why."""
    _on_flag(ctx, "override_flag", author, kind, brand, source, by, reason=reason)
    typer.echo(plain(f"The flag {kind} of {author} is overridden."))


def restore(
    ctx: typer.Context,
    author: AuthorArgument,
    kind: KindArgument,
    by: ByOption,
    reason: Annotated[str | None, typer.Option("--reason", help="Why it holds after all.")] = None,
    brand: BrandOption = None,
    source: SourceOption = None,
) -> None:
    """Take an override back: the flag holds again."""
    _on_flag(ctx, "restore_flag", author, kind, brand, source, by, reason=reason)
    typer.echo(plain(f"The flag {kind} of {author} holds again."))


def _on_flag(
    ctx: typer.Context,
    change: str,
    author: str,
    kind: str,
    brand: str | None,
    source: str | None,
    by: str,
    *,
    reason: str | None,
) -> None:
    from community.candidates import recruiting
    from soundingboard.cli.naming import one_candidate, one_flag
    from store.brands import get_brand

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = get_brand(session, brand)
        account, _ = one_candidate(session, author, source, row.id or 0)
        flag = one_flag(session, account, row.id or 0, kind)
        getattr(recruiting, change)(session, flag, by, now=parts.clock.now(), reason=reason)


def dont_contact(
    ctx: typer.Context,
    author: AuthorArgument,
    source: SourceOption = None,
    by: Annotated[str | None, typer.Option("--by", help="Who was told so.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="They took it back.")] = False,
) -> None:
    """Never contact an account again.

    It leaves every list, and stays off them even after it was forgotten. With --source it may be
    an account that was never seen: it is kept off the lists if it comes.
    """
    from community.candidates import contact
    from soundingboard.cli.naming import account_called

    with Call.of(ctx).parts() as parts:
        marker = parts.marker
        with parts.store.write() as session:
            account = account_called(session, author, source, now=parts.clock.now())
            change = contact.allow_again if undo else contact.forbid
            stood = change(session, marker, account, parts.clock.now(), actor=by)
    said = "may be contacted again" if undo else "will not be contacted"
    typer.echo(plain(f"{account.name} on {account.site} {said}."))
    if account.id is None:
        say("This account was never seen here; it is kept off the lists if it comes.")
    if undo and not stood:
        say("It was not on the do-not-contact list.")
    elif undo:
        say("They declined; to list them again: soundingboard decide AUTHOR reopen --by YOU")
