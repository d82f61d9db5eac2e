"""Commands about money and its case: `ledger`, `business-case`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, ByOption, JsonOption, moment
from soundingboard.cli.output import plain, put_json, say

if TYPE_CHECKING:
    from store.tables import LedgerEntry

WhatArgument = Annotated[str, typer.Argument(help="What for, in a few words.")]
CurrencyOption = Annotated[str, typer.Option(help="Three letters, as in EUR.")]
OnOption = Annotated[str | None, typer.Option("--on", help="The day; else today.")]
EntryArgument = Annotated[int, typer.Argument(help="Its number, as in: soundingboard ledger list")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="What the programme cost and brought.", no_args_is_help=True, rich_markup_mode=None
    )
    for command in (cost, benefit, cancel, restore):
        group.command()(command)
    group.command("list")(list_)
    app.add_typer(group, name="ledger")
    app.command("business-case")(business_case)


def cost(
    ctx: typer.Context,
    what: WhatArgument,
    amount: Annotated[str, typer.Argument(help="As in 1250.50")],
    currency: CurrencyOption,
    by: ByOption,
    on: OnOption = None,
    brand: BrandOption = None,
) -> None:
    """Enter a cost."""
    from community.steering.ledger import Money, enter_cost
    from store.brands import get_brand

    money = Money.of(amount, currency)
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        now = parts.clock.now()
        at = moment(on) if on else now
        entry = enter_cost(session, get_brand(session, brand).id or 0, what, money, at, by, now)
        typer.echo(plain(f"Entry {entry.id}: {entry.what}, {money.shown()}."))


def benefit(
    ctx: typer.Context,
    what: WhatArgument,
    low: Annotated[str, typer.Argument(help="At least so much.")],
    likely: Annotated[str, typer.Argument(help="Most likely so much.")],
    high: Annotated[str, typer.Argument(help="At most so much.")],
    currency: CurrencyOption,
    confidence: Annotated[float, typer.Option(help="How sure you are, 0 to 1.")],
    by: ByOption,
    on: OnOption = None,
    brand: BrandOption = None,
) -> None:
    """Enter a counted benefit as a range, with how sure you are."""
    from community.steering.ledger import Money, enter_benefit
    from store.brands import get_brand

    worth = (Money.of(low, currency), Money.of(likely, currency), Money.of(high, currency))
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        now = parts.clock.now()
        at = moment(on) if on else now
        row = get_brand(session, brand)
        entry = enter_benefit(session, row.id or 0, what, worth, confidence, at, by, now)
        typer.echo(plain(f"Entry {entry.id}: {entry.what}, likely {worth[1].shown()}."))


def cancel(
    ctx: typer.Context,
    entry: EntryArgument,
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", help="Why it does not count.")],
) -> None:
    """Take an entry back; it stays to be seen."""
    from community.steering import ledger
    from store.ledger import get_entry

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        ledger.cancel(session, get_entry(session, entry), by, reason, parts.clock.now())
    typer.echo(f"Entry {entry} counts no more; undo: soundingboard ledger restore {entry}")


def restore(ctx: typer.Context, entry: EntryArgument) -> None:
    """Let an entry that was taken back count again."""
    from community.steering import ledger
    from store.ledger import get_entry

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        ledger.restore(session, get_entry(session, entry))
    typer.echo(f"Entry {entry} counts again.")


def list_(ctx: typer.Context, brand: BrandOption = None, as_json: JsonOption = False) -> None:
    """List every entry, also those taken back."""
    from store.brands import get_brand
    from store.ledger import entries

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        row = get_brand(session, brand)
        told = [_card(entry) for entry in entries(session, row.id or 0, cancelled=True)]
    if as_json:
        put_json(told)
        return
    if not told:
        say('Nothing entered yet; start with: soundingboard ledger cost "Travel" 400 …')
    for entry in told:
        back = f"  taken back, {entry['cancelled']}" if entry["cancelled"] else ""
        typer.echo(
            plain(
                f"{entry['id']:>4}  {entry['on'][:10]}  {entry['kind']:<7}  "
                f"{entry['amount']:>12,.2f} {entry['currency']}  {entry['what']}{back}"
            )
        )


def business_case(
    ctx: typer.Context,
    brand: BrandOption = None,
    out: Annotated[Path, typer.Option(help="Folder for the two files.")] = Path(),
) -> None:
    """Write the business case from the data, as HTML and Markdown, in eight sections."""
    from soundingboard.business_case import write_case
    from soundingboard.cli.catching_up import brand_ready

    with Call.of(ctx).parts() as parts:
        row = brand_ready(parts, brand, "readings")
        for path in write_case(parts, row, out):
            typer.echo(plain(str(path)))


def _card(entry: LedgerEntry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "kind": entry.kind,
        "what": entry.what,
        "low": entry.low_cents / 100,
        "amount": entry.amount_cents / 100,
        "high": entry.high_cents / 100,
        "currency": entry.currency,
        "confidence": entry.confidence,
        "on": entry.at.isoformat(),
        "by": entry.entered_by,
        "cancelled": entry.cancelled_why,
    }
