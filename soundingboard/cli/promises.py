"""The command `promises`: what was promised, and what was kept of it."""

from __future__ import annotations

from typing import Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, JsonOption
from soundingboard.cli.output import put_json


def add_to(app: typer.Typer) -> None:
    app.command()(promises)


def promises(
    ctx: typer.Context,
    brand: BrandOption = None,
    member: Annotated[
        str | None, typer.Option("--member", help="Only what this member was promised.")
    ] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="Also those that are kept, open or void.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Promises kept and not kept, the longest overdue first."""
    from community.promising.promises import promises_of
    from soundingboard.suggestion_cards import promise_cards
    from store.brands import get_brand
    from store.promises import member_names

    with Call.of(ctx).parts() as parts:
        parts.brands()
        now, promised = parts.clock.now(), parts.settings.promises
        with parts.store.read() as session:
            row = get_brand(session, brand)
            names = member_names(session, row.id or 0, member)
            found = promises_of(session, row.id or 0, now, promised)
    if member is not None:
        found = [one for one in found if one.member_id in names]
    card = promise_cards(found, names)
    if as_json:
        put_json(card)
    else:
        from soundingboard.cli.showing_promises import show_promises

        show_promises(member or row.name, card, now, everything=everything)
