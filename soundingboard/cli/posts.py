"""Commands by which posts come in and are read: `import`, `read`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from soundingboard.cli.call import Call
from soundingboard.cli.options import BrandOption, JsonOption
from soundingboard.cli.output import plain, put_json, say
from soundingboard.cli.progress import progress

if TYPE_CHECKING:
    from soundingboard.pipeline.importing import Imported
    from soundingboard.wiring import Parts

REJECTED_SHOWN = 10


def add_to(app: typer.Typer) -> None:
    app.command("import")(import_posts)
    app.command("read")(read)


def import_posts(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(
            exists=True, dir_okay=False, readable=True, help="A CSV, TSV or JSONL file, or its .gz."
        ),
    ],
    brand: BrandOption = None,
    columns: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="FIELD=COLUMN", help="Which column holds a field, as text=Review."
        ),
    ] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="The source's name; else the file's.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Take in a file of posts about a brand.

    Taking it in twice changes nothing. The brand is made if it is new. The columns are recognised
    by their headings; what was recognised is shown, and --map says otherwise where it is wrong.
    """
    mapping = dict(_field_and_column(pair) for pair in columns or ())
    call = Call.of(ctx)
    with call.parts() as parts:
        from soundingboard.pipeline.importing import import_file

        name = brand or _only_brand(parts)
        with progress(call.clock) as move:
            done = import_file(parts, file, name, mapping=mapping, name=source, progress=move)
        _tell_layout(file, done, call)
    if as_json:
        put_json(imported_json(done))
    else:
        _show(done, name)


def _field_and_column(pair: str) -> tuple[str, str]:
    field, equals, column = pair.partition("=")
    if not (equals and field.strip() and column.strip()):
        raise typer.BadParameter(
            f"{pair!r}: write FIELD=COLUMN, as in text=Review", param_hint="--map"
        )
    return field.strip(), column.strip()


def _only_brand(parts: Parts) -> str:
    from store.brands import get_brand

    parts.brands()
    with parts.store.read() as session:
        return get_brand(session, None).name


def _tell_layout(file: Path, done: Imported, call: Call) -> None:
    """What the file was read as, for the person to check."""
    from listener.sources.file import detect

    for name, value in detect(file, done.mapping, call.clock.now()).told():
        say(f"  {name:<16}{value}")


def imported_json(done: Imported) -> dict[str, Any]:
    """What became of a file's rows; line 1 is the file's first."""
    saved = done.saved
    return {
        "added": saved.added,
        "updated": saved.updated,
        "unchanged": saved.unchanged,
        "suppressed": saved.suppressed,
        "rejected": [{"line": row.line, "reason": row.reason} for row in done.rejected],
    }


def _show(done: Imported, brand: str) -> None:
    saved = done.saved
    typer.echo(
        f"{saved.added} added, {saved.updated} updated, {saved.unchanged} unchanged, "
        f"{len(done.rejected)} rejected."
    )
    if saved.suppressed:
        typer.echo(f"{saved.suppressed} kept out: they or their authors were erased.")
    for row in done.rejected[:REJECTED_SHOWN]:
        typer.echo(f"  line {row.line}: {plain(row.reason)}")
    if len(done.rejected) > REJECTED_SHOWN:
        typer.echo(f"  and {len(done.rejected) - REJECTED_SHOWN} more; --json lists all.")
    if saved.added or saved.updated:
        say(f"Next: soundingboard candidates --brand {brand!r}")


def read(ctx: typer.Context, brand: BrandOption = None) -> None:
    """Say what the model reads in posts given on stdin.

    \b
    In:   {"id": 1, "text": "…", "brand": "…", "language": "en"}   (brand, language: if known)
    Out:  {"id": 1, "language": "en", "abstained": false, "reason": null, "negative": 0.01,
           "neutral": 0.04, "positive": 0.95, "label": "positive", "idea": 0.1, "model": "…"}

    One JSON object a line, answered in the order of the lines. Where the model abstains, `reason`
    says why, and label and probabilities are null. A line that cannot be read gives
    {"line": 3, "error": "…", "id": …} in its place. Nothing is stored.
    """
    from soundingboard.reading_lines import answers

    call = Call.of(ctx)
    with call.parts() as parts:
        out = sys.stdout.buffer
        for some in answers(sys.stdin.buffer, parts.reader, brand):
            out.write(some)
            out.flush()
