"""Commands about authors: `stances`, `candidates`, `why`, `stakeholder`."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, ByOption, JsonOption, SourceOption, moment
from soundingboard.cli.output import plain, put_json

if TYPE_CHECKING:
    from soundingboard.wiring import Parts
    from store.tables import BrandRow


class Side(StrEnum):
    """The sides of a committee."""

    love = "love"
    hate = "hate"
    torn = "torn"


class Change(StrEnum):
    """What may be done to what somebody is to the brand."""

    add = "add"
    end = "end"


def add_to(app: typer.Typer) -> None:
    for command in (stances, candidates, why, stakeholder):
        app.command()(command)


def stances(
    ctx: typer.Context,
    brand: BrandOption = None,
    until: Annotated[
        datetime | None,
        typer.Option(
            parser=moment,
            metavar="TIME",
            help="Weigh only posts up to this ISO time; keeps nothing.",
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """How every author stands to a brand, lovers first."""
    from soundingboard.cli.catching_up import brand_ready

    with Call.of(ctx).parts() as parts:
        row = brand_ready(parts, brand, "stances" if until is None else "readings")
        listed = _stances(parts, row, until)
    if as_json:
        put_json(listed)
    else:
        from soundingboard.cli.showing import show_stances

        show_stances(row.name, listed)


def _stances(parts: Parts, brand: BrandRow, until: datetime | None) -> list[dict[str, Any]]:
    from soundingboard.cards import stance_card

    if until is None:
        from store.stances import stances

        with parts.store.read() as session:
            return [
                stance_card(author, stance) for stance, author in stances(session, brand.id or 0)
            ]
    from soundingboard.pipeline.weigh import weigh_brand

    weighed = weigh_brand(parts, brand.id or 0, until=until)
    authors = {row.author.id: row.author for row in weighed.evidence if row.author is not None}
    ranked = sorted(
        ((authors[author_id], stance) for author_id, stance in weighed.stances.items()),
        key=lambda pair: (-pair[1].mu, pair[0].site, pair[0].key),
    )
    return [stance_card(author, stance) for author, stance in ranked]


def candidates(
    ctx: typer.Context,
    brand: BrandOption = None,
    side: Annotated[Side | None, typer.Option(help="Only this side.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most so many.")] = None,
    everyone: Annotated[
        bool,
        typer.Option("--all", help="Also those flagged, turned down, or with too little so far."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Whom to invite, each with the posts that speak for it."""
    from soundingboard.cards import candidate_cards
    from soundingboard.cli.catching_up import brand_ready

    with Call.of(ctx).parts() as parts:
        row = brand_ready(parts, brand, "candidates")
        with parts.store.read() as session:
            listed = candidate_cards(
                session,
                row.id or 0,
                side=side.value if side else None,
                limit=limit,
                everyone=everyone,
            )
    if as_json:
        put_json(listed)
    else:
        from soundingboard.cli.showing import show_candidates

        show_candidates(row.name, listed, everyone=everyone)


def why(
    ctx: typer.Context,
    author: Annotated[str, typer.Argument(help="The account's name, with or without @.")],
    brand: BrandOption = None,
    source: SourceOption = None,
    as_json: JsonOption = False,
) -> None:
    """What an author's stance rests on, post by post.

    It shows what every post weighs and what would change the stance.
    """
    from soundingboard.cli.catching_up import brand_ready
    from soundingboard.cli.naming import one_author
    from soundingboard.why import why as explained
    from store.stances import stances

    with Call.of(ctx).parts() as parts:
        row = brand_ready(parts, brand, "stances")
        with parts.store.read() as session:
            weighed = {who.id or 0 for _, who in stances(session, row.id or 0)}
            account = one_author(session, author, source, among=weighed)
        told = explained(parts, row, account)
    if as_json:
        put_json(told)
    else:
        from soundingboard.cli.showing_why import show_why

        show_why(told)


def stakeholder(
    ctx: typer.Context,
    author: Annotated[str, typer.Argument(help="The account's name, with or without @.")],
    change: Annotated[Change, typer.Argument(help="add, or end; each takes the other back.")],
    kind: Annotated[
        str, typer.Argument(help="client, supplier, regulator, …; a wrong one lists them.")
    ],
    by: ByOption,
    since: Annotated[
        datetime | None,
        typer.Option(parser=moment, metavar="TIME", help="From when on; else from now on."),
    ] = None,
    brand: BrandOption = None,
    source: SourceOption = None,
) -> None:
    """Say what somebody is to the brand, besides speaking about it; several are allowed."""
    from community.candidates import stakeholders
    from soundingboard.cli.naming import one_author
    from store.brands import get_brand

    if since is not None and change is Change.end:
        raise typer.BadParameter("end takes no day; it ends now", param_hint="--since")
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row, now = get_brand(session, brand), parts.clock.now()
        account = one_author(session, author, source)
        who = account.id or 0, row.id or 0, kind, by, now
        if change is Change.add:
            told = stakeholders.add(session, *who, since=since)
            said = f"is {stakeholders.KINDS[kind]} of {row.name} since {told.since:%Y-%m-%d}"
        else:
            stakeholders.end(session, *who)
            said = f"is not {stakeholders.KINDS[kind]} of {row.name} any more"
    typer.echo(plain(f"{account.name} {said}."))
