"""What commands print: data on stdout, all else on stderr; people's words made harmless."""

from __future__ import annotations

import json
import re
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import typer

from config.errors import SoundingBoardError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_FIRST_STRONG_ISOLATE, _POP_ISOLATE = "\u2068", "\u2069"


def put_json(value: Any) -> None:
    """One JSON document on stdout, UTF-8 whatever the terminal's encoding."""
    put_text(json.dumps(value, ensure_ascii=False, indent=2, allow_nan=False) + "\n")


def put_text(text: str) -> None:
    """Text on stdout as it is, as UTF-8."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode("utf-8", "replace"))
    sys.stdout.buffer.flush()


def say(text: str) -> None:
    """A remark for the person at the terminal, on stderr."""
    typer.echo(plain(text), err=True)


def complain(error: SoundingBoardError) -> None:
    """What is wrong, and what to do, on stderr."""
    typer.echo(f"soundingboard: {plain(error.problem)}", err=True)
    if error.mend:
        typer.echo(f"  {plain(error.mend)}", err=True)


def plain(text: str) -> str:
    """The words without what could steer a terminal; right-to-left words cannot turn the line.

    >>> plain("red \\x1b[31malert")
    'red [31malert'
    """
    clean = _CONTROLS.sub("", text).encode("utf-8", "replace").decode("utf-8")
    turns = any(unicodedata.bidirectional(letter) in ("R", "AL", "AN") for letter in clean)
    return f"{_FIRST_STRONG_ISOLATE}{clean}{_POP_ISOLATE}" if turns else clean


def cell(value: object, style: str = "") -> Text:
    """A value as it stands in a table: never read as markup."""
    from rich.text import Text

    return Text("" if value is None else plain(str(value)), style=style)


def table(columns: Mapping[str, Mapping[str, Any]], rows: Iterable[Iterable[object]]) -> Table:
    """A table of plain values.

    columns : heading -> how rich shall set the column
    """
    from rich.table import Table

    made = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold underline")
    for heading, look in columns.items():
        made.add_column(heading, **{"overflow": "fold", **look})
    for row in rows:
        made.add_row(*(cell(value) for value in row))
    return made


def screen() -> Console:
    """stdout for tables and cards; nothing on it is read as markup."""
    from rich.console import Console

    return Console(file=sys.stdout, markup=False, highlight=False, emoji=False)
