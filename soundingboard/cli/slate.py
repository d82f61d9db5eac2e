"""`slate`: the proposed committee, the word people have on its seats, and whom to invite next."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, ByOption, JsonOption, SourceOption
from soundingboard.cli.output import plain, put_json

AuthorArgument = Annotated[str, typer.Argument(help="The account's name, with or without @.")]
SeatsOption = Annotated[
    int | None,
    typer.Option(min=1, max=200, help="People on the committee; else the settings'."),
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; shown beside the seat.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(rich_markup_mode=None)
    group.callback(invoke_without_command=True)(slate)
    for command in (lock, bar, free, replace, wave, audit):
        group.command()(command)
    app.add_typer(group, name="slate")


def slate(
    ctx: typer.Context,
    brand: BrandOption = None,
    seats: SeatsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Propose a committee of lovers and haters, with reasons.

    Alone it proposes anew and tells what changed. With lock, bar or free people have their word
    on a seat; replace, wave and audit only look.
    """
    if ctx.invoked_subcommand is not None:
        if brand or seats or as_json:
            raise typer.BadParameter(f"write options after {ctx.invoked_subcommand}")
        return
    _look(ctx, "propose", brand, seats, as_json)


def wave(
    ctx: typer.Context,
    brand: BrandOption = None,
    seats: SeatsOption = None,
    as_json: JsonOption = False,
) -> None:
    """How many of each side to invite now, and whom; nothing is sent."""
    _look(ctx, "plan_waves", brand, seats, as_json)


def audit(
    ctx: typer.Context,
    brand: BrandOption = None,
    seats: SeatsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Whether the slate seats every source, language and side alike."""
    _look(ctx, "audit", brand, seats, as_json)


def lock(
    ctx: typer.Context,
    author: AuthorArgument,
    by: ByOption,
    reason: ReasonOption,
    brand: BrandOption = None,
    source: SourceOption = None,
) -> None:
    """Keep a seat for somebody, whatever the slate would choose; `free` takes it back."""
    _choose(ctx, "lock", author, brand, source, by, reason, "sits on")


def bar(
    ctx: typer.Context,
    author: AuthorArgument,
    by: ByOption,
    reason: ReasonOption,
    brand: BrandOption = None,
    source: SourceOption = None,
) -> None:
    """Keep somebody off the slate; they stay listed, and `free` takes it back."""
    _choose(ctx, "bar", author, brand, source, by, reason, "is kept off")


def free(
    ctx: typer.Context,
    author: AuthorArgument,
    by: ByOption,
    reason: Annotated[str | None, typer.Option("--reason", help="Why.")] = None,
    brand: BrandOption = None,
    source: SourceOption = None,
) -> None:
    """Take a lock or a bar back: the slate chooses again."""
    _choose(ctx, "free", author, brand, source, by, reason, "is again up to")


def replace(
    ctx: typer.Context,
    author: AuthorArgument,
    brand: BrandOption = None,
    source: SourceOption = None,
    seats: SeatsOption = None,
    as_json: JsonOption = False,
) -> None:
    """Who would enter instead of somebody, and what it costs; nothing is changed."""
    from soundingboard.cli.catching_up import brand_ready
    from soundingboard.cli.naming import one_candidate
    from soundingboard.pipeline.replacing import replace as find

    with Call.of(ctx).parts() as parts:
        row = brand_ready(parts, brand, "candidates")
        with parts.store.read() as session:
            account, _ = one_candidate(session, author, source, row.id or 0)
        found = find(parts, row.name, account.id or 0, seats=seats)
    if as_json:
        put_json(found)
    else:
        from soundingboard.cli.showing_slate import show_replacement

        show_replacement(found)


def _look(
    ctx: typer.Context, what: str, brand: str | None, seats: int | None, as_json: bool
) -> None:
    from soundingboard.cli import showing_slate as showing
    from soundingboard.cli.catching_up import brand_ready
    from soundingboard.pipeline.auditing import audit as audited
    from soundingboard.pipeline.propose import propose
    from soundingboard.pipeline.waves import plan_waves

    find: Any
    find, show = {
        "propose": (propose, showing.show_slate),
        "plan_waves": (plan_waves, showing.show_waves),
        "audit": (audited, showing.show_audit),
    }[what]
    with Call.of(ctx).parts() as parts:
        row = brand_ready(parts, brand, "candidates")
        found = find(parts, row.name, seats=seats)
    if as_json:
        put_json(found)
    else:
        show(found)


def _choose(
    ctx: typer.Context,
    choice: str,
    author: str,
    brand: str | None,
    source: str | None,
    by: str,
    reason: str | None,
    said: str,
) -> None:
    from community.candidates import seats
    from soundingboard.cli.catching_up import brand_ready
    from soundingboard.cli.naming import one_candidate

    with Call.of(ctx).parts() as parts:
        row = brand_ready(parts, brand, "candidates")
        with parts.store.write() as session:
            account, candidate = one_candidate(session, author, source, row.id or 0)
            getattr(seats, choice)(session, candidate, by, parts.clock.now(), reason=reason)
    typer.echo(plain(f"{account.name} {said} the slate of {row.name}."))
