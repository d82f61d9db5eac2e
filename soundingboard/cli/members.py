"""Commands of one member, `member …`: join, renew, leave, rejoin, thank, note, show, ending."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundingboard.cli import badges, pay
from soundingboard.cli.call import Call
from soundingboard.cli.committees import CommitteeOption, MemberArgument
from soundingboard.cli.options import ByOption, JsonOption, SourceOption, moment
from soundingboard.cli.output import plain, put_json, put_text, say, screen, table

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from store import tables

UntilOption = Annotated[
    str | None, typer.Option("--until", help="Last day of the term; else a year from its start.")
]


class Door(StrEnum):
    """What somebody joins."""

    committee = "committee"
    community = "community"


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="One member: their term, what they are owed, their badge.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for command in (join, show, note, renew, leave, rejoin, thank, ending):
        group.command()(command)
    pay.add_to(group)
    badges.add_to(group)
    app.add_typer(group, name="member")


def join(
    ctx: typer.Context,
    author: Annotated[str, typer.Argument(help="The account's name, with or without @.")],
    by: ByOption,
    door: Annotated[Door, typer.Option(help="What they join.")] = Door.committee,
    name: Annotated[str | None, typer.Option(help="What they are called; else as there.")] = None,
    address: Annotated[str | None, typer.Option(help="A mail address they gave you.")] = None,
    committee: CommitteeOption = None,
    source: SourceOption = None,
) -> None:
    """Take somebody in who said yes in person; how they stand now is kept as their baseline."""
    from community.committees import members
    from soundingboard.cli.naming import one_author
    from store.committee import get_committee

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        now = parts.clock.now()
        row = get_committee(session, committee)
        account = one_author(session, author, source)
        made = members.join(
            session,
            committee_id=row.id or 0,
            author_id=account.id or 0,
            door=door.value,
            name=name or account.display_name or account.name,
            address=address,
            invitation_id=None,
            now=now,
            actor=by,
        )
    typer.echo(plain(f"{made.name} is in the {made.door} until {made.term_until:%Y-%m-%d}."))


def show(
    ctx: typer.Context,
    member: MemberArgument,
    committee: CommitteeOption = None,
    as_json: JsonOption = False,
) -> None:
    """What we know of a member: term, baseline, meetings, pay and badges."""
    from soundingboard.committee_cards import badge_cards, meeting_card, member_cards, pay_card
    from store import meetings
    from store import pay as ledger
    from store.committee import get_committee
    from store.members import find_member

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        now, row = parts.clock.now(), get_committee(session, committee)
        who = find_member(session, row.id or 0, member)
        (card,) = [
            one for one in member_cards(session, row, everyone=True) if one["number"] == who.id
        ]
        owed = ledger.entries(session, row.id or 0, member_id=who.id)
        card["pay"] = [pay_card(entry, one, now) for entry, one in owed]
        card["badges"] = badge_cards(session, who, now)
        asked = meetings.meetings_of(session, who.id or 0)
        card["meetings"] = [_meeting(meeting_card(session, one), who) for one in asked]
    if as_json:
        put_json(card)
    else:
        _print(card)


def note(
    ctx: typer.Context,
    member: MemberArgument,
    by: ByOption,
    owner: Annotated[str | None, typer.Option(help="Who of ours answers them.")] = None,
    motives: Annotated[str | None, typer.Option(help="Why they came, in their words.")] = None,
    address: Annotated[str | None, typer.Option(help="A mail address they gave you.")] = None,
    committee: CommitteeOption = None,
) -> None:
    """Note who answers a member, why they came, or where mail reaches them; '' clears."""
    from community.committees import members

    with _member(ctx, committee, member) as (session, who, now):
        members.look_after(
            session, who, actor=by, now=now, owner=owner, motives=motives, address=address
        )
    typer.echo(plain(f"Noted of {member}."))


def renew(
    ctx: typer.Context,
    member: MemberArgument,
    by: ByOption,
    until: UntilOption = None,
    committee: CommitteeOption = None,
) -> None:
    """Give a member another term."""
    from community.committees import members

    end = moment(until) if until else None
    with _member(ctx, committee, member) as (session, who, now):
        held = members.renew(session, who, actor=by, now=now, until=end)
    typer.echo(plain(f"{held.name} stays until {held.term_until:%Y-%m-%d}."))


def leave(
    ctx: typer.Context,
    member: MemberArgument,
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", help="Why, if they said so.")] = "",
    committee: CommitteeOption = None,
) -> None:
    """Let a member go; their badge is revoked with it."""
    from community.committees import members

    with _member(ctx, committee, member) as (session, who, now):
        held = members.leave(session, who, reason=reason, actor=by, now=now)
    typer.echo(plain(f"{held.name} left. Then: soundingboard member thank {held.id} --by {by}"))


def rejoin(
    ctx: typer.Context,
    member: MemberArgument,
    by: ByOption,
    until: UntilOption = None,
    committee: CommitteeOption = None,
) -> None:
    """Take somebody who left back, with a new term."""
    from community.committees import members

    end = moment(until) if until else None
    with _member(ctx, committee, member) as (session, who, now):
        held = members.rejoin(session, who, actor=by, now=now, until=end)
    typer.echo(plain(f"{held.name} is back until {held.term_until:%Y-%m-%d}."))


def thank(
    ctx: typer.Context, member: MemberArgument, by: ByOption, committee: CommitteeOption = None
) -> None:
    """Note that somebody who left was thanked."""
    from community.committees import members

    with _member(ctx, committee, member) as (session, who, now):
        held = members.thank(session, who, actor=by, now=now)
    typer.echo(plain(f"{held.name} was thanked by {held.thanked_by}."))


def ending(
    ctx: typer.Context,
    days: Annotated[int, typer.Option(min=0, help="Terms that end within so many days.")] = 60,
    committee: CommitteeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Whose term is over or ends soon, and who left and was not thanked."""
    from community.committees.members import rotation, to_thank
    from store.committee import get_committee

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        now, row = parts.clock.now(), get_committee(session, committee)
        due = [
            [one.id, one.name, f"{one.term_until:%Y-%m-%d}", "over" if _over(one, now) else "ends"]
            for one in rotation(session, row.id or 0, now=now, days=days)
        ]
        due += [
            [one.id, one.name, f"{one.left_at:%Y-%m-%d}", "thank"]
            for one in to_thank(session, row.id or 0)
        ]
    names = ("number", "name", "day", "what")
    if as_json:
        put_json([dict(zip(names, one, strict=True)) for one in due])
    elif due:
        screen().print(table({name: {} for name in names}, due))
    else:
        say(f"No term ends within {days} days, and nobody waits to be thanked.")


