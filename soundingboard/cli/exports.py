"""Commands that write lists for other programs: `export candidates`."""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption
from soundingboard.cli.output import plain, put_text, say

FIELDS = (
    "author", "source", "side", "stance", "utility", "mu", "sd", "p_love", "p_hate", "p_torn",
    "n_posts", "n_threads", "first_at", "last_at", "themes", "flags", "state", "language",
    "decided_by", "decided_at", "profile", "evidence",
)  # fmt: skip


class Format(StrEnum):
    """What a list may be written as."""

    csv = "csv"
    jsonl = "jsonl"


def add_to(app: typer.Typer) -> None:
    group = typer.Typer(
        help="Write a list for another program.", no_args_is_help=True, rich_markup_mode=None
    )
    group.callback()(_export)
    group.command("candidates")(export_candidates)
    app.add_typer(group, name="export")


def _export() -> None:
    """Write a list for another program."""


def export_candidates(
    ctx: typer.Context,
    form: Annotated[Format, typer.Option("--format", help="csv or jsonl.")] = Format.csv,
    brand: BrandOption = None,
    out: Annotated[
        Path | None, typer.Option("-o", "--out", dir_okay=False, help="A file; else stdout.")
    ] = None,
    fields: Annotated[
        str | None,
        typer.Option(metavar="A,B,…", help=f"Which fields, of: {', '.join(FIELDS)}."),
    ] = None,
    everyone: Annotated[
        bool, typer.Option("--all", help="Also those flagged, turned down, or only watched.")
    ] = False,
) -> None:
    """Write the candidates; a file is written whole or not at all.

    In CSV, words that a spreadsheet would execute stand behind a quotation mark, and posts are
    their links.
    """
    from soundingboard.cards import candidate_cards
    from soundingboard.cli.catching_up import brand_ready

    chosen = _chosen(fields)
    with Call.of(ctx).parts() as parts:
        row = brand_ready(parts, brand, "candidates")
        with parts.store.read() as session:
            cards = candidate_cards(session, row.id or 0, everyone=everyone)
    text = _written([{name: card[name] for name in chosen} for card in cards], chosen, form)
    if out is None:
        put_text(text)
    else:
        write_whole(out, text)
        say(f"Wrote {len(cards)} candidates to {plain(str(out))}.")


def _chosen(fields: str | None) -> tuple[str, ...]:
    names = tuple(name.strip() for name in fields.split(",")) if fields else FIELDS
    for name in names:
        if name not in FIELDS:
            raise typer.BadParameter(
                f"there is no field {name!r}; there are {', '.join(FIELDS)}", param_hint="--fields"
            )
    return names


def _written(rows: Sequence[Mapping[str, Any]], fields: Sequence[str], form: Format) -> str:
    from community.export import write_csv, write_jsonl

    stream = io.StringIO(newline="")
    if form is Format.jsonl:
        write_jsonl(rows, stream)
    else:
        write_csv([_flat(row) for row in rows], fields, stream)
    return stream.getvalue()


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A card as one line of a table: lists of things become lists of words."""
    flat = dict(row)
    if "themes" in flat:
        flat["themes"] = "; ".join(flat["themes"])
    if "flags" in flat:
        flat["flags"] = "; ".join(flag["kind"] for flag in flat["flags"] if not flag["overridden"])
    if "evidence" in flat:
        flat["evidence"] = " ".join(post["link"] for post in flat["evidence"] if post["link"])
    return flat


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all; it names people, so it is its owner's alone."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink()
        raise
