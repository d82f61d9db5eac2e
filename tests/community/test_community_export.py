"""What people take along: no cell is executed, and our own import reads it back as it was."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.export import guard_cell, write_csv, write_jsonl
from listener.parsing.table import unguard_cell
from listener.record import RawPost, scrub
from listener.sources.file import read_file

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DANGEROUS = tuple("=+-@\t\r\n\x00＝＋－＠")


@pytest.mark.parametrize("start", DANGEROUS)
def test_a_cell_that_a_spreadsheet_would_execute_is_guarded(start):
    assert guard_cell(f"{start}cmd|' /C calc'!A0").startswith("'")


@pytest.mark.parametrize("text", ["a=b", "-5", "-3.5", "-3,5", "'tis", "", "hi"])
def test_harmless_cells_stay_as_they_are(text):
    assert guard_cell(text) == text


@given(st.text())
def test_unguarding_gives_back_what_was_guarded(text):
    assert unguard_cell(guard_cell(text)) == text


@given(st.text(alphabet="'=+-@1\t"))
def test_unguarding_gives_back_even_what_looks_guarded(text):
    assert unguard_cell(guard_cell(text)) == text


def test_numbers_stay_numbers_and_the_rest_is_text():
    stream = io.StringIO()
    row = {"n": -3, "share": -0.5, "yes": True, "none": None, "at": NOW, "list": ["a", "b"]}

    assert write_csv([row, {}], [*row, "=formula"], stream) == 2

    header, first, second = csv.reader(io.StringIO(stream.getvalue()))
    assert header[-1] == "'=formula"
    assert first == ["-3", "-0.5", "true", "", "2026-11-24T00:00:00+00:00", '["a", "b"]', ""]
    assert second == [""] * 7
    assert stream.getvalue().count("\r\n") == 3


def test_json_lines_are_not_guarded_and_hold_any_letter():
    stream = io.StringIO()
    write_jsonl([{"text": "=1+1 grüße", "at": NOW, "sides": {"b", "a"}}], stream)

    assert "grüße" in stream.getvalue()
    assert json.loads(stream.getvalue()) == {
        "text": "=1+1 grüße",
        "at": "2026-11-24T00:00:00+00:00",
        "sides": ["a", "b"],
    }


def test_json_lines_refuse_what_is_no_number():
    with pytest.raises(ValueError, match="JSON"):
        write_jsonl([{"share": float("nan")}], io.StringIO())


@settings(max_examples=30)
@given(texts=st.lists(st.text(min_size=1).filter(lambda text: text.strip()), min_size=1))
def test_what_is_written_is_read_back_as_it_was(tmp_path_factory, texts):
    path = tmp_path_factory.getbasetemp() / "export.csv"
    written = [scrub(text) for text in texts]
    rows = [{"id": str(n), "author": f"@user{n}", "text": t} for n, t in enumerate(written)]
    kept = [row for row in rows if row["text"].strip()]
    _write(path, kept)

    posts = list(read_file(path, now=NOW)) if kept else []

    assert all(isinstance(post, RawPost) for post in posts)
    assert [post.text for post in posts] == [row["text"] for row in kept]
    assert [post.author.name for post in posts] == [row["author"][1:] for row in kept]


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        write_csv(rows, ["id", "author", "text"], stream)
