"""Commands about addresses that open one thing: `grant add`, `list`, `revoke`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, ByOption, JsonOption
from soundingboard.cli.output import plain, put_json, say, screen, table

if TYPE_CHECKING:
    from soundingboard.wiring import Parts
    from store.tables import Grant


class Kind(StrEnum):
    """What a grant opens."""

    import_hook = "import-hook"
    calendar = "calendar"

    @property
    def stored(self) -> str:
        return self.value.replace("-", "_")


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Addresses that open one thing to whoever knows them: import hooks, calendars.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command()(add)
    group.command("list")(list_)
    group.command()(revoke)
    app.add_typer(group, name="grant")


def add(
    ctx: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="import-hook or calendar.")],
    name: Annotated[str, typer.Argument(help="Which program or person uses it.")],
    by: ByOption,
    brand: BrandOption = None,
    committee: Annotated[
        str | None, typer.Option("--committee", "-c", help="Whose calendar, if there are several.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Open an address; its secret is shown once.

    An import hook takes in posts about a brand, signed with its secret. A calendar shows a
    committee's meetings, without any member, to whoever knows its address.
    """
    from soundingboard import grants
    from store.brands import get_brand
    from store.committee import get_committee

    with Call.of(ctx).parts() as parts:
        if kind is Kind.import_hook:
            parts.brands()
        with parts.store.write() as session:
            row = (
                get_brand(session, brand)
                if kind is Kind.import_hook
                else get_committee(session, committee)
            )
            made = grants.make(
                session, kind.stored, row.id or 0, name, by=by, now=parts.clock.now()
            )
        told = _card(made) | _shown_once(parts, made)
    if as_json:
        put_json(told)
        return
    typer.echo(plain(f"Grant {made.id}: {made.name}"))
    typer.echo(f"  address  {told['url']}")
    if "secret" in told:
        typer.echo(f"  secret   {told['secret']}")
    say("Keep this now; it is not shown again.")


def list_(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """List every grant, the newest first; none of their secrets."""
    from store.grants import grants

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        cards = [_card(row) for row in grants(session)]
    if as_json:
        put_json(cards)
    elif not cards:
        say("No grant yet; start with: soundingboard grant add import-hook NAME --by YOU")
    else:
        heads: dict[str, dict[str, Any]] = {head: {} for head in ("no.", "kind", "opens", "name")}
        heads |= {"made": {}, "revoked": {}}
        screen().print(table(heads, map(_line, cards)))


def revoke(
    ctx: typer.Context,
    number: Annotated[int, typer.Argument(help="Its number, as in: soundingboard grant list")],
    by: ByOption,
) -> None:
    """Close an address for good; whoever should come in again gets a new one."""
    from soundingboard import grants

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = grants.revoke(session, number, by=by, now=parts.clock.now())
    typer.echo(plain(f"Grant {row.id} ({row.name}) opens nothing any more."))


def _card(row: Grant) -> dict[str, Any]:
    return {
        "number": row.id,
        "kind": row.kind.replace("_", "-"),
        "opens": row.subject,
        "name": row.name,
        "made_by": row.made_by,
        "made_at": row.made_at.isoformat(timespec="minutes"),
        "used_at": row.used_at.isoformat(timespec="minutes") if row.used_at else None,
        "revoked_at": row.revoked_at.isoformat(timespec="minutes") if row.revoked_at else None,
    }


def _line(card: dict[str, Any]) -> tuple[object, ...]:
    days = [(card[name] or "")[:10] for name in ("made_at", "revoked_at")]
    return (card["number"], card["kind"], card["opens"], card["name"], *days)


def _shown_once(parts: Parts, row: Grant) -> dict[str, str]:
    from soundingboard import grants

    told = {"url": grants.address(parts, row)}
    if row.kind == grants.IMPORT_HOOK:
        told["secret"] = grants.hook_secret(parts, row.nonce)
    return told
