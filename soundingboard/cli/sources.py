"""Commands about sources: `source add`, `list`, `remove`, `resume`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import JsonOption
from soundingboard.cli.output import plain, put_json, say, screen, table

NameArgument = Annotated[str, typer.Argument(help="The source's name, number or address.")]


class Kind(StrEnum):
    """The kinds of source we can ask."""

    feed = "feed"
    mastodon = "mastodon"
    discourse = "discourse"


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="The places where we listen.", no_args_is_help=True, rich_markup_mode=None
    )
    group.command("add")(add)
    group.command("list")(list_sources)
    group.command("remove")(remove)
    group.command("resume")(resume)
    app.add_typer(group, name="source")


def add(
    ctx: typer.Context,
    url: Annotated[str, typer.Argument(help="A feed, a page that names one, or a forum.")],
    name: Annotated[str | None, typer.Option(help="What to call it; else its own title.")] = None,
    kind: Annotated[Kind | None, typer.Option(help="What it is; else it is tried out.")] = None,
    about: Annotated[
        str | None,
        typer.Option(metavar="BRAND", help="All its posts are about this brand, named or not."),
    ] = None,
    unchecked: Annotated[bool, typer.Option(help="Take it without asking it first.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Listen to a place from now on; it is asked once to see that it can be read."""
    from soundingboard.cards import source_card
    from soundingboard.finding import found_at, keep

    call = Call.of(ctx)
    with call.parts() as parts:
        found = found_at(parts, url, kind.value if kind else None, checked=not unchecked)
        source = keep(parts, found, name=name, about=about)
    if as_json:
        put_json(
            source_card(source, call.clock.now()) | {"title": found.title, "posts": found.posts}
        )
        return
    if found.address != url:
        say(f"Took {found.address}, which {url} names.")
    seen = "not asked yet" if found.posts is None else f"{found.posts} posts to be read now"
    typer.echo(plain(f"Added {source.name}, a {source.kind} source: {seen}."))
    say("Next: soundingboard collect")


def list_sources(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Every source: how it is, when it last answered, when it is asked next, and why then."""
    from soundingboard.cards import source_card
    from store.sources import all_sources

    call = Call.of(ctx)
    with call.parts() as parts, parts.store.read() as session:
        cards = [source_card(source, call.clock.now()) for source in all_sources(session)]
    if as_json:
        put_json(cards)
        return
    if not cards:
        say("There are no sources yet. Add one: soundingboard source add URL")
        return
    headings = ("name", "kind", "last good", "next", "how it is")
    rows = [
        (
            card["name"],
            card["kind"],
            _minute(card["last_ok"]),
            _minute(card["next_check"]),
            card["problem"] or card["why"],
        )
        for card in cards
    ]
    screen().print(table({heading: {} for heading in headings}, rows))


def _minute(moment: str | None) -> str:
    return moment[:16].replace("T", " ") if moment else "-"


def remove(
    ctx: typer.Context,
    name: NameArgument,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Forget a source and every post that came from it."""
    from store.sources import get_source, remove_source

    with Call.of(ctx).parts() as parts:
        with parts.store.read() as session:
            source = get_source(session, name)
        if not yes:
            typer.confirm(f"Forget {plain(source.name)} with all its posts?", abort=True, err=True)
        with parts.store.write() as session:
            remove_source(session, get_source(session, name))
    typer.echo(plain(f"Removed {source.name} and its posts."))


def resume(ctx: typer.Context, name: NameArgument) -> None:
    """Ask a source again that was paused or failed, at the next run."""
    from store.sources import get_source

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        source = get_source(session, name)
        source.paused = source.problem = source.next_at = None
        source.failures = 0
        typer.echo(plain(f"{source.name} is asked again at the next: soundingboard collect"))
