"""Lists as files: nothing is run as a formula, nothing is lost, and every reader can open them."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import RuleError
from soundingboard.web.exporting import FORMULA_SIGNS, exported, guarded

ANYTHING = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False,
    allow_infinity=False), st.text(max_size=80), st.lists(st.text(max_size=5), max_size=3),
)  # fmt: skip


def body(
    rows: Iterable[Mapping[str, Any]], kind: str, columns: tuple[str, ...] = ("a", "b")
) -> bytes:
    answer = exported(rows, columns, "list", kind)

    async def read() -> bytes:
        return b"".join([part async for part in answer.body_iterator])

    return asyncio.run(read())


@given(st.text(max_size=60))
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert not guarded(text).lstrip(" ").startswith(FORMULA_SIGNS)


@pytest.mark.parametrize("sign", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "  =cmd|calc", "\0=1"])
def test_what_a_spreadsheet_would_run_gets_a_quote_before_it(sign: str) -> None:
    assert guarded(sign) == f"'{sign}"


def test_numbers_of_ours_stay_numbers() -> None:
    assert guarded(-0.4) == "-0.4"
    assert guarded(True) == "True"


@given(st.lists(st.fixed_dictionaries({"a": ANYTHING, "b": ANYTHING}), max_size=5))
@settings(max_examples=40)
def test_csv_has_a_row_for_each_and_keeps_every_word(rows: list[dict[str, Any]]) -> None:
    read = list(csv.reader(io.StringIO(body(rows, "csv").decode("utf-8-sig"))))
    assert read[0] == ["a", "b"]
    assert len(read) == 1 + len(rows)


@given(st.lists(st.fixed_dictionaries({"a": ANYTHING, "b": ANYTHING}), max_size=5))
@settings(max_examples=40)
def test_jsonl_gives_back_what_was_there(rows: list[dict[str, Any]]) -> None:
    assert [json.loads(line) for line in body(rows, "jsonl").split(b"\n") if line] == rows


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4))
@settings(max_examples=20)
def test_xlsx_opens_and_holds_text_as_text(words: list[str]) -> None:
    made = body([{"a": word, "b": 1.5} for word in words], "xlsx")
    sheet = openpyxl.load_workbook(io.BytesIO(made)).active
    rows = list(sheet.iter_rows(min_row=2))
    assert len(rows) == len(words)
    for first, second in rows:
        assert first.data_type in ("s", "n", "inlineStr")
        assert first.data_type != "f"
        assert second.value == 1.5


def test_a_format_nobody_writes_is_said() -> None:
    with pytest.raises(RuleError, match="CSV, JSONL or XLSX"):
        exported([], ("a",), "list", "pdf")
