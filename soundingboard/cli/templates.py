"""Commands about the words of invitations: `invitation template show` and `edit`."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import ByOption, JsonOption
from soundingboard.cli.output import put_json, put_text, say

if TYPE_CHECKING:
    from datetime import datetime

    from sqlmodel import Session

    from store.tables import Template

SUBJECT = "Subject:"
LanguageOption = Annotated[str, typer.Option("--language", help="Two letters.")]


class Kind(StrEnum):
    """What a template is for."""

    invitation = "invitation"
    reply = "reply"


KindOption = Annotated[Kind, typer.Option("--kind", help="A mail, or a reply that is posted.")]


def group() -> typer.Typer:
    """`show` and `edit`, to stand under `invitation template`."""
    words = typer.Typer(
        help="The words of invitations.", no_args_is_help=True, rich_markup_mode=None
    )
    words.command("show")(show)
    words.command("edit")(edit)
    return words


def show(
    ctx: typer.Context,
    kind: KindOption = Kind.invitation,
    language: LanguageOption = "en",
    version: Annotated[int | None, typer.Option("--version", help="Else the newest.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Print a template, as `edit` reads it."""
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        row = _version(session, parts.clock.now(), kind, language, version)
    if as_json:
        put_json(row.model_dump(mode="json"))
        return
    say(f"Version {row.version}, by {row.made_by}, {row.made_at:%Y-%m-%d}.")
    put_text(f"{SUBJECT} {row.subject}\n\n{row.body.strip()}\n")


def _word(kind: Kind) -> Literal["invitation", "reply"]:
    return "reply" if kind is Kind.reply else "invitation"


def _version(
    session: Session, now: datetime, kind: Kind, language: str, version: int | None
) -> Template:
    from community.inviting import templates

    if language == "en":
        templates.in_force(session, _word(kind), "en", now)
    return templates.version_of(session, _word(kind), language, version)


def edit(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(allow_dash=True, help="The new words; - reads stdin.")],
    by: ByOption,
    kind: KindOption = Kind.invitation,
    language: LanguageOption = "en",
) -> None:
    """Keep new words as a new version; the old ones stay, and so do invitations made of them.

    The first line is "Subject: …", the rest the text. ${…} stands for what differs.
    """
    from community.inviting import templates

    text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    first, _, body = text.lstrip().partition("\n")
    if not first.startswith(SUBJECT):
        raise typer.BadParameter(f"its first line must begin with {SUBJECT}", param_hint="FILE")
    subject = first.removeprefix(SUBJECT).strip()
    with Call.of(ctx).parts() as parts, parts.store.write() as session:
        now = parts.clock.now()
        row = templates.edit(session, _word(kind), language, subject, body, by=by, now=now)
    typer.echo(f"Version {row.version} of the {_word(kind)} is kept.")
