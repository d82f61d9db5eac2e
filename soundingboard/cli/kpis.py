"""Commands about KPIs: `kpis`, and `values import` for what customers are worth."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, JsonOption
from soundingboard.cli.output import plain, put_json, say

if TYPE_CHECKING:
    from community.kpis import Kpi, KpiReading

REJECTED_SHOWN = 10


def add_to(app: typer.Typer) -> None:
    app.command()(kpis)
    values = typer.Typer(
        help="What customers are worth to the brand.", no_args_is_help=True, rich_markup_mode=None
    )
    values.callback()(_values)
    values.command("import")(import_values)
    app.add_typer(values, name="values")


def _values() -> None:
    """What customers are worth to the brand."""


def kpis(
    ctx: typer.Context,
    brand: BrandOption = None,
    window: Annotated[
        int | None, typer.Option(min=1, max=36500, help="Days to look back; else 90.")
    ] = None,
    about: Annotated[
        str | None, typer.Option(metavar="KPI", help="What one of them means, instead.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure every KPI as of now, each with its n and interval.

    Some look at a window of their own (30 days, a year), whatever --window says.
    """
    if about is not None:
        _explain(about, as_json)
        return
    from community.kpis import WINDOW_DAYS, measure_all
    from soundingboard.cli.catching_up import brand_ready
    from soundingboard.pipeline.measure import facts_of

    with Call.of(ctx).parts() as parts:
        row = brand_ready(parts, brand, "stances")
        facts = facts_of(parts, row.id or 0, days=window or WINDOW_DAYS)
    readings = measure_all(facts)
    if as_json:
        window_told = {"since": facts.since.isoformat(), "until": facts.until.isoformat()}
        put_json({"brand": row.name, **window_told, "kpis": [_card(one) for one in readings]})
    else:
        _show(row.name, readings)


def import_values(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="A CSV or TSV file, or its .gz."
        ),
    ],
    brand: BrandOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take in a table of authors and their tiers: initial, repeat or advance.

    Columns: author and tier; if you have them source, value, currency and as_of (a day, else
    today). Taking it in twice changes nothing. Rows of people we do not know are not kept.
    """
    from soundingboard.pipeline.valuing import import_values as take_in
    from store.brands import get_brand

    with Call.of(ctx).parts() as parts:
        with parts.store.read() as session:
            row = get_brand(session, brand)
        done = take_in(parts, file, row.id or 0)
    if as_json:
        rejected = [{"line": one.line, "reason": one.reason} for one in done.rejected]
        put_json({"brand": row.name, "kept": done.kept, "rejected": rejected})
        return
    typer.echo(plain(f"{done.kept} customers of {row.name} have a tier."))
    for one in done.rejected[:REJECTED_SHOWN]:
        say(f"  line {one.line}: {one.reason}")
    if len(done.rejected) > REJECTED_SHOWN:
        say(f"  and {len(done.rejected) - REJECTED_SHOWN} more rows that could not be kept")


def _explain(name: str, as_json: bool) -> None:
    """What is published of one KPI. Raises NotFoundError naming those there are."""
    from community.kpis import KPIS
    from config.errors import NotFoundError

    if name not in KPIS:
        raise NotFoundError(
            f"There is no KPI called {name!r}.", mend=f"There are: {', '.join(KPIS)}."
        )
    told = _published(KPIS[name])
    if as_json:
        put_json(told)
        return
    typer.echo(f"{told['title']} ({name})")
    for field in ("definition", "formula", "source", "family", "unit", "kind", "direction"):
        typer.echo(f"  {field:<12}{told[field]}")


def _published(kpi: Kpi) -> dict[str, Any]:
    return {
        "kpi": kpi.name,
        "title": kpi.title,
        "family": kpi.family,
        "definition": kpi.definition,
        "formula": kpi.formula,
        "source": kpi.source,
        "unit": kpi.unit,
        "kind": kpi.kind,
        "direction": kpi.direction,
    }


def _card(reading: KpiReading) -> dict[str, Any]:
    """A reading and what is published of its KPI, as one JSON object."""
    from dataclasses import asdict

    from community.kpis import KPIS

    window = {"since": reading.since.isoformat(), "until": reading.until.isoformat()}
    return {**_published(KPIS[reading.kpi]), **asdict(reading), **window}


def _show(brand: str, readings: Sequence[KpiReading]) -> None:
    """A table for each family; what rests on nothing yet is only named below it."""
    from rich.text import Text

    from community.kpis import KPIS
    from soundingboard.cli.output import screen, table
    from soundingboard.cli.showing import RIGHT

    columns: dict[str, dict[str, Any]] = {
        "KPI": {},
        "value": RIGHT,
        "95 % interval": RIGHT,
        "n": RIGHT,
        "note": {"style": "dim"},
    }
    out = screen()
    for family in dict.fromkeys(KPIS[one.kpi].family for one in readings):
        own = [one for one in readings if KPIS[one.kpi].family == family]
        counted = [one for one in own if one.n]
        out.print(Text(family.capitalize(), style="bold"))
        if counted:
            out.print(table(columns, (_line(KPIS[one.kpi], one) for one in counted)))
        if empty := [one.kpi for one in own if not one.n]:
            out.print(Text(f"Nothing to count yet: {', '.join(empty)}", style="dim"))
        out.print()
    days = (readings[0].until - readings[0].since).days
    say(f"{brand}, {days} days. What one means: soundingboard kpis --about KPI")


def _line(kpi: Kpi, one: KpiReading) -> tuple[object, ...]:
    ends = [kpi.shown(end) if end is not None else "?" for end in (one.low, one.high)]
    interval = "" if one.low is None and one.high is None else " to ".join(ends)
    value = "-" if one.value is None else kpi.shown(one.value)
    return f"{kpi.title} ({kpi.name})", value, interval, one.n, one.note
