"""Commands of a committee itself, `committee …`: make, charter, members, history, undo."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, ByOption, JsonOption
from soundingboard.cli.output import plain, put_json, put_text, say, screen, table

if TYPE_CHECKING:
    from sqlmodel import Session

    from community.committees.committee import Terms
    from store import tables

CommitteeOption = Annotated[
    str | None,
    typer.Option("--committee", "-c", help="Which committee; not needed where there is only one."),
]
MemberArgument = Annotated[str, typer.Argument(help="The member's name or number.")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="The committee, its charter and its history.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for command in (make, show, charter, acknowledge, members, history, undo, close):
        group.command()(command)
    app.add_typer(group, name="committee")


def make(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="What the committee is called.")],
    by: ByOption,
    brand: BrandOption = None,
) -> None:
    """Make a committee for a brand."""
    from community.committees import committee
    from store.brands import get_brand

    with Call.of(ctx).parts() as parts:
        parts.brands()
        with parts.store.write() as session:
            row = get_brand(session, brand)
            made = committee.make(
                session, brand_id=row.id or 0, name=name, actor=by, now=parts.clock.now()
            )
    typer.echo(plain(f"{made.name} is made, for {row.name}."))
    say('Next: soundingboard committee charter --purpose "…" --hours 12 --meetings 4 --by YOU')


def show(
    ctx: typer.Context, committee: CommitteeOption = None, as_json: JsonOption = False
) -> None:
    """How the committee stands: members, charter, next meeting, terms that end, thanks owed."""
    from soundingboard.committee_cards import committee_card
    from store.committee import get_committee

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        card = committee_card(session, get_committee(session, committee), parts.clock.now())
    if as_json:
        put_json(card)
        return
    put_text(f"{plain(card['name'])}, for {plain(card['brand'])}\n")
    for name, label in _LINES.items():
        value = card[name]
        told = ", ".join(value) if isinstance(value, list) else value
        put_text(f"  {label}: {plain(str(told)) if told not in (None, '') else 'none'}\n")


_LINES = {
    "members": "on the committee",
    "community": "in the lighter community",
    "charter_version": "charter, version",
    "not_acknowledged": "have not acknowledged it",
    "next_meeting": "next meeting",
    "rotation": "terms that end within 60 days, or are over",
    "to_thank": "left and not thanked",
    "overdue_pay": "payments overdue",
    "closed": "closed",
}


def charter(
    ctx: typer.Context,
    committee: CommitteeOption = None,
    by: Annotated[str | None, typer.Option("--by", help="Who publishes it.")] = None,
    purpose: Annotated[str | None, typer.Option(help="What the committee is for.")] = None,
    hours: Annotated[float | None, typer.Option(help="Hours a year it asks of a member.")] = None,
    meetings: Annotated[int | None, typer.Option(help="Meetings a year.")] = None,
    cadence: Annotated[str | None, typer.Option(help="In words, as in 'a call a quarter'.")] = None,
    compensation: Annotated[str | None, typer.Option(help="What members get, in words.")] = None,
    senior: Annotated[
        list[str] | None, typer.Option(help="Who of management sits in; repeat it for several.")
    ] = None,
    answer_days: Annotated[
        int | None, typer.Option(help="Days in which each suggestion is answered.")
    ] = None,
    version: Annotated[int | None, typer.Option(help="Show this version.")] = None,
    show_it: Annotated[bool, typer.Option("--show", help="Print it as text (Markdown).")] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the charter, or publish a new version; what is not given stays as it was."""
    given = {
        "purpose": purpose,
        "hours_a_year": hours,
        "meetings_a_year": meetings,
        "cadence": cadence,
        "compensation": compensation,
        "seniors": tuple(senior) if senior else None,
        "answer_days": answer_days,
    }
    changed = {name: value for name, value in given.items() if value is not None}
    if show_it or not changed:
        _show_charter(ctx, committee, version, as_json)
    elif by is None:
        raise typer.BadParameter("say who publishes it", param_hint="--by")
    else:
        _publish(ctx, committee, changed, by)


def acknowledge(
    ctx: typer.Context,
    member: MemberArgument,
    by: ByOption,
    committee: CommitteeOption = None,
) -> None:
    """Note that a member read the charter that holds now and agreed to it."""
    from community.committees import committee as rules
    from store.committee import get_committee
    from store.members import find_member

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = get_committee(session, committee)
        who = find_member(session, row.id or 0, member)
        held = rules.charter_of(session, row.id or 0)
        rules.acknowledge(session, who, held, actor=by, now=parts.clock.now())
    typer.echo(plain(f"{who.name} acknowledged version {held.version}."))


