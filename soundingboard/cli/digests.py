"""The command of the daily digest: written, previewed as the mail it becomes, or sent."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import JsonOption, moment
from soundingboard.cli.output import plain, put_json, say
from soundingboard.cli.progress import progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from config.outgoing import RecipientSettings
    from soundingboard.pipeline.report import Report
    from soundingboard.wiring import Parts


def add_to(app: typer.Typer) -> None:
    app.command()(digest)


def digest(
    ctx: typer.Context,
    out: Annotated[
        Path | None, typer.Option("--out", file_okay=False, help="Folder to write it to.")
    ] = None,
    date: Annotated[
        str | None, typer.Option("--date", help="A local day, as in 2026-03-01; else today.")
    ] = None,
    to: Annotated[
        str | None, typer.Option("--to", help="Only for this reader, by address or name.")
    ] = None,
    send: Annotated[
        bool, typer.Option("--send", help="Send today's by mail now; nobody gets it twice.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Write the digest of a day, with the mail of each reader beside it as .eml."""
    from soundingboard.pipeline import digest as step

    if send and date:
        raise typer.BadParameter("only today's can be sent", param_hint="--send")
    day = moment(date).date() if date else None
    with Call.of(ctx).parts() as parts, progress(parts.clock) as move:
        folder = (out or parts.folder / parts.settings.digest.folder).absolute()
        readers = _readers(parts, to)
        reports = [step.digest(parts, move, folder=folder, day=day)]
        if send:
            reports.append(step.mail_digests(parts, move, recipients=readers, at_once=True))
            reports += _deliver(parts)
        elif readers:
            for path in step.preview(parts, readers, folder, day):
                say(f"Preview: {path}")
    if as_json:
        put_json(reports[0].as_json() if not send else {"steps": [r.as_json() for r in reports]})
        return
    for report in reports:
        done = ", ".join(f"{number} {what}" for what, number in report.counts.items() if number)
        typer.echo(f"{report.step:<12}{plain(done) or 'nothing to do'}")
    if send and not reports[1].counts.get("queued"):
        say("Nothing was queued: today's went out already, or nothing new happened.")


def _readers(parts: Parts, to: str | None) -> Sequence[RecipientSettings]:
    """Whom it is for. Raises NotFoundError for a reader the settings do not know."""
    from config.errors import NotFoundError

    everyone = parts.settings.digest.recipient
    if to is None:
        return everyone
    found = [r for r in everyone if to.casefold() in (r.address.casefold(), r.name.casefold())]
    if not found:
        known = ", ".join(r.address for r in everyone) or "none yet"
        raise NotFoundError(
            f"No reader of the digest is called {to!r} (known: {known}).",
            mend="Add a block [[digest.recipient]] to soundingboard.toml.",
        )
    return found


def _deliver(parts: Parts) -> list[Report]:
    from soundingboard.pipeline.deliver import deliver

    return [deliver(parts)]
