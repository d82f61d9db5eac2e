"""How a file's records are to be understood: told by a look at it, shown to people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import islice
from typing import Literal

from config.errors import UnreadableError
from listener.parsing import columns as column_names
from listener.parsing.cells import DateOrder
from listener.parsing.evidence import gathered
from listener.parsing.json_rows import Record, read_array, read_objects
from listener.parsing.opening import Line, Opened
from listener.parsing.table import Dialect, Row, read_rows, tell_dialect, unguard_cell
from listener.record import Reject

Format = Literal["table", "json lines", "json array"]

SAMPLE_LINES = 2000
MAX_COLUMNS = 2000
_SAMPLE_CHARS = 2**21
_DIALECT_CHARS = 2**17
_DIALECT_LINES = 300
_DELIMITERS = {",": "comma", "\t": "tab", ";": "semicolon", "|": "bar"}


@dataclass(frozen=True, slots=True)
class Layout:
    """What a file is read as.

    columns       : field of a post -> column of the file
    unused        : columns that are no field
    date_order    : of dates like 3/4/2026, decided for the whole column; None = there are none
    order_guessed : no date of the column shows the order
    scale         : lowest and highest rating that can be given; None = ratings say it themselves
    """

    opened: Opened
    format: Format
    dialect: Dialect | None
    headers: tuple[str, ...]
    columns: Mapping[str, str]
    date_order: DateOrder | None = None
    order_guessed: bool = False
    scale: tuple[float, float] | None = None

    @property
    def unused(self) -> tuple[str, ...]:
        return tuple(each for each in self.headers if each not in self.columns.values())

    def mapping(self) -> dict[str, str]:
        """What to hand in as `mapping` to have the file, or the next of its kind, read the same."""
        told = dict(self.columns)
        if self.date_order:
            told["date_order"] = self.date_order
        if self.scale and "rating_max" not in told:
            told["rating_max"] = f"{self.scale[1]:g}"
        return told

    def told(self) -> list[tuple[str, str]]:
        """What was found, as pairs of a name and a value for people."""
        kind = _DELIMITERS[self.dialect.delimiter] + "-separated" if self.dialect else self.format
        rows = [("format", kind), ("encoding", self.opened.name)]
        rows += [(name, column) for name, column in self.columns.items()]
        if self.date_order:
            order = {"dmy": "day/month/year", "mdy": "month/day/year"}[self.date_order]
            guess = " (a guess: no date shows it; --map date_order=mdy or dmy says it)"
            rows.append(("order of dates", order + (guess if self.order_guessed else "")))
        if self.scale:
            rows.append(("ratings", f"from {self.scale[0]:g} to {self.scale[1]:g}"))
        rows.append(("not used", ", ".join(self.unused) or "-"))
        return rows


def tell_layout(opened: Opened, mapping: Mapping[str, str]) -> Layout:
    """Raises UnreadableError where there is nothing to read, ConfigError for a wrong mapping."""
    sample = _sample(opened)
    form = _format(opened, sample)
    dialect = _dialect(sample, mapping) if form == "table" else None
    headers = _headers(opened, form, dialect, sample)
    columns = column_names.assign(headers, mapping, opened.path.name)
    if "text" not in columns and not {"rating", "nps"} & mapping.keys():
        raise UnreadableError(
            str(opened.path),
            f"no column is called like a text; there are {column_names.named(headers)}",
            mend="Say which it is: --map text=COLUMN.",
        )
    layout = Layout(opened, form, dialect, headers, columns)
    return _decided(layout, mapping, sample)


def read_cells(
    layout: Layout, lines: Iterable[Line]
) -> Iterator[tuple[int, dict[str, str]] | Reject]:
    """Each record's line and its cells by field; a table's header and blank rows are left out."""
    if layout.dialect is None:
        for record in _objects(layout.format, layout.opened, lines):
            yield record if isinstance(record, Reject) else _by_key(record, layout.columns)
        return
    places = {name: layout.headers.index(column) for name, column in layout.columns.items()}
    width = len(layout.headers)
    for row in islice(_table(lines, layout.dialect), 1, None):
        if isinstance(row, Reject):
            yield row
        elif not any(cell.strip() for cell in row.cells):
            continue
        elif len(row.cells) < width or any(cell.strip() for cell in row.cells[width:]):
            yield Reject(row.line, f"{len(row.cells)} cells where the header has {width}")
        else:
            yield row.line, {name: unguard_cell(row.cells[at]) for name, at in places.items()}


def _by_key(record: Record, columns: Mapping[str, str]) -> tuple[int, dict[str, str]]:
    return record.line, {name: record.cells.get(key, "") for name, key in columns.items()}


def _table(lines: Iterable[Line], dialect: Dialect) -> Iterator[Row | Reject]:
    return read_rows((line for line in lines if not _is_hint(line)), dialect)


def _is_hint(line: Line) -> bool:
    """Excel's own first line, `sep=;`, is no row."""
    return line.number == 1 and (line.text or "").lower().strip('\ufeff"\r\n').startswith("sep=")


