"""Commands that do the steps of the pipeline: `run`, and each step alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Annotated, Any

import typer

from config.errors import CollectError
from soundingboard.cli.call import Call
from soundingboard.cli.options import JsonOption
from soundingboard.cli.output import plain, put_json
from soundingboard.cli.progress import progress

if TYPE_CHECKING:
    from soundingboard.pipeline.report import Progress, Report
    from soundingboard.wiring import Parts

    Step = Callable[[Parts, Progress], Report]

STEPS = {
    # name -> module of soundingboard.pipeline, function
    "collect": ("collect", "collect"),
    "understand": ("understand", "understand"),
    "weigh": ("weigh", "weigh_brands"),
    "recruit": ("recruit", "recruit"),
    "moderate": ("moderate", "moderate"),
    "tally": ("tally", "tally"),
    "alert": ("alert", "alert"),
    "measure": ("measure", "measure"),
    "digest": ("digest", "digest"),
}

StrictOption = Annotated[
    bool, typer.Option("--strict", help="End with 6 if anything could not be done.")
]


def add_to(app: typer.Typer) -> None:
    for command in (run, collect, understand, weigh, recruit, measure):
        app.command()(command)


def run(ctx: typer.Context, strict: StrictOption = False, as_json: JsonOption = False) -> None:
    """Do every step once, from collecting to the digest.

    The steps are collect, understand, weigh, recruit, moderate, tally, alert, measure and digest,
    in this order; moderate fills the moderators' queue, tally counts what each day brought, alert
    looks for days out of the ordinary.
    """
    reports = _do(Call.of(ctx), tuple(STEPS))
    if as_json:
        put_json({"steps": [report.as_json() for report in reports]})
    _end(reports, strict=strict, shown=not as_json)


def collect(ctx: typer.Context, strict: StrictOption = False, as_json: JsonOption = False) -> None:
    """Ask every source what is new.

    One that fails never stops the others.
    """
    _one(ctx, "collect", strict=strict, as_json=as_json)


def understand(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Read the posts that are new, and find their themes."""
    _one(ctx, "understand", as_json=as_json)


def weigh(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Weigh what every author said into a stance.

    A stance is love, hate, torn or undecided.
    """
    _one(ctx, "weigh", as_json=as_json)


def recruit(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Rank the authors worth inviting; what people decided stays."""
    _one(ctx, "recruit", as_json=as_json)


def measure(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Measure the KPIs."""
    _one(ctx, "measure", as_json=as_json)


def _one(
    ctx: typer.Context, name: str, *, strict: bool = False, as_json: bool, **turned: Any
) -> None:
    (report,) = _do(Call.of(ctx), (name,), **turned)
    if as_json:
        put_json(report.as_json())
    _end([report], strict=strict, shown=not as_json)


def _do(call: Call, names: Sequence[str], **turned: Any) -> list[Report]:
    with call.parts(**turned) as parts, progress(call.clock) as move:
        return [_step(name)(parts, move) for name in names]


def _step(name: str) -> Step:
    """The step's function, imported when it is its turn."""
    module, function = STEPS[name]
    step: Step = getattr(import_module(f"soundingboard.pipeline.{module}"), function)
    return step


def _end(reports: Sequence[Report], *, strict: bool, shown: bool) -> None:
    for report in reports:
        if shown:
            done = ", ".join(f"{number} {what}" for what, number in report.counts.items() if number)
            typer.echo(f"{report.step:<12}{plain(done) or 'nothing to do'}")
        for name, why in report.failed.items():
            typer.echo(f"{'':<12}{plain(name)} failed: {plain(why)}", err=True)
    if strict and any(report.failed for report in reports):
        raise typer.Exit(CollectError.exit_code)
