"""Commands by which people invite: `invitation draft`, `send`, `reply`, `withdraw` and the rest."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundingboard.cli import templates
from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, ByOption, JsonOption, SourceOption
from soundingboard.cli.output import plain, put_json, put_text, say, screen, table

if TYPE_CHECKING:
    from store.invitations import Letterhead

NumberArgument = Annotated[int, typer.Argument(metavar="ID", help="Which invitation.")]
AuthorArgument = Annotated[str, typer.Argument(help="The account's name, with or without @.")]
NOBODY = "Nobody was invited yet; start with: soundingboard invitation draft AUTHOR --by YOU"


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Invite approved candidates, and see what they answered.",
        no_args_is_help=True,
        rich_markup_mode=None,
    )
    group.command("draft")(draft)
    group.command("list")(list_)
    for command in (show, send, reply, posted, withdraw, export):
        group.command()(command)
    group.add_typer(templates.group(), name="template")
    app.add_typer(group, name="invitation")


def draft(
    ctx: typer.Context,
    author: AuthorArgument,
    by: ByOption,
    brand: BrandOption = None,
    source: SourceOption = None,
    committee: Annotated[
        str | None, typer.Option("--committee", help="Which committee, if there are several.")
    ] = None,
    campaign: Annotated[
        str | None, typer.Option("--campaign", help="What colleagues shall know it as.")
    ] = None,
) -> None:
    """Draft an invitation; nothing leaves. Each person has one open offer at most."""
    from community.inviting import invitations
    from soundingboard.cli.naming import one_candidate
    from soundingboard.inviting import desk_of
    from store.brands import get_brand

    with Call.of(ctx).parts() as parts:
        desk = desk_of(parts)
        with parts.store.write() as session:
            row = get_brand(session, brand)
            _, candidate = one_candidate(session, author, source, row.id or 0)
            head = invitations.draft(
                session,
                desk,
                candidate,
                by=by,
                now=parts.clock.now(),
                committee=_committee(session, row.id or 0, committee),
                campaign=campaign,
            )
    number, how = head.invitation.id, head.invitation.channel
    typer.echo(plain(f"Invitation {number} to {head.author.name} is drafted, to go by {how}."))
    say(f"Read it: soundingboard invitation show {number}")
    say(f"Let it go: soundingboard invitation send {number} --by YOU")


def list_(ctx: typer.Context, brand: BrandOption = None, as_json: JsonOption = False) -> None:
    """List invitations, newest first, with their answers."""
    from store.brands import get_brand
    from store.invitations import listed, outbox_state

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        row = get_brand(session, brand)
        cards = [
            _card(head, getattr(outbox_state(session, head.invitation.id or 0), "state", None))
            for head in listed(session, row.id or 0)
        ]
    if as_json:
        put_json(cards)
    elif not cards:
        say(NOBODY)
    else:
        _show_list(cards)


def show(
    ctx: typer.Context,
    number: NumberArgument,
    html: Annotated[
        Path | None, typer.Option("--html", dir_okay=False, help="Write it as a page to look at.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show an invitation as its reader gets it, and what was answered."""
    from community.inviting.invitations import found
    from config.files import write_whole
    from soundingboard.inviting import desk_of, letter_of
    from store.invitations import consents, outbox_state

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        head = found(session, number)
        mail = outbox_state(session, number)
        given = [
            {"answer": c.answer, "at": c.at.isoformat(), "words": c.words, "sha256": c.words_sha}
            for c in consents(session, number)
        ]
        letter = letter_of(desk_of(parts), head)
    is_reply = head.invitation.channel == "reply"
    body = head.invitation.body if is_reply else letter.text
    if as_json:
        card = _card(head, mail.state if mail else None)
        put_json({**card, "subject": letter.subject, "text": body, "answers": given})
        return
    if html is not None:
        write_whole(html, letter.html or "")
        say(f"Written to {html}.")
    put_text(plain(f"Subject: {letter.subject}\n\n{body.strip()}\n"))
    for answer in given:
        say(f"{answer['at']}: {answer['answer']}")


