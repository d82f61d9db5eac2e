"""`read`: JSON lines in, readings out, whatever the lines hold."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from soundingboard.reading_lines import LONGEST_LINE_BYTES, answers
from tests.fakes import FixedReader
from tests.soundingboard.conftest import CommandLine


def answered(stream: bytes) -> list[dict[str, Any]]:
    told = b"".join(answers(io.BytesIO(stream), FixedReader()))
    return [json.loads(line) for line in told.splitlines()]


def test_a_post_is_answered_with_its_reading(command: CommandLine) -> None:
    result = command("read", input='{"id": 7, "text": "I love it"}\n')

    told = json.loads(result.stdout)
    assert list(told) == [
        "id", "language", "abstained", "reason", "negative", "neutral", "positive", "label",
        "idea", "model",
    ]  # fmt: skip
    assert (told["id"], told["label"], told["positive"]) == (7, "positive", 0.9)
    assert not (command.folder / "soundingboard.db").exists()


def test_where_the_model_abstains_it_says_no_probability() -> None:
    (told,) = answered(b'{"id": 1, "text": "..."}')

    assert (told["abstained"], told["reason"], told["label"]) == (True, "no words", None)
    assert (told["negative"], told["neutral"], told["positive"]) == (None, None, None)


def test_a_bad_line_is_answered_in_its_place_and_stops_nothing() -> None:
    lines = [
        b'{"id": 1, "text": "I love it"}',
        b"nonsense",
        b'{"id": 3, "text": 5}',
        b'{"id": 4}',
        b"[1, 2]",
        b'{"id": 6, "text": "x", "brand": 1}',
        b'{"id": NaN, "text": "x"}',
        b'{"id": 8, "text": "caf\xe9"}',
        b"[" * 100_000,
        b'{"id": 10, "text": "I hate it"}',
    ]
    told = answered(b"\n".join(lines))

    assert [one.get("label") for one in told] == ["positive", *[None] * 8, "negative"]
    assert [(one["line"], one["id"]) for one in told[1:-1]] == [
        (2, None), (3, 3), (4, 4), (5, None), (6, 6), (7, None), (8, 8), (9, None),
    ]  # fmt: skip
    assert all(one["error"] for one in told[1:-1])


def test_a_line_too_long_to_keep_costs_only_itself() -> None:
    long = b'{"id": 1, "text": "' + b"x" * LONGEST_LINE_BYTES + b'"}'
    told = answered(long + b'\n{"id": 2, "text": "I love it"}\n' + long)

    assert [one["id"] for one in told] == [None, 2, None]
    assert [one.get("line") for one in told] == [1, None, 3]


def test_empty_lines_and_a_byte_order_mark_are_no_posts() -> None:
    told = answered(b'\xef\xbb\xbf{"id": 1, "text": "x"}\r\n\r\n\n')

    assert [one["id"] for one in told] == [1]


def test_every_post_is_answered_before_the_next_one_is_asked_for() -> None:
    class Slow(io.RawIOBase):
        """Gives one line at a time, and remembers how many."""

        given = 0

        def read1(self, size: int) -> bytes:
            self.given += 1
            return b'{"id": %d, "text": "x"}\n' % self.given if self.given < 4 else b""

    stream = Slow()
    told: Iterator[bytes] = answers(stream, FixedReader())  # type: ignore[arg-type]

    assert json.loads(next(told))["id"] == 1
    assert stream.given == 1


def test_the_declared_language_is_taken_whatever_its_region() -> None:
    told = answered(
        b'{"id": 1, "text": "x", "language": "de-AT"}\n{"id": 2, "text": "x", "language": "?"}'
    )

    assert [one["language"] for one in told] == ["de", "en"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip


@given(st.lists(JSON, max_size=20))
def test_ids_of_every_type_come_back_in_order(ids: list[Any]) -> None:
    lines = b"\n".join(json.dumps({"id": one, "text": "I love it"}).encode() for one in ids)

    assert [one["id"] for one in answered(lines)] == ids


@given(st.binary(max_size=300))
def test_no_bytes_stop_the_reading(noise: bytes) -> None:
    told = answered(noise + b'\n{"id": "last", "text": "I love it"}')

    assert told[-1]["id"] == "last"
