"""Commands of a member's badge, under `member`: badge, badges, revoke."""

from __future__ import annotations

from typing import Annotated

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.committees import CommitteeOption, MemberArgument
from soundingboard.cli.options import ByOption, JsonOption
from soundingboard.cli.output import plain, put_json, put_text, say


def add_to(group: typer.Typer) -> None:
    for command in (badge, badges, revoke):
        group.command()(command)


def badge(
    ctx: typer.Context,
    member: MemberArgument,
    by: ByOption,
    named: Annotated[
        bool, typer.Option("--named", help="They wish their name on it; else it names nobody.")
    ] = False,
    committee: CommitteeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Give a member a signed badge, on their wish; print the HTML that shows it."""
    from community.committees import badges as rules
    from community.committees.seal import Seal
    from soundingboard.wiring import secret_key
    from store.committee import get_committee
    from store.members import find_member

    with Call.of(ctx).parts() as parts:
        seal = Seal(secret_key(parts.settings, parts.folder))
        with parts.store.write() as session:
            who = find_member(session, get_committee(session, committee).id or 0, member)
            made = rules.issue(
                session,
                who.id or 0,
                seal=seal,
                public_url=parts.settings.web.public_url,
                actor=by,
                now=parts.clock.now(),
                show_name=named,
            )
    if as_json:
        put_json(made.document)
    else:
        put_text(rules.mark(made.document) + "\n")
        say(f"Badge {made.serial} of {who.name}; --json prints what was signed.")


def badges(
    ctx: typer.Context,
    member: MemberArgument,
    committee: CommitteeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Every badge a member ever had."""
    from soundingboard.committee_cards import badge_cards
    from store.committee import get_committee
    from store.members import find_member

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        who = find_member(session, get_committee(session, committee).id or 0, member)
        cards = badge_cards(session, who, parts.clock.now())
    if as_json:
        put_json(cards)
    elif not cards:
        say("No badge yet; start with: soundingboard member badge MEMBER --by YOU")
    for one in cards if not as_json else ():
        put_text(plain(f"{one['serial']}  {one['status']}  issued {one['issued']}\n"))


def revoke(
    ctx: typer.Context,
    serial: Annotated[str, typer.Argument(help="The badge's serial.")],
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", help="Why; it stays with us.")],
) -> None:
    """Revoke a badge: wherever it is shown, it says so."""
    from community.committees import badges as rules

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        rules.revoke(session, serial, reason=reason, actor=by, now=parts.clock.now())
    typer.echo(plain(f"Badge {serial} is revoked."))
