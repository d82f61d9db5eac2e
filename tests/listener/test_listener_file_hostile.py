"""Broken, hostile and real files: a bad row stands alone, and nothing but our own errors comes."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from config.errors import SoundingBoardError, TooLargeError
from listener.parsing.table import unguard_cell
from listener.record import RawPost, Reject, scrub
from listener.sources.file import read_file

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
DATA = Path(__file__).parents[2] / "../shared/data"

Read = Callable[..., list[RawPost | Reject]]


@pytest.fixture
def path_of(tmp_path):
    def write(data: str | bytes, name: str = "export.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(data.encode("utf-8") if isinstance(data, str) else data)
        return path

    return write


@pytest.fixture
def read(path_of) -> Read:
    def take_in(data: str | bytes, name: str = "export.csv", **mapping: str):
        return list(read_file(path_of(data, name), mapping=mapping, now=NOW))

    return take_in


def texts(records: list[RawPost | Reject]) -> list[str]:
    return [record.text for record in records if isinstance(record, RawPost)]


def rejects(records: list[RawPost | Reject]) -> list[tuple[int, str]]:
    return [(record.line, record.reason) for record in records if isinstance(record, Reject)]


def test_one_bad_row_never_drops_its_siblings(read):
    records = read(
        "id,text\n"
        '1,"a\nb"\n'  # lines 2 and 3
        '2,"never closed\n'
        "3,fine\n"
        '4,"say "hi" now"\n'
        "5,one,too many\n"
        "6\n"
        "\n"
        ",\n"
        "7,last\n"
    )

    assert texts(records) == ["a\nb", "fine", 'say "hi" now', "last"]
    assert rejects(records) == [
        (4, "a quote opens here that is not closed as it should be"),
        (7, "3 cells where the header has 2"),
        (8, "1 cells where the header has 2"),
    ]


def test_quotes_that_run_away_cost_no_more_than_their_lines(read):
    records = read("id,text\n" + 'a","\n' * 20_000 + "9,last\n")

    assert records[-1].text == "last"
    assert len(records) <= 20_001


def test_a_line_longer_than_we_read_is_rejected_alone(read):
    records = read("id,text\n1,a\n2," + "x" * 1_100_000 + "\n3,b\n")

    assert texts(records) == ["a", "b"]
    assert rejects(records) == [(3, "longer than 1 MiB")]


def test_a_cell_larger_than_the_csv_modules_limit_is_read(read):
    (post,) = read('id,text\n1,"' + "x" * 200_000 + '"\n')

    assert len(post.text) == 65_536


def test_nul_bytes_are_taken_out(read):
    assert texts(read(b"id,text,author\n1,a\x00b is fine with us,Ann\n")) == ["ab is fine with us"]


def test_of_a_packed_file_that_breaks_off_the_whole_rows_are_kept(read):
    rows = "".join(f"{n},words {n * 7919 % 10007}\n" for n in range(5000))
    whole = gzip.compress(f"id,text\n{rows}".encode())

    *posts, last = read(whole[: len(whole) // 2], "export.csv.gz")

    assert len(posts) > 1000
    assert all(post.text == f"words {int(post.native_key) * 7919 % 10007}" for post in posts)
    assert "the file breaks off here" in last.reason


def test_a_bomb_is_refused(path_of):
    bomb = path_of(gzip.compress(b"a" * 100_000_000), "export.csv.gz")

    with pytest.raises(TooLargeError, match="unpacks to more"):
        read_file(bomb, now=NOW)


@settings(max_examples=40)
@given(
    rows=st.lists(
        st.tuples(st.text().filter(lambda text: scrub(text).strip()), st.text()), min_size=1
    ),
    mark=st.sampled_from([",", ";", "\t"]),
)
def test_what_the_csv_module_writes_is_read_back(tmp_path_factory, rows, mark):
    rows = [(scrub(text), scrub(title)) for text, title in rows]
    path = tmp_path_factory.getbasetemp() / "written.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, delimiter=mark)
        writer.writerow(["id", "text", "title"])
        writer.writerows((number, text, title) for number, (text, title) in enumerate(rows))

    found = list(read_file(path, now=NOW))

    assert [record.text for record in found] == [scrub(unguard_cell(text)) for text, _ in rows]


@settings(max_examples=150)
@given(
    data=st.one_of(
        st.binary(max_size=300),
        st.text(alphabet="text,\";\t\n\r\\'0{}[]:=é\x00", max_size=120).map(str.encode),
        st.binary(max_size=100).map(lambda data: b"id,text,date,score\n" + data),
        st.binary(max_size=100).map(lambda data: b'{"text":"a"}\n{"text":' + data),
        st.binary(max_size=60).map(lambda data: gzip.compress(b"text,a\n") + data),
    )
)
def test_any_bytes_are_read_or_refused_by_an_error_of_ours(tmp_path_factory, data):
    path = tmp_path_factory.getbasetemp() / "any"
    path.write_bytes(data)
    with suppress(SoundingBoardError):
        records = list(read_file(path, now=NOW))
        assert all(isinstance(record, RawPost | Reject) for record in records)


@pytest.mark.real
def test_the_airlines_are_read_whole():
    path = DATA / "posts/airlines.tsv.gz"
    if not path.exists():
        pytest.skip("the recorded posts are not here")
    records = list(read_file(path, now=NOW))
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        rows = [line.rstrip("\n").split("\t") for line in stream][1:]

    assert [record.text for record in records] == [unguard_cell(row[3]) for row in rows]
    assert [record.native_key for record in records] == [row[0] for row in rows]
    assert all(record.author and record.created_at for record in records)


@pytest.mark.real
def test_hostile_texts_survive_as_cells(tmp_path):
    naughty, formulas = DATA / "hostile/blns/blns.json", DATA / "hostile/csv-injection"
    if not naughty.exists():
        pytest.skip("the hostile texts are not here")
    strings = json.loads(naughty.read_text(encoding="utf-8"))
    strings += (formulas / "Intruder/csv-payload.txt").read_text(encoding="utf-8").splitlines()
    strings = [text for text in strings if scrub(text).strip()]
    path = tmp_path / "naughty.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["id", "text"], *enumerate(strings)])

    found = list(read_file(path, now=NOW))

    assert [record.text for record in found] == [scrub(unguard_cell(text)) for text in strings]


@pytest.mark.real
@pytest.mark.parametrize("folder", ["hostile", "recorded/import"])
def test_files_that_are_no_exports_are_refused_not_crashed_on(folder):
    files = [path for path in (DATA / folder).rglob("*") if path.is_file()]
    if not files:
        pytest.skip("the recorded files are not here")
    for path in files:
        with suppress(SoundingBoardError):
            list(read_file(path, now=NOW))