def _objects(form: Format, opened: Opened, lines: Iterable[Line]) -> Iterator[Record | Reject]:
    return read_array(opened) if form == "json array" else read_objects(iter(lines))


def _sample(opened: Opened) -> list[Line]:
    """The first lines, as many as are needed to know a file by."""
    sample, room = [], _SAMPLE_CHARS
    for line in islice(_whole_lines(opened), SAMPLE_LINES):
        sample.append(line)
        room -= len(line.text or "")
        if room < 0:
            break
    if not any((line.text or "").strip("\ufeff \t\r\n") for line in sample):
        raise UnreadableError(str(opened.path), "the file is empty", mend="Export it once more.")
    return sample


def _format(opened: Opened, sample: Sequence[Line]) -> Format:
    start = "".join(line.text or "" for line in sample[:20]).lstrip("\ufeff \t\r\n")
    names = opened.path.name.lower().removesuffix(".gz").rsplit(".", 1)
    suffix = names[-1] if len(names) > 1 else ""
    if start[:9].lower().startswith(("<!doctype", "<html", "<?xml")):
        mend = "Save the table itself, as CSV (UTF-8)."
        raise UnreadableError(str(opened.path), "this is a web page or XML, no table", mend=mend)
    if start.startswith("[") and suffix != "csv" and start[1:].lstrip()[:1] in ("{", "]", ""):
        return "json array"
    is_object = start.startswith("{") and suffix not in ("csv", "tsv")
    return "json lines" if is_object or suffix in ("jsonl", "ndjson") else "table"


def _dialect(sample: Sequence[Line], mapping: Mapping[str, str]) -> Dialect:
    some: list[Line] = []
    room = _DIALECT_CHARS
    for line in sample[:_DIALECT_LINES]:
        room -= len(line.text or "")
        if some and room < 0:
            break
        if not _is_hint(line):
            some.append(line)
    told = frozenset(mapping.values())
    return tell_dialect(some, lambda header: header in told or column_names.is_known(header))


def _headers(
    opened: Opened, form: Format, dialect: Dialect | None, sample: Sequence[Line]
) -> tuple[str, ...]:
    if dialect is None:
        records = [each for each in _objects(form, opened, sample) if isinstance(each, Record)]
        headers = dict.fromkeys(
            key for record in islice(records, SAMPLE_LINES) for key in record.cells
        )
        if not headers:
            mend = "Write one JSON object per line: jq -c '.[]' file.json > file.jsonl"
            raise UnreadableError(str(opened.path), "not one line is a JSON object", mend=mend)
        return tuple(islice(headers, MAX_COLUMNS))
    rows = list(islice(_table(sample, dialect), 2))
    if not rows or isinstance(rows[0], Reject):
        mend = "The first line names the columns."
        raise UnreadableError(str(opened.path), "its first line cannot be read", mend=mend)
    if len(rows[0].cells) > MAX_COLUMNS:
        reason = f"it has {len(rows[0].cells)} columns; {MAX_COLUMNS} are the most we read"
        raise UnreadableError(str(opened.path), reason, mend="Export fewer columns.")
    if len(rows) == 1:
        found = column_names.named(rows[0].cells)
        reason = f"there is no row below the header {found}"
        raise UnreadableError(str(opened.path), reason, mend="Export it with its rows.")
    return tuple(unguard_cell(cell.strip("\ufeff \r\n")) for cell in rows[0].cells)


def _decided(layout: Layout, mapping: Mapping[str, str], sample: Sequence[Line]) -> Layout:
    """The layout with what only whole columns can tell; read once more where a sample may lie."""
    evidence = gathered(_only_cells(layout, sample))
    needs_all = {"rating", "site"} & layout.columns.keys() or evidence.dates.is_guess
    if needs_all:
        evidence = gathered(_only_cells(layout, _whole_lines(layout.opened)))
    columns = dict(layout.columns)
    if "site" not in mapping and not evidence.are_sites():
        columns.pop("site", None)
    if "rating" not in mapping and column_names.plain(columns.get("rating", "")) == "score":
        score, meaning = columns.pop("rating"), evidence.meaning_of_score()
        if meaning is not None:
            columns.setdefault(meaning, score)
    is_number = mapping.get("rating_max", "") not in ("", columns.get("rating_max"))
    declared = float(mapping["rating_max"]) if is_number else None
    given = mapping.get("date_order")
    return replace(
        layout,
        columns=columns,
        date_order="mdy" if given == "mdy" else "dmy" if given else evidence.dates.order,
        order_guessed=given is None and evidence.dates.is_guess,
        scale=evidence.ratings.scale(declared) if "rating" in columns else None,
    )


def _only_cells(layout: Layout, lines: Iterable[Line]) -> Iterator[dict[str, str]]:
    return (record[1] for record in read_cells(layout, lines) if not isinstance(record, Reject))


def _whole_lines(opened: Opened) -> Iterator[Line]:
    """All lines up to where the file breaks off, which is told when it is read."""
    with suppress(UnreadableError):
        yield from opened.lines()
