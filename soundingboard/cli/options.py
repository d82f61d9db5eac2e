"""Options that several commands share, so that they mean the same everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

BrandOption = Annotated[
    str | None,
    typer.Option("--brand", "-b", help="Which brand; not needed where there is only one."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
SourceOption = Annotated[
    str | None,
    typer.Option("--source", help="Where the account lives, if several are called the same."),
]
ByOption = Annotated[str, typer.Option("--by", help="Who decides; written into the history.")]


def moment(text: str) -> datetime:
    """An ISO time as aware UTC; without a zone it is UTC, without a clock time midnight.

    >>> moment("2026-03-01T12:00:00+02:00").isoformat()
    '2026-03-01T10:00:00+00:00'
    """
    try:
        told = datetime.fromisoformat(text.strip())
        return told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    except (ValueError, OverflowError):
        raise typer.BadParameter(
            f"{text!r} is no time we can read; write 2026-03-01 or 2026-03-01T12:00:00Z"
        ) from None
