"""Lists as files: CSV and XLSX that no spreadsheet runs as a formula, and JSONL for programs."""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import IO, Any

import xlsxwriter
from fastapi.responses import Response, StreamingResponse

from config.errors import RuleError

FORMATS: Mapping[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
LONGEST_CELL = 32_767
"""Characters a cell of XLSX holds."""
PIECE = 64 * 1024


def exported(
    rows: Iterable[Mapping[str, Any]], columns: Sequence[str], name: str, kind: str
) -> Response:
    """The rows as a download, streamed; `columns` says which and in what order.

    Raises RuleError for a format we do not write.
    """
    if kind not in FORMATS:
        raise RuleError(f"We do not write {kind!r}.", mend="Choose CSV, JSONL or XLSX.")
    made = {"csv": _csv, "jsonl": _jsonl, "xlsx": _xlsx}[kind](rows, columns)
    return StreamingResponse(
        made,
        media_type=FORMATS[kind],
        headers={
            "Content-Disposition": f'attachment; filename="{name}.{kind}"',
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
        },
    )


def guarded(value: Any) -> str:
    """A cell as text that no spreadsheet takes for a formula (OWASP ASVS 5.0, 1.2.10)."""
    text = _text(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return text  # a number of ours: -0.4 stays a number
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA_SIGNS) else text


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)


def _csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\N{ZERO WIDTH NO-BREAK SPACE}")  # spreadsheets then know it is UTF-8
    writer.writerow(columns)
    for row in rows:
        writer.writerow([guarded(row.get(column)).replace("\0", "") for column in columns])
        if buffer.tell() > PIECE:
            yield buffer.getvalue().encode("utf-8", "replace")
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode("utf-8", "replace")


def _jsonl(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[bytes]:
    for row in rows:
        told = {column: row.get(column) for column in columns}
        line = json.dumps(told, ensure_ascii=False, default=_text)
        yield line.encode("utf-8", "replace") + b"\n"


def _xlsx(rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> Iterator[bytes]:
    with tempfile.TemporaryFile() as file:
        _write_book(file, rows, columns)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _write_book(file: IO[bytes], rows: Iterable[Mapping[str, Any]], columns: Sequence[str]) -> None:
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(file, options) as book:
        sheet = book.add_worksheet()
        for column, name in enumerate(columns):
            sheet.write_string(0, column, name)
        for number, row in enumerate(rows, start=1):
            for column, name in enumerate(columns):
                value = row.get(name)
                if isinstance(value, int | float) and not isinstance(value, bool):
                    sheet.write_number(number, column, value)
                else:
                    sheet.write_string(number, column, _printable(guarded(value))[:LONGEST_CELL])


def _printable(text: str) -> str:
    """Without what XML cannot hold."""
    return "".join(
        character
        for character in text
        if character in "\t\n"
        or (
            character >= " "
            and not "\ud800" <= character <= "\udfff"
            and character not in "\ufffe\uffff"
        )
    )
