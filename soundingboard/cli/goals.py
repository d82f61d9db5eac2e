"""Commands about what the KPIs shall reach, and what may have moved them: `goal`, `event`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, ByOption, JsonOption, moment
from soundingboard.cli.output import cell, plain, put_json, say, screen

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from store.tables import ContextEvent, Goal

GoalArgument = Annotated[int, typer.Argument(help="Its number, as in: soundingboard goal list")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; kept with the change.")]


class Level(StrEnum):
    """Whether a goal is about the strategy or one step of it."""

    strategic = "strategic"
    tactical = "tactical"


class Every(StrEnum):
    """How often a goal's standing is told."""

    day = "day"
    week = "week"
    month = "month"
    year = "year"


def add_to(app: typer.Typer) -> None:
    goal = typer.Typer(
        help="What a KPI shall reach, for both sides' good.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    goal.command("set")(set_)
    for command in (show, revise, close, undo):
        goal.command()(command)
    goal.command("list")(list_)
    app.add_typer(goal, name="goal")
    event = typer.Typer(
        help="What happened outside that may have moved the numbers.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    event.command()(add)
    event.command()(remove)
    event.command("list")(list_events)
    app.add_typer(event, name="event")


def set_(
    ctx: typer.Context,
    kpi: Annotated[str, typer.Argument(help="Which KPI, as in: soundingboard kpis")],
    target: Annotated[float, typer.Argument(help="What it shall reach; shares from 0 to 1.")],
    title: Annotated[str, typer.Option(help="The goal in a few words.")],
    owner: Annotated[str, typer.Option(help="Who answers for it.")],
    customer: Annotated[str, typer.Option(help="What the customers have of it.")],
    company: Annotated[str, typer.Option(help="What the company has of it.")],
    start: Annotated[str, typer.Option(help="First day, today or later.")],
    end: Annotated[str, typer.Option(help="Last day.")],
    by: ByOption,
    level: Annotated[Level, typer.Option(help="Strategic or tactical.")] = Level.strategic,
    stretch: Annotated[float | None, typer.Option(help="What would be splendid.")] = None,
    down: Annotated[bool, typer.Option("--down", help="It shall fall, not rise.")] = False,
    every: Annotated[Every, typer.Option(help="How often its standing is told.")] = Every.month,
    brand: BrandOption = None,
) -> None:
    """Set a goal; the KPI's newest measurement is frozen as its baseline."""
    from community.steering.goals import Draft, set_goal
    from store.brands import get_brand

    way = "down" if down else "up"
    first, last = moment(start), moment(end)
    # Positional, in the order of Draft's fields.
    draft = Draft(
        title, _known(kpi), level.value, way, owner, customer, company, target, first, last,
        stretch=stretch, status_every=every.value,
    )  # fmt: skip
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = get_brand(session, brand)
        goal = set_goal(session, row.id or 0, draft, by, parts.clock.now())
        base = goal.baseline
        typer.echo(
            plain(f"Goal {goal.id}: {goal.title}. {kpi} from {base['value']:.3g} to {target:g}.")
        )


def list_(
    ctx: typer.Context,
    brand: BrandOption = None,
    closed: Annotated[bool, typer.Option("--closed", help="Those closed as well.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List the goals and where each stands."""
    from community.kpis import KPIS
    from community.steering.goals import one_sided
    from store.brands import get_brand
    from store.goals import goals

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        row = get_brand(session, brand)
        found = goals(session, row.id or 0, closed=closed)
        told = [goal_card(session, goal, parts.clock.now()) for goal in found]
        warning = one_sided(found, {k.name: getattr(k, "kind", "objective") for k in KPIS.values()})
    if as_json:
        put_json({"goals": told, "warning": warning})
        return
    if not told:
        say("No goal yet; start with: soundingboard goal set KPI TARGET …")
        return
    _show_goals(told)
    if warning:
        say(warning)


def show(ctx: typer.Context, goal: GoalArgument, as_json: JsonOption = False) -> None:
    """Show one goal with its readings by day, week, month and year, and every change."""
    from community.steering.goals import by_period, read_of
    from store.goals import changes, get_goal

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        row = get_goal(session, goal)
        read = [m for m in read_of(session, row) if m.until >= row.made_at]
        told = goal_card(session, row, parts.clock.now())
        told["readings"] = {
            every.value: [
                {"period": p, "value": m.value, "low": m.low, "high": m.high, "n": m.n}
                for p, m in by_period(read, every.value)
            ]
            for every in Every
        }
        told["changes"] = [
            {"at": c.at.isoformat(), "by": c.actor, "reason": c.reason, "after": c.after}
            for c in changes(session, goal)
        ]
        every = row.status_every
    if as_json:
        put_json(told)
        return
    _show_goals([told])
    for reading in told["readings"][every]:
        value = "too few" if reading["value"] is None else f"{reading['value']:.3g}"
        typer.echo(plain(f"  {reading['period']}  {value}  n = {reading['n']}"))
    for change in told["changes"]:
        typer.echo(plain(f"  {change['at'][:10]}  {change['by']}: {change['reason']}"))


def revise(
    ctx: typer.Context,
    goal: GoalArgument,
    by: ByOption,
    reason: ReasonOption,
    target: Annotated[float | None, typer.Option(help="Another target.")] = None,
    stretch: Annotated[float | None, typer.Option(help="Another stretch.")] = None,
    end: Annotated[str | None, typer.Option(help="Another last day.")] = None,
    owner: Annotated[str | None, typer.Option(help="Somebody else answers for it.")] = None,
) -> None:
    """Change a goal, with a reason; its baseline stays."""
    from community.steering import goals as rules
    from store.goals import get_goal

    told = {"target": target, "stretch": stretch, "owner": owner}
    changed: dict[str, Any] = {name: value for name, value in told.items() if value is not None}
    if end is not None:
        changed["ends_at"] = moment(end)
    if not changed:
        raise typer.BadParameter("say what changes: --target, --stretch, --end or --owner")
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        rules.revise(session, get_goal(session, goal), by, reason, parts.clock.now(), **changed)
    typer.echo(f"Goal {goal} is changed; to take it back: soundingboard goal undo {goal} --by YOU")


def close(ctx: typer.Context, goal: GoalArgument, by: ByOption, reason: ReasonOption) -> None:
    """End a goal, reached or given up."""
    from community.steering import goals as rules
    from store.goals import get_goal

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        rules.close(session, get_goal(session, goal), by, reason, parts.clock.now())
    typer.echo(f"Goal {goal} is closed.")


def undo(ctx: typer.Context, goal: GoalArgument, by: ByOption) -> None:
    """Take the last change of a goal back; once more, the one before."""
    from community.steering import goals as rules
    from store.goals import get_goal

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        rules.undo(session, get_goal(session, goal), by, parts.clock.now())
    typer.echo(f"The last change of goal {goal} is taken back.")


def add(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(help="What happened, in a few words.")],
    by: ByOption,
    kind: Annotated[
        str, typer.Option(help="launch, outage, price, press, campaign or other.")
    ] = "other",
    start: Annotated[str | None, typer.Option(help="When it began; else now.")] = None,
    end: Annotated[str | None, typer.Option(help="When it ended, if it took a while.")] = None,
    brand: BrandOption = None,
) -> None:
    """Note an event on the timeline."""
    from community.steering.context import note_event
    from store.brands import get_brand

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        now = parts.clock.now()
        event = note_event(
            session,
            get_brand(session, brand).id or 0,
            kind,
            title,
            moment(start) if start else now,
            by,
            now,
            ends_at=moment(end) if end else None,
        )
        typer.echo(plain(f"Noted as event {event.id}."))


def remove(
    ctx: typer.Context,
    event: Annotated[int, typer.Argument(help="Its number, as in: soundingboard event list")],
) -> None:
    """Take an event off the timeline."""
    from store.goals import get_event

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = get_event(session, event)
        session.delete(row)
        typer.echo(plain(f"Taken off: {row.title}"))


def list_events(ctx: typer.Context, brand: BrandOption = None, as_json: JsonOption = False) -> None:
    """List the events, oldest first."""
    from datetime import UTC, datetime

    from store.brands import get_brand
    from store.goals import events_between

    first, last = (datetime(year, 1, 1, tzinfo=UTC) for year in (1, 9999))
    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        found = events_between(session, get_brand(session, brand).id or 0, first, last)
        told = [_event_card(event) for event in found]
    if as_json:
        put_json(told)
    elif not told:
        say('Nothing noted yet; start with: soundingboard event add "New prices" --kind price')
    for event in [] if as_json else told:
        typer.echo(
            plain(f"{event['id']:>4}  {event['from'][:10]}  {event['kind']}: {event['title']}")
        )


def goal_card(session: Session, goal: Goal, now: datetime) -> dict[str, Any]:
    """A goal with where it stands, as JSON-able facts."""
    from dataclasses import asdict

    from community.steering.goals import read_of, standing

    stands = asdict(standing(goal, read_of(session, goal), now))
    stands["at"] = stands["at"].isoformat() if stands["at"] else None
    return {
        "id": goal.id,
        "title": goal.title,
        "kpi": goal.kpi,
        "level": goal.level,
        "direction": goal.direction,
        "owner": goal.owner,
        "benefit_customer": goal.benefit_customer,
        "benefit_company": goal.benefit_company,
        "baseline": goal.baseline,
        "target": goal.target,
        "stretch": goal.stretch,
        "from": goal.starts_at.isoformat(),
        "until": goal.ends_at.isoformat(),
        "closed": goal.closed_why,
        "standing": stands,
    }


def _event_card(event: ContextEvent) -> dict[str, Any]:
    return {
        "id": event.id,
        "kind": event.kind,
        "title": event.title,
        "from": event.starts_at.isoformat(),
        "until": event.ends_at.isoformat() if event.ends_at else None,
        "noted_by": event.noted_by,
    }


def _known(kpi: str) -> str:
    from community.kpis import KPIS
    from config.errors import NotFoundError

    if kpi not in KPIS:
        raise NotFoundError(f"There is no KPI {kpi!r}.", mend=f"One of: {', '.join(KPIS)}.")
    return kpi


def _show_goals(told: list[dict[str, Any]]) -> None:
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for heading in ("", "goal", "KPI", "baseline", "now", "target", "stands", "owner", "until"):
        table.add_column(heading)
    for goal in told:
        stands = goal["standing"]
        value = "–" if stands["value"] is None else f"{stands['value']:.3g} (n = {stands['n']})"
        state = stands["state"] if stands["sure"] or stands["value"] is None else (
            f"{stands['state']}, not yet surely"
        )  # fmt: skip
        table.add_row(
            str(goal["id"]),
            cell(goal["title"]),
            goal["kpi"],
            f"{goal['baseline']['value']:.3g}",
            value,
            f"{goal['target']:g}",
            cell(f"closed: {goal['closed']}" if goal["closed"] else state),
            cell(goal["owner"]),
            goal["until"][:10],
        )
    screen().print(table)
