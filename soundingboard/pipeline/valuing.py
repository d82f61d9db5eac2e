"""Take in what customers are worth: a table somebody brings, as often as they like."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from community.steering.ledger import Money
from config.errors import RuleError, UnreadableError
from listener.parsing.opening import open_text
from listener.parsing.table import read_rows, tell_dialect, unguard_cell
from listener.record import Reject
from soundingboard.wiring import Parts
from store.values import accounts_by_name, save_values

COLUMNS = ("author", "source", "tier", "value", "currency", "as_of")
TIERS = {
    "initial": "initial",
    "standalone": "initial",
    "repeat": "repeat",
    "advance": "advance",
    "advances": "advance",
}
_SAMPLE_LINES = 200


@dataclass(slots=True)
class Valued:
    """How many customers got a tier, and the rows that did not say one we can keep."""

    kept: int = 0
    rejected: list[Reject] = field(default_factory=list)


def import_values(parts: Parts, path: Path, brand_id: int) -> Valued:
    """Take in a table of author, tier and, if it has them, source, value, currency and as_of.

    Only accounts that we know are told of; a row of anybody else is given back and nothing of it
    kept. Importing a file twice changes nothing; a later row of the same account and day wins.
    Raises UnreadableError for what is no such table.
    """
    now = parts.clock.now()
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    done, rows = Valued(), []
    with parts.store.read() as session:
        known = accounts_by_name(session)
    for record in _records(path):
        if isinstance(record, Reject):
            done.rejected.append(record)
            continue
        line, cells = record
        try:
            row = _row(cells, known, today, now)
        except ValueError as error:
            done.rejected.append(Reject(line, str(error)))
        else:
            rows.append(row | {"brand_id": brand_id, "origin": path.name})
    with parts.store.write() as session:
        save_values(session, rows)
    done.kept = len({row["author_id"] for row in rows})
    return done


def _records(path: Path) -> Iterator[tuple[int, dict[str, str]] | Reject]:
    opened = open_text(path)
    sample = list(islice(opened.lines(), _SAMPLE_LINES))
    dialect = tell_dialect(sample, lambda header: _plain(header) in COLUMNS)
    places: dict[str, int] = {}
    for row in read_rows(opened.lines(), dialect):
        if isinstance(row, Reject):
            yield row
        elif not places:
            places = {_plain(cell): at for at, cell in enumerate(row.cells)}
            if not {"author", "tier"} <= places.keys():
                raise UnreadableError(
                    str(path),
                    "its first row names no columns author and tier",
                    mend=f"Columns are called {', '.join(COLUMNS)}; only the first and the "
                    "third are needed.",
                )
        elif any(cell.strip() for cell in row.cells):
            yield row.line, _named(row.cells, places)


def _named(cells: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    return {
        name: unguard_cell(cells[at]).strip() if at < len(cells) else ""
        for name, at in places.items()
    }


def _plain(header: str) -> str:
    return header.strip().strip("\ufeff").casefold().replace(" ", "_")


def _row(
    cells: Mapping[str, str],
    known: Mapping[str, set[tuple[str, int]]],
    today: datetime,
    now: datetime,
) -> dict[str, Any]:
    """One row as columns of the table. Raises ValueError saying what is wrong with it."""
    tier = TIERS.get(cells["tier"].casefold())
    if tier is None:
        raise ValueError(f"its tier {cells['tier']!r} is none of initial, repeat, advance")
    money = _money(cells.get("value", ""), cells.get("currency", ""))
    return {
        "author_id": _account(cells["author"], cells.get("source", ""), known),
        "tier": tier,
        "value_cents": money.cents if money else None,
        "currency": money.currency if money else None,
        "as_of": _day(cells.get("as_of", ""), today, now),
    }


def _account(name: str, source: str, known: Mapping[str, set[tuple[str, int]]]) -> int:
    called = known.get(name.removeprefix("@").casefold(), set())
    found = [i for site, i in called if not source or site.casefold() == source.casefold()]
    if len(found) != 1:
        many = "no account" if not found else f"{len(found)} accounts (say the source)"
        raise ValueError(f"{many} that we know called {name!r}")
    return found[0]


def _money(value: str, currency: str) -> Money | None:
    if not value:
        return None
    try:
        return Money.of(value, currency)
    except RuleError as error:
        raise ValueError(error.problem) from error


def _day(cell: str, today: datetime, now: datetime) -> datetime:
    if not cell:
        return today
    try:
        told = datetime.fromisoformat(cell)
    except ValueError:
        raise ValueError(f"its day {cell!r} is not written as 2026-03-01") from None
    day = told.replace(tzinfo=UTC) if told.tzinfo is None else told.astimezone(UTC)
    if day > now:
        raise ValueError(f"its day {cell} has not come yet")
    return day
