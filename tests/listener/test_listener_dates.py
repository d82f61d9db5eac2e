"""A date is what was written, or nothing; never the nearest thing that can be guessed."""

from __future__ import annotations

import csv
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.parsing.dates import judge_time, read_time

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tue, 24 Nov 2026 10:00:00 +0100", at(2026, 11, 24, 9)),
        ("Tue, 24 Nov 26 00:00:00 EST", at(2026, 11, 24, 5)),
        ("24 Nov 99 00:00 GMT", at(1999, 11, 24)),
        ("2026-03-08T02:30:00-05:00", at(2026, 3, 8, 7, 30)),
        ("2026-11-24 10:00:00.123456789 +0000", at(2026, 11, 24, 10)),
        ("20261124T100000Z", at(2026, 11, 24, 10)),
        ("2026-11", at(2026, 11, 1)),
        ("2026-W48-2", at(2026, 11, 24)),
        ("1764000000", at(2025, 11, 24, 16)),
        ("1764000000123", at(2025, 11, 24, 16)),
        ("Tue Nov 24 10:00:00 2026", at(2026, 11, 24, 10)),
        ("November 24, 2026 12:05 AM", at(2026, 11, 24, 0, 5)),
        ("Di, 24 Mai 2016 10:00 &#43;0200", at(2016, 5, 24, 8)),
        ("mar., 24 nov. 2026 10:00:00 +0000", at(2026, 11, 24, 10)),
        ("24. März 2026", at(2026, 3, 24)),
        ("2026-12-31T23:59:60Z", at(2027, 1, 1)),
        ("2026-11-24T24:00:00Z", at(2026, 11, 25)),
    ],
)
def test_a_date_is_read_in_the_ways_people_write_it(text: str, expected: datetime) -> None:
    assert read_time(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Fri, 31 Feb 2026 10:00:00 GMT",
        "Sun, 29 Nov 2026 25:61:61 GMT",
        "Mon, 99 Foo 2026",
        "10000-01-01",
        "9999-12-31T23:59:59-12:00",
        "0001-01-01T00:00:00+14:00",
        "13:00 PM 24 Nov 2026",
        "-1",
        "1e400",
        "",
        "yesterday",
        "9" * 5000,
    ],
)
def test_a_date_that_cannot_be_is_no_date(text: str) -> None:
    assert read_time(text) is None


@pytest.mark.real
def test_every_hostile_date_is_refused_or_right(shared: Path) -> None:
    lines = (shared / "hostile/own/dates.tsv").read_text(encoding="utf-8").splitlines()
    rows = list(csv.DictReader(lines, delimiter="\t"))
    assert len(rows) > 10
    for row in rows:
        when, _ = judge_time(read_time(row["input"]), NOW + timedelta(days=30))
        said = None if when is None else when.isoformat().replace("+00:00", "Z")
        if said is None:
            assert row["expected"].startswith(("reject", "suspect")), row
        else:
            assert said.startswith(row["expected"].split(" or ")[0]), row


def test_only_times_that_can_be_true_are_believed() -> None:
    assert judge_time(NOW - timedelta(days=1), NOW) == (NOW - timedelta(days=1), "given")
    assert judge_time(NOW + timedelta(hours=3), NOW) == (NOW, "clamped")
    assert judge_time(NOW + timedelta(days=2), NOW) == (None, "missing")
    assert judge_time(at(1970, 1, 1), NOW) == (None, "missing")
    assert judge_time(None, NOW) == (None, "missing")


@given(st.text(max_size=100))
def test_no_text_makes_reading_a_date_fail(text: str) -> None:
    when = read_time(text)
    assert when is None or when.tzinfo is UTC


@given(st.datetimes(at(1990, 1, 1).replace(tzinfo=None), at(2100, 1, 1).replace(tzinfo=None)))
def test_what_was_written_in_a_standard_form_is_read_back(when: datetime) -> None:
    when = when.replace(microsecond=0, tzinfo=UTC)
    assert read_time(when.isoformat()) == when
    assert read_time(when.strftime("%a, %d %b %Y %H:%M:%S +0000")) == when