def send(ctx: typer.Context, number: NumberArgument, by: ByOption) -> None:
    """Let an invitation go. This is the click without which nothing leaves."""
    from soundingboard import inviting

    with Call.of(ctx).parts() as parts:
        head = inviting.send(parts, number, by=by)
    name = head.author.name
    if head.invitation.channel == "reply":
        typer.echo(plain(f"The reply to {name} may be posted."))
        say(f"Its words: soundingboard invitation reply {number}")
        say(f"Once it is posted: soundingboard invitation posted {number} --by YOU")
    else:
        typer.echo(plain(f"The invitation to {name} waits in the outbox."))


def reply(ctx: typer.Context, number: NumberArgument) -> None:
    """Print the words of a reply for a person to post."""
    from community.inviting.invitations import found
    from soundingboard.inviting import reply_text

    with Call.of(ctx).parts() as parts, parts.store.read() as session:
        head = found(session, number)
        words = reply_text(head)
    say(f"For {head.author.name} on {head.author.site}, {head.author.url or 'no page known'}.")
    say("Send it as a direct message where you can: whoever has the link can answer for them.\n")
    put_text(plain(words.strip()) + "\n")


def posted(ctx: typer.Context, number: NumberArgument, by: ByOption) -> None:
    """Write down that you posted a reply."""
    from community.inviting import invitations

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        head = invitations.posted(session, number, by=by, now=parts.clock.now())
    typer.echo(plain(f"The reply to {head.author.name} is posted."))


def withdraw(
    ctx: typer.Context,
    number: NumberArgument,
    by: ByOption,
    reason: Annotated[str | None, typer.Option("--reason", help="Why.")] = None,
) -> None:
    """Take an invitation back; its candidate is approved again."""
    from community.inviting import invitations

    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        now = parts.clock.now()
        stayed = invitations.withdraw(session, number, by=by, now=now, reason=reason)
    typer.echo(f"Invitation {number} is withdrawn.")
    if not stayed:
        say("It had left before; its links now say that it is over.")


def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="A CSV file that is not there yet.")],
    by: ByOption,
    brand: BrandOption = None,
) -> None:
    """Hand all drafted mails to a mailing tool, as a CSV that listmonk imports.

    Only people who gave you an address are in it, and each is checked as when sending. They count
    as invited from now on.
    """
    from soundingboard import inviting
    from store.brands import get_brand

    with Call.of(ctx).parts() as parts:
        with parts.store.read() as session:
            row = get_brand(session, brand)
        done = inviting.export(parts, row.id or 0, file, by=by)
    typer.echo(f"{done.count} invitations are in {done.path}.")
    for name, why in done.refused.items():
        say(f"Left out: {name}. {why}")


def _committee(session: Any, brand_id: int, name: str | None) -> Any:
    """The open committee called so; None where no name is given."""
    if name is None:
        return None
    from config.errors import NotFoundError
    from store.invitations import open_committees

    there = open_committees(session, brand_id)
    for row in there:
        if row.name.casefold() == name.casefold():
            return row
    known = ", ".join(row.name for row in there) or "none yet"
    raise NotFoundError(f"There is no open committee called {name!r}.", mend=f"There are: {known}.")


def _card(head: Letterhead, mail: str | None) -> dict[str, Any]:
    invitation = head.invitation
    return {
        "id": invitation.id,
        "author": head.author.name,
        "source": head.author.site,
        "channel": invitation.channel,
        "state": invitation.state,
        "outbox": mail,
        "answer": invitation.answer,
        "campaign": head.offer.campaign,
        "charter": head.charter.version,
        "template": head.template.version,
        "drafted_by": invitation.drafted_by,
        "approved_by": invitation.approved_by,
        **{
            name: moment.isoformat() if moment else None
            for name in ("drafted_at", "approved_at", "sent_at", "answered_at")
            for moment in (getattr(invitation, name),)
        },
    }


def _show_list(cards: list[dict[str, Any]]) -> None:
    rows = [
        (
            card["id"],
            card["author"],
            card["channel"],
            card["state"]
            if card["outbox"] in (None, "sent")
            else f"{card['state']}, mail {card['outbox']}",
            card["answer"] or "",
            card["approved_by"] or card["drafted_by"],
            (card["answered_at"] or card["sent_at"] or card["drafted_at"])[:10],
        )
        for card in cards
    ]
    names = ("ID", "To", "By", "State", "Answer", "Who", "Day")
    screen().print(table({name: {} for name in names}, rows))