@contextmanager
def _member(
    ctx: typer.Context, committee: str | None, name: str
) -> Iterator[tuple[Session, int, datetime]]:
    """One short transaction about one member: session, the member's id, and now."""
    from store.committee import get_committee
    from store.members import find_member

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = get_committee(session, committee)
        yield session, find_member(session, row.id or 0, name).id or 0, parts.clock.now()


def _over(member: tables.Member, now: datetime) -> bool:
    return member.term_until is not None and member.term_until <= now


def _meeting(card: dict[str, Any], who: tables.Member) -> dict[str, Any]:
    """One meeting as this member's own line: what they answered, and whether they came."""
    told = {name: card[name] for name in ("number", "title", "starts", "state")}
    (own,) = [one for one in card["people"] if one.get("member") == who.id]
    return {**told, "rsvp": own["rsvp"], "came": own["came"]}


def _print(card: dict[str, Any]) -> None:
    put_text(f"{plain(card['name'])} ({card['door']}, number {card['number']})\n")
    for name in ("account", "owner", "motives", "joined", "term_from", "term_until"):
        put_text(f"  {name.replace('_', ' ')}: {plain(str(card[name] or 'none'))}\n")
    base = card["baseline"]
    put_text(f"  stood when invited: {base['stance']}, {base['n_posts']} posts\n")
    if card["left"]:
        put_text(f"  left: {card['left']} ({plain(card['left_why'] or '')})\n")
    lines: dict[str, Callable[[dict[str, Any]], str]] = {
        "meetings": lambda m: f"{m['title']}, {m['starts']}: {m['rsvp'] or 'no answer'}",
        "pay": lambda p: f"{p['what']}: {p['amount']} {p['currency']}, {p['state']}",
        "badges": lambda b: f"badge {b['serial']}: {b['status']}",
    }
    for name, line in lines.items():
        for one in card[name]:
            put_text(f"  {plain(line(one))}\n")
