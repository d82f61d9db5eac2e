"""Commands of several people deciding together: `claim`, `assign`, `review`, `agreement`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.decisions import AuthorArgument, NoteOption
from soundingboard.cli.options import BrandOption, ByOption, JsonOption, SourceOption, moment
from soundingboard.cli.output import plain, put_json

if TYPE_CHECKING:
    from sqlmodel import Session

    from soundingboard.wiring import Parts
    from store.tables import Author, Candidate

Result = TypeVar("Result")


class Said(StrEnum):
    """What a reviewer may say of a candidate, or do with what they said."""

    approve = "approve"
    reject = "reject"
    defer = "defer"
    take_back = "take-back"


def add_to(app: typer.Typer) -> None:
    for command in (claim, release, assign, review, agreement):
        app.command()(command)


def claim(
    ctx: typer.Context,
    author: AuthorArgument,
    by: ByOption,
    minutes: Annotated[
        int | None,
        typer.Option(min=1, max=24 * 60, help="For how long; else the settings'."),
    ] = None,
    brand: BrandOption = None,
    source: SourceOption = None,
) -> None:
    """Keep colleagues from deciding on a candidate while you look.

    It ends by itself, with your decision, or with: soundingboard release AUTHOR --by YOU
    """
    from community.candidates import claims

    def change(parts: Parts, session: Session, candidate: Candidate) -> str:
        span = minutes or parts.settings.recruiting.claim_min
        return claims.told(claims.claim(session, candidate, by, parts.clock.now(), span))

    account, told = _on_candidate(ctx, author, brand, source, change)
    typer.echo(plain(f"{account.name}: {told}."))


def release(
    ctx: typer.Context,
    author: AuthorArgument,
    by: ByOption,
    brand: BrandOption = None,
    source: SourceOption = None,
) -> None:
    """Let others decide again on a candidate that you claimed."""
    from community.candidates import claims

    def change(parts: Parts, session: Session, candidate: Candidate) -> None:
        claims.release(session, candidate, by, parts.clock.now())

    account, _ = _on_candidate(ctx, author, brand, source, change)
    typer.echo(plain(f"{account.name}: nobody is deciding now."))


def assign(
    ctx: typer.Context,
    author: AuthorArgument,
    by: ByOption,
    to: Annotated[
        str | None, typer.Option("--to", help="Who takes care of them; without it, nobody.")
    ] = None,
    due: Annotated[
        datetime | None,
        typer.Option("--due", parser=moment, metavar="TIME", help="Until when, an ISO time."),
    ] = None,
    note: NoteOption = None,
    brand: BrandOption = None,
    source: SourceOption = None,
) -> None:
    """Give a candidate into a colleague's care; assigning again takes it back."""
    from community.candidates.assignments import assign as give

    def change(parts: Parts, session: Session, candidate: Candidate) -> str:
        made = give(session, candidate, by, parts.clock.now(), to=to, due=due, note=note)
        return f"{made.before} -> {made.after}"

    account, told = _on_candidate(ctx, author, brand, source, change)
    typer.echo(plain(f"{account.name} is in the care of: {told}"))


def review(
    ctx: typer.Context,
    author: AuthorArgument,
    said: Annotated[
        Said, typer.Argument(metavar="VERDICT", help="approve, reject, defer; or take-back.")
    ],
    by: ByOption,
    note: NoteOption = None,
    brand: BrandOption = None,
    source: SourceOption = None,
) -> None:
    """Say what you would do with a candidate, before you see what others said.

    With recruiting.second_reviewer set, two must agree before somebody is approved.
    """
    from community.candidates import verdicts

    def change(parts: Parts, session: Session, candidate: Candidate) -> verdicts.Shown:
        now = parts.clock.now()
        if said is Said.take_back:
            verdicts.take_back(session, candidate, by, now)
        else:
            verdicts.give(session, candidate, by, said.value, now, note=note)
        return verdicts.shown_to(session, candidate, by)

    account, shown = _on_candidate(ctx, author, brand, source, change)
    typer.echo(plain(f"Noted of {account.name}. {_verdicts_in_words(shown)}"))


def _verdicts_in_words(shown: Any) -> str:
    if shown.verdicts:
        return "; ".join(f"{row.reviewer}: {row.verdict}" for row in shown.verdicts)
    return f"Verdicts of others: {shown.hidden}, shown once you gave yours."


def agreement(ctx: typer.Context, brand: BrandOption = None, as_json: JsonOption = False) -> None:
    """How far reviewers agree, beyond chance (Cohen's kappa)."""
    from community.candidates.agreement import between_reviewers
    from soundingboard.cards import agreement_card
    from store.brands import get_brand

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        row = get_brand(session, brand)
        pairs = [agreement_card(pair) for pair in between_reviewers(session, row.id or 0)]
    if as_json:
        put_json({"brand": row.name, "pairs": pairs})
    else:
        from soundingboard.cli.showing_reviews import show_agreement

        show_agreement(row.name, pairs)


def _on_candidate(
    ctx: typer.Context,
    author: str,
    brand: str | None,
    source: str | None,
    change: Callable[[Parts, Session, Candidate], Result],
) -> tuple[Author, Result]:
    """Do something to the candidate of that name, in one transaction."""
    from soundingboard.cli.naming import one_candidate
    from store.brands import get_brand

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = get_brand(session, brand)
        account, candidate = one_candidate(session, author, source, row.id or 0)
        return account, change(parts, session, candidate)
