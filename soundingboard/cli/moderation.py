"""Commands of moderators: `moderation list`, `show`, `claim`, `decide`, `undo` and the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from soundingboard.cli import labelling, reporting
from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, ByOption, JsonOption
from soundingboard.cli.output import plain, put_json, say

if TYPE_CHECKING:
    from sqlmodel import Session

    from community.moderating.moderation import Queued
    from soundingboard.wiring import Parts
    from store.tables import ReviewItem

ItemArgument = Annotated[int, typer.Argument(help="Its number, as in: moderation list")]
ItemsArgument = Annotated[list[int], typer.Argument(help="Its number, or several.")]
SeenOption = Annotated[
    int | None,
    typer.Option("--seen", help="The version you looked at; refused if it changed since."),
]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Decide what waits: posts of your forum, merges, wrong readings, flags.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("list")(list_items)
    for command in (show, claim, release, decide, undo, reporting.report, told):
        group.command()(command)
    labelling.add_to(group)
    app.add_typer(group, name="moderation")


def list_items(
    ctx: typer.Context,
    brand: BrandOption = None,
    kind: Annotated[reporting.Kind | None, typer.Option(help="Only this kind.")] = None,
    mine: Annotated[
        str | None, typer.Option("--mine", metavar="NAME", help="What NAME reported, and outcomes.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Also what is decided.")] = False,
    limit: Annotated[int, typer.Option(min=1, help="At most so many.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """What waits for a moderator, the most pressing first."""
    from community.moderating.moderation import queue
    from soundingboard.cli import showing_moderation as showing
    from soundingboard.reviewing import item_cards, reported_cards

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        if mine is not None:
            cards = reported_cards(session, mine)
        else:
            found = queue(
                session,
                parts.clock.now(),
                brand_id=_brand_id(session, brand),
                kind=kind.value if kind else None,
                state=None if everything else "open",
            )
            cards = item_cards(session, found[:limit], parts.clock.now())
    if as_json:
        put_json(cards)
    elif mine is not None:
        showing.show_reported(mine, cards)
    else:
        showing.show_queue(cards, len(found))


def show(ctx: typer.Context, item: ItemArgument, as_json: JsonOption = False) -> None:
    """One item whole: what speaks for it, who reported it, what may be decided and why."""
    from community.moderating.moderation import one_item
    from soundingboard.cli.showing_moderation import show_item
    from soundingboard.reviewing import whole_card

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        queued = _queued(parts, one_item(session, item))
        card = whole_card(session, queued, parts.clock.now())
    if as_json:
        put_json(card)
    else:
        show_item(card)


def claim(
    ctx: typer.Context,
    by: ByOption,
    item: Annotated[
        int | None, typer.Argument(help="Its number; without one, the most pressing.")
    ] = None,
    brand: BrandOption = None,
) -> None:
    """Take an item for half an hour, so that no two people decide the same."""
    from community.moderating import moderation

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        now = parts.clock.now()
        if item is None:
            found = moderation.claim_next(session, by, now, brand_id=_brand_id(session, brand))
        else:
            found = moderation.one_item(session, item)
            moderation.claim(session, found, by, now)
        number = found.id if found else None
    if number is None:
        say("Nothing waits that nobody else has.")
    else:
        typer.echo(plain(f"No. {number} is yours for half an hour."))
        say(f"Look at it: soundingboard moderation show {number}")


def release(ctx: typer.Context, item: ItemArgument, by: ByOption) -> None:
    """Give an item back that you claimed."""
    from community.moderating import moderation

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        moderation.release(session, moderation.one_item(session, item), by, parts.clock.now())
    typer.echo(f"No. {item} is free again.")


def decide(
    ctx: typer.Context,
    items: ItemsArgument,
    decision: Annotated[str, typer.Argument(help="As `moderation show` lists them.")],
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", help="A code; a wrong one lists them.")],
    note: Annotated[str | None, typer.Option("--note", help="What colleagues should know.")] = None,
    seen: SeenOption = None,
) -> None:
    """Decide one item, or several alike: all of them or none.

    What follows happens at once: a merge joins the accounts, a corrected reading becomes a label,
    a flag that does not hold is overridden. Nobody outside is written to.
    """
    from community.moderating import moderation
    from soundingboard.reviewing import whole_card

    replies = []
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        now = parts.clock.now()
        for number in sorted(set(items)):
            item = moderation.one_item(session, number)
            moderation.decide(session, item, by, decision, now, reason=reason, note=note, seen=seen)
            card = whole_card(session, _queued(parts, item), now)
            replies.append(card.get("reply_to_post"))
    for number, reply in zip(sorted(set(items)), replies, strict=True):
        typer.echo(plain(f"No. {number}: {decision}"))
        if reply:
            say(f"\nFor you to post, if you think it right:\n{reply}")


def undo(
    ctx: typer.Context,
    item: ItemArgument,
    by: ByOption,
    note: Annotated[str | None, typer.Option("--note", help="Why.")] = None,
    seen: SeenOption = None,
) -> None:
    """Take the last decision on an item back; all that followed from it goes back too."""
    from community.moderating import moderation

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        found = moderation.one_item(session, item)
        undone = moderation.undo(session, found, by, parts.clock.now(), note=note, seen=seen)
        typer.echo(plain(f"No. {item} is open again. Taken back: {undone.words}"))


def told(
    ctx: typer.Context,
    reporter: Annotated[str, typer.Argument(help="Who reported.")],
) -> None:
    """What came of somebody's reports since they last asked; said once."""
    from community.moderating.notices import untold

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        news = [words for _, words in untold(session, reporter, parts.clock.now())]
    for words in news:
        typer.echo(f"{plain(words)}\n")
    if not news:
        say(f"Nothing new for {reporter}. All they reported: moderation list --mine {reporter}")


def _brand_id(session: Session, name: str | None) -> int | None:
    """The brand's id; without a name, all brands are meant."""
    from store.brands import get_brand

    return None if name is None else get_brand(session, name).id


def _queued(parts: Parts, item: ReviewItem) -> Queued:
    from community.moderating.moderation import Queued
    from community.moderating.priority import priority

    return Queued(item, priority(item.priority, item.opened_at, parts.clock.now()))
