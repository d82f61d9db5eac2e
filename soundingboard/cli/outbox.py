"""Commands about what leaves the house: `outbox list`, `show`, `send`, `retry`, `settle`, `log`."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import ByOption, JsonOption
from soundingboard.cli.output import plain, put_json, put_text, say, screen, table
from soundingboard.cli.progress import progress

if TYPE_CHECKING:
    from store.tables import Attempt, OutboxRow

PROMISE = "What leaves the house: never twice, never silently missing."

NumberArgument = Annotated[int, typer.Argument(help="Its number, as in: soundingboard outbox list")]


class Fate(StrEnum):
    """What a person found out of an uncertain message."""

    sent = "sent"
    not_sent = "not-sent"


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help=f"""{PROMISE}

        A message whose fate nobody can know is never sent again by itself: it is uncertain, it is
        listed here and in the digest, and a person settles it.
        """,
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("list")(list_)
    for command in (show, send, retry, settle, log):
        group.command()(command)
    app.add_typer(group, name="outbox")


def list_(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Those that were sent too.")] = False,
    as_json: JsonOption = False,
) -> None:
    """List what waits, what failed and what nobody can be sure of."""
    from store import outbox

    states = None if everything else (*outbox.WAITING, *outbox.TROUBLED)
    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        rows = [_told(row) for row in outbox.messages(session, states=states)]
        host = parts.settings.mail.host
    if as_json:
        put_json(rows)
        return
    if not rows:
        typer.echo("Nothing waits, and nothing went wrong.")
    else:
        columns = ("number", "state", "channel", "receiver", "subject", "problem")
        heads: dict[str, dict[str, Any]] = {name: {} for name in columns}
        screen().print(table(heads, ([row[name] for name in columns] for row in rows)))
    if not host and any(r["channel"] == "mail" and r["state"] == "pending" for r in rows):
        say("Mails wait until mail.host is set.")
    if any(row["state"] == "uncertain" for row in rows):
        say("Uncertain: soundingboard outbox settle NUMBER sent|not-sent --by YOU")


def show(ctx: typer.Context, number: NumberArgument, as_json: JsonOption = False) -> None:
    """Show one message: its words, and every attempt at it."""
    from store import outbox

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        row = outbox.get_row(session, number)
        told = {**_told(row), "key": row.key, "message_id": row.message_id, "text": row.text}
        told["attempts"] = [_attempt(one) for one in outbox.attempts_at(session, number)]
    if as_json:
        put_json(told)
        return
    for name in ("number", "state", "problem", "channel", "receiver", "subject", "next_at"):
        if told[name]:
            typer.echo(f"{name:<10}{plain(str(told[name]))}")
    for one in told["attempts"]:
        typer.echo(f"{'attempt':<10}{plain(_line(one))}")
    put_text("\n" + "\n".join(plain(line) for line in row.text.splitlines()) + "\n")


def send(ctx: typer.Context, as_json: JsonOption = False) -> None:
    """Send what is due now."""
    from soundingboard.pipeline.deliver import deliver

    call = Call.of(ctx)
    with call.parts() as parts, progress(call.clock) as move:
        report = deliver(parts, move)
    if as_json:
        put_json(report.as_json())
        return
    done = ", ".join(f"{number} {what}" for what, number in report.counts.items())
    typer.echo(plain(done) or "Nothing was due.")
    for name, why in report.failed.items():
        say(f"{name}: {why}")


def retry(ctx: typer.Context, number: NumberArgument, by: ByOption) -> None:
    """Let a failed message go once more."""
    from store import outbox

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = outbox.send_again(session, number, by, parts.clock.now())
        typer.echo(plain(f"Message {number} to {row.receiver} goes out with the next sending."))


def settle(
    ctx: typer.Context,
    number: NumberArgument,
    fate: Annotated[Fate, typer.Argument(help="What you found out; not-sent sends it once more.")],
    by: ByOption,
) -> None:
    """Say what became of an uncertain message, for instance after asking its reader."""
    from store import outbox

    how: Any = fate.value
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = outbox.settle(session, number, how, by, parts.clock.now())
        said = "counts as sent" if row.state == "sent" else "goes out with the next sending"
        typer.echo(plain(f"Message {number} to {row.receiver} {said}."))


def log(
    ctx: typer.Context,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many, newest first.")] = 50,
    as_json: JsonOption = False,
) -> None:
    """The last attempts, newest first: how far each came and what the other side said."""
    from store import outbox

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        found = [
            {"number": row.id, "receiver": row.receiver, **_attempt(one)}
            for one, row in outbox.attempts_log(session, limit=limit)
        ]
    if as_json:
        put_json(found)
    elif not found:
        typer.echo("Nothing was tried yet.")
    else:
        columns = ("at", "number", "receiver", "phase", "outcome", "code", "words")
        heads: dict[str, dict[str, Any]] = {name: {} for name in columns}
        screen().print(table(heads, ([one[name] for name in columns] for one in found)))


def _told(row: OutboxRow) -> dict[str, Any]:
    return {
        "number": row.id,
        "state": row.state,
        "channel": row.channel,
        "kind": row.kind,
        "receiver": row.receiver,
        "subject": row.subject,
        "problem": row.problem,
        "tries": row.attempts,
        "made_at": row.made_at.isoformat(),
        "next_at": row.next_at.isoformat() if row.next_at else None,
        "sent_at": row.sent_at.isoformat() if row.sent_at else None,
    }


def _attempt(one: Attempt) -> dict[str, Any]:
    told = {name: getattr(one, name) for name in ("phase", "outcome", "code", "words")}
    return {"at": one.at.isoformat(timespec="seconds"), **told}


def _line(one: dict[str, Any]) -> str:
    code = f" {one['code']}" if one["code"] else ""
    return f"{one['at']}  {one['phase']}: {one['outcome']}{code} {one['words'] or ''}".rstrip()