def members(
    ctx: typer.Context,
    committee: CommitteeOption = None,
    everyone: Annotated[bool, typer.Option("--all", help="Also those who left.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Who sits on the committee and in the lighter community."""
    from soundingboard.committee_cards import member_cards
    from store.committee import get_committee

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        row = get_committee(session, committee)
        cards = member_cards(session, row, everyone=everyone)
    if as_json:
        put_json(cards)
    elif not cards:
        say("Nobody yet; start with: soundingboard member join AUTHOR --by YOU")
    else:
        names = ("number", "name", "door", "owner", "term_until", "acknowledged", "left")
        screen().print(table({n.replace("_", " "): {} for n in names}, _rows(cards, names)))


def history(
    ctx: typer.Context, committee: CommitteeOption = None, as_json: JsonOption = False
) -> None:
    """Everything that was changed, by whom and when."""
    from soundingboard.committee_cards import step_cards
    from store.committee import get_committee

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        cards = step_cards(session, get_committee(session, committee).id or 0)
    if as_json:
        put_json(cards)
    else:
        names = ("number", "at", "by", "step", "of", "words")
        screen().print(table({name: {} for name in names}, _rows(cards, names)))


def undo(
    ctx: typer.Context,
    step: Annotated[int, typer.Argument(help="Its number in: soundingboard committee history")],
    by: ByOption,
    committee: CommitteeOption = None,
) -> None:
    """Take one step back, with what followed from it; both stay in the history."""
    from community.committees import trail
    from store.committee import get_committee

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = get_committee(session, committee)
        undone = trail.get_step(session, row.id or 0, step)
        trail.take_back(session, undone, by, parts.clock.now())
    typer.echo(plain(f"Step {step} ({undone.step} of {undone.subject}) is taken back."))


def close(
    ctx: typer.Context,
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", help="Why; its members will ask.")],
    committee: CommitteeOption = None,
) -> None:
    """Close the committee; nothing of it is lost."""
    from community.committees import committee as rules
    from store.committee import get_committee

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = get_committee(session, committee)
        rules.close(session, row.id or 0, reason=reason, actor=by, now=parts.clock.now())
    typer.echo(plain(f"{row.name} is closed."))


def _show_charter(
    ctx: typer.Context, committee: str | None, version: int | None, as_json: bool
) -> None:
    from community.committees.charter_text import charter_text
    from soundingboard.committee_cards import charter_card
    from store.committee import get_committee

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        row = get_committee(session, committee)
        held = _version(session, row.id or 0, version)
        card = charter_card(session, held)
    if as_json:
        put_json(card)
        return
    put_text(charter_text(row, held) + "\n")
    if card["not_acknowledged"]:
        say(f"Not acknowledged yet by: {', '.join(card['not_acknowledged'])}.")


def _version(session: Session, committee_id: int, version: int | None) -> tables.Charter:
    from community.committees.committee import charter_of
    from config.errors import NotFoundError
    from store.committee import charters

    held = charter_of(session, committee_id)
    if version is None:
        return held
    for one in charters(session, committee_id):
        if one.version == version:
            return one
    raise NotFoundError(f"There is no version {version}.", mend=f"Versions: 1 to {held.version}.")


def _publish(ctx: typer.Context, committee: str | None, changed: dict[str, Any], by: str) -> None:
    from community.committees import committee as rules
    from store.committee import get_committee, newest_charter

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = get_committee(session, committee)
        terms = _terms(newest_charter(session, row.id or 0), changed)
        made = rules.publish(session, row.id or 0, terms, actor=by, now=parts.clock.now())
        waiting = [one.name for one in rules.not_acknowledged(session, made)]
    typer.echo(plain(f"Version {made.version} of the charter of {row.name} is published."))
    if waiting:
        say(f"To acknowledge it: {', '.join(waiting)}.")


def _terms(held: tables.Charter | None, changed: dict[str, Any]) -> Terms:
    """What the new version says: the last one with these changes."""
    from dataclasses import replace

    from community.committees.committee import Terms

    if held is not None:
        return replace(Terms.of(held), **changed)
    missing = {"purpose", "hours_a_year", "meetings_a_year"} - set(changed)
    if missing:
        raise typer.BadParameter("a first charter needs --purpose, --hours and --meetings")
    return Terms(**{"cadence": "", "compensation": "", **changed})


def _rows(cards: list[dict[str, Any]], names: tuple[str, ...]) -> list[list[object]]:
    return [[card[name] for name in names] for card in cards]
