"""Commands of what a member is owed, under `member`: pay, settle, cancel-pay, owed."""

from __future__ import annotations

from typing import Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.committees import CommitteeOption, MemberArgument
from soundingboard.cli.options import ByOption, JsonOption, moment
from soundingboard.cli.output import plain, put_json, say, screen, table

EntryArgument = Annotated[int, typer.Argument(help="Its number in: soundingboard member owed")]


def add_to(group: typer.Typer) -> None:
    group.command()(pay)
    group.command()(settle)
    group.command("cancel-pay")(cancel_pay)
    group.command()(owed)


def pay(
    ctx: typer.Context,
    member: MemberArgument,
    amount: Annotated[str, typer.Argument(help="As in 50 or 12.50.")],
    currency: Annotated[str, typer.Argument(help="Its three letters, as in EUR.")],
    what: Annotated[str, typer.Option("--for", help="What it is for.")],
    by: ByOption,
    due: Annotated[
        str | None, typer.Option("--due", help="By when; else as the settings promise.")
    ] = None,
    committee: CommitteeOption = None,
) -> None:
    """Promise something to a member for their time."""
    from community.committees import pay as ledger
    from store.committee import get_committee
    from store.members import find_member

    due_at = moment(due) if due else None
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        who = find_member(session, get_committee(session, committee).id or 0, member)
        entry = ledger.enter(
            session,
            who.id or 0,
            what=what,
            amount=amount,
            currency=currency,
            settle_days=parts.settings.promises.settle_days,
            actor=by,
            now=parts.clock.now(),
            due_at=due_at,
        )
    told = f"{ledger.money(entry.amount_cents)} {entry.currency}"
    typer.echo(plain(f"{who.name} is owed {told} by {entry.due_at:%Y-%m-%d} (entry {entry.id})."))


def settle(ctx: typer.Context, entry: EntryArgument, by: ByOption) -> None:
    """Note that an entry was paid."""
    from community.committees import pay as ledger

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        ledger.settle(session, entry, actor=by, now=parts.clock.now())
    typer.echo(f"Entry {entry} is settled.")


def cancel_pay(
    ctx: typer.Context,
    entry: EntryArgument,
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", help="Why it is not owed.")],
) -> None:
    """Cancel an entry that was not paid."""
    from community.committees import pay as ledger

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        ledger.cancel(session, entry, reason=reason, actor=by, now=parts.clock.now())
    typer.echo(f"Entry {entry} is cancelled.")


def owed(
    ctx: typer.Context,
    late: Annotated[bool, typer.Option("--overdue", help="Only what is overdue.")] = False,
    committee: CommitteeOption = None,
    as_json: JsonOption = False,
) -> None:
    """The compensation ledger, and per member and currency what is owed in all."""
    from soundingboard.committee_cards import pay_card, sum_card
    from store import members
    from store import pay as ledger
    from store.committee import get_committee

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        now, identity = parts.clock.now(), get_committee(session, committee).id or 0
        found = (
            ledger.overdue(session, now, committee_id=identity)
            if late
            else ledger.entries(session, identity)
        )
        entries = [pay_card(entry, member, now) for entry, member in found]
        everyone = {one.id: one for one in members.members(session, identity)}
        sums = [sum_card(one, everyone[one.member_id]) for one in ledger.sums(session, identity)]
    if as_json:
        put_json({"entries": entries, "sums": sums})
    elif not entries:
        say("Nothing is overdue." if late else "Nothing was promised to anybody yet.")
    else:
        for cards in (entries, sums):
            screen().print(table({name: {} for name in cards[0]}, [c.values() for c in cards]))
