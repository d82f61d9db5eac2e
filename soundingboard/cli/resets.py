"""Commands about the recurring review of the programme: `reset`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, ByOption, JsonOption, moment
from soundingboard.cli.output import plain, put_json, say

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from store.tables import Reset

ResetArgument = Annotated[int, typer.Argument(help="Its number, as in: soundingboard reset list")]


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="The dated review of the programme: reach, understanding, reset.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    for command in (plan, move, begin, conclude, decide, undo, close, show):
        group.command()(command)
    group.command("list")(list_)
    app.add_typer(group, name="reset")


def plan(
    ctx: typer.Context,
    due: Annotated[str, typer.Argument(help="The day, as in 2026-06-01.")],
    owner: Annotated[str, typer.Option(help="Who answers for it.")],
    every_months: Annotated[int, typer.Option(min=1, help="How often it comes back.")] = 6,
    escalate_to: Annotated[
        str | None, typer.Option(help="Who is told when it is two weeks late.")
    ] = None,
    brand: BrandOption = None,
) -> None:
    """Set the date of the next reset."""
    from community.steering import resets
    from store.brands import get_brand

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = get_brand(session, brand)
        now = parts.clock.now()
        made = resets.plan(
            session, row.id or 0, owner, moment(due), every_months, now, escalate_to=escalate_to
        )
        typer.echo(plain(f"Reset {made.id} on {made.due_at:%-d %B %Y}, owner {made.owner}."))


def move(
    ctx: typer.Context,
    reset: ResetArgument,
    due: Annotated[str, typer.Argument(help="The new day.")],
) -> None:
    """Put a reset to another day."""
    from community.steering import resets

    with _held(ctx, reset) as (session, row, now):
        resets.move(session, row, moment(due), now)
    typer.echo(f"Reset {reset} is moved.")


def begin(ctx: typer.Context, reset: ResetArgument) -> None:
    """Open a reset, prefilled with what was measured since the last one."""
    from community.kpis import KPIS
    from community.steering import resets

    families = {kpi.name: getattr(kpi, "family", "listening") for kpi in KPIS.values()}
    with _held(ctx, reset) as (session, row, now):
        resets.begin(session, row, families, now)
        _tell(_card(row))


def conclude(
    ctx: typer.Context,
    reset: ResetArgument,
    words: Annotated[str, typer.Argument(help="What was found in this phase.")],
    by: ByOption,
) -> None:
    """Conclude the phase a reset is in; it goes on to the next one."""
    from community.steering import resets

    with _held(ctx, reset) as (session, row, now):
        phase = resets.conclude(session, row, words, by, now)
        done = phase in row.findings
    say("All three phases are concluded." if done else f"Next: {resets.QUESTIONS[phase]}")


def decide(
    ctx: typer.Context,
    reset: ResetArgument,
    words: Annotated[str, typer.Argument(help="What changes, in a sentence.")],
    owner: Annotated[str, typer.Option(help="Who does it.")],
    by: ByOption,
    stop: Annotated[bool, typer.Option("--stop", help="Something is given up.")] = False,
) -> None:
    """Record a decision."""
    from community.steering import resets

    with _held(ctx, reset) as (session, row, now):
        resets.decide(session, row, words, owner, by, now, stop=stop)
    typer.echo("Recorded.")


def undo(
    ctx: typer.Context,
    reset: ResetArgument,
    decision: Annotated[
        bool, typer.Option("--decision", help="The last decision, not the last conclusion.")
    ] = False,
) -> None:
    """Take the last conclusion of a reset back, or its last decision."""
    from community.steering import resets

    with _held(ctx, reset) as (session, row, _now):
        if decision:
            typer.echo(plain(f"Taken back: {resets.take_back(session, row)['words']}"))
        else:
            typer.echo(f"Open again: {resets.QUESTIONS[resets.reconsider(session, row)]}")


def close(ctx: typer.Context, reset: ResetArgument, by: ByOption) -> None:
    """Close a reset; the next one is planned."""
    from community.steering import resets

    with _held(ctx, reset) as (session, row, now):
        following = resets.finish(session, row, by, now)
        typer.echo(f"Closed. Reset {following.id} is due on {following.due_at:%-d %B %Y}.")


def list_(ctx: typer.Context, brand: BrandOption = None, as_json: JsonOption = False) -> None:
    """List the resets, past and to come."""
    from store.brands import get_brand
    from store.resets import resets

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        told = [_card(row) for row in resets(session, get_brand(session, brand).id or 0)]
        now = parts.clock.now().isoformat()
    if as_json:
        put_json(told)
        return
    if not told:
        say("No reset is planned; start with: soundingboard reset plan 2027-01-15 --owner YOU")
    for reset in told:
        late = " LATE" if reset["due"] < now and not reset["closed"] else ""
        typer.echo(
            plain(
                f"{reset['id']:>4}  {reset['due'][:10]}{late}  {reset['phase']}  {reset['owner']}"
            )
        )


def show(ctx: typer.Context, reset: ResetArgument, as_json: JsonOption = False) -> None:
    """Show one reset: its evidence, findings and decisions."""
    from store.resets import get_reset

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        told = _card(get_reset(session, reset))
    if as_json:
        put_json(told)
    else:
        _tell(told)


@contextmanager
def _held(ctx: typer.Context, reset: int) -> Iterator[tuple[Session, Reset, datetime]]:
    """One reset in a write of its own."""
    from store.resets import get_reset

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        yield session, get_reset(session, reset), parts.clock.now()


def _card(reset: Reset) -> dict[str, Any]:
    return {
        "id": reset.id,
        "due": reset.due_at.isoformat(),
        "owner": reset.owner,
        "escalate_to": reset.escalate_to,
        "every_months": reset.every_months,
        "phase": reset.phase,
        "evidence": reset.evidence,
        "findings": reset.findings,
        "decisions": reset.decisions,
        "closed": reset.closed_at.isoformat() if reset.closed_at else None,
        "next": reset.next_id,
    }


def _tell(reset: dict[str, Any]) -> None:
    from community.steering.resets import PHASES, QUESTIONS

    typer.echo(plain(f"Reset {reset['id']}, due {reset['due'][:10]}, owner {reset['owner']}"))
    for phase in PHASES:
        typer.echo(f"\n{QUESTIONS[phase]}")
        facts = reset["evidence"].get(phase, [])
        for fact in facts:
            if fact["now"] is not None or fact["then"] is not None:
                typer.echo(plain(f"  {_moved(fact)}"))
        unknown = [fact["kpi"] for fact in facts if fact["now"] is None and fact["then"] is None]
        if unknown:
            typer.echo(plain(f"  cannot be said yet: {', '.join(unknown)}"))
        if finding := reset["findings"].get(phase):
            typer.echo(plain(f"  {finding['by']}: {finding['words']}"))
    for decision in reset["decisions"]:
        word = "Stop" if decision["stop"] else "Decided"
        typer.echo(plain(f"{word}: {decision['words']} ({decision['owner']})"))


def _moved(fact: dict[str, Any]) -> str:
    """One KPI then and now, in words."""

    def shown(value: float | None) -> str:
        return "unknown" if value is None else f"{value:.3g}"

    within = "" if fact["low"] is None else f", {fact['low']:.3g} to {fact['high']:.3g}"
    return f"{fact['kpi']}: {shown(fact['then'])} -> {shown(fact['now'])} (n = {fact['n']}{within})"
