"""The command that tells of days out of the ordinary: `alerts`."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, JsonOption
from soundingboard.cli.output import plain, put_json, say


def add_to(app: typer.Typer) -> None:
    app.command()(alerts)


def alerts(
    ctx: typer.Context,
    brand: BrandOption = None,
    days: Annotated[int, typer.Option(min=1, help="How far to look back.")] = 30,
    seen: Annotated[int | None, typer.Option("--seen", help="Mark this one as seen.")] = None,
    by: Annotated[str | None, typer.Option("--by", help="Who saw it.")] = None,
    as_json: JsonOption = False,
) -> None:
    """List days on which far more was said than usual, with the theme and posts behind."""
    from soundingboard.alert_cards import alert_card
    from store import alerts as queries
    from store.brands import get_brand

    with Call.of(ctx).parts() as parts:
        now = parts.clock.now()
        if seen is not None:
            if not (by and by.strip()):
                raise typer.BadParameter("say who saw it", param_hint="--by")
            with parts.store.write() as session:
                row = queries.get_alert(session, seen)
                row.seen_by, row.seen_at = by.strip(), now
                session.add(row)
        with parts.store.read() as session:
            brand_id = get_brand(session, brand).id or 0
            found = queries.alerts_since(session, brand_id, now - timedelta(days=days))
            told = [alert_card(session, parts.marker, alert) for alert in found]
    if as_json:
        put_json(told)
        return
    if not told:
        say(f"Nothing out of the ordinary in {days} days (it takes 28 days to know what is usual).")
    for alert in told:
        _tell(alert)


def _tell(alert: dict[str, Any]) -> None:
    seen = f"  seen by {alert['seen_by']}" if alert["seen_by"] else ""
    theme = f", mostly about {alert['theme']}" if alert["theme"] else ""
    typer.echo(plain(f"{alert['id']:>4}  {alert['day']}  {alert['words']}{theme}{seen}"))
    for post in alert["posts"]:
        typer.echo(plain(f"        {post['text'][:120]}"))
