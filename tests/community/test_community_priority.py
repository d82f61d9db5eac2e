"""What comes first: more reports and a better record never lower it, nor does waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.moderating.priority import (
    NEW,
    Record,
    accuracy_bonus,
    priority,
    report_score,
    urgency,
)

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
RECORDS = st.integers(0, 10_000).flatmap(
    lambda decided: st.builds(Record, st.integers(0, decided), st.just(decided))
)
HEARD = st.one_of(st.none(), st.integers(0, 2**31))
CUES = st.floats(0, 10)


@pytest.mark.parametrize(
    ("upheld", "decided", "bonus"),
    [(5, 5, 0.0), (0, 5, 0.0), (16, 16, 10.0), (0, 16, -10.0), (7, 10, 0.0), (6, 6, 6.46)],
)
def test_a_record_counts_as_in_discourse(upheld: int, decided: int, bonus: float) -> None:
    assert accuracy_bonus(Record(upheld, decided)) == pytest.approx(bonus, abs=0.01)


@given(CUES, st.lists(RECORDS, max_size=5), RECORDS, HEARD, HEARD)
def test_one_more_report_never_lowers_it(
    cues: float, records: list[Record], more: Record, followers: int | None, replies: int | None
) -> None:
    before = urgency(cues, records, followers=followers, replies=replies)
    assert urgency(cues, [*records, more], followers=followers, replies=replies) >= before


@given(st.integers(1, 10_000).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_a_better_record_never_lowers_it(told: tuple[int, int]) -> None:
    decided, upheld = told
    assert report_score(Record(upheld, decided)) >= report_score(Record(upheld - 1, decided))


@given(RECORDS.filter(lambda record: record.decided > NEW))
def test_one_more_upheld_report_never_lowers_it(record: Record) -> None:
    better = Record(record.upheld + 1, record.decided + 1)
    assert accuracy_bonus(better) >= accuracy_bonus(record) - 1e-12


@given(CUES, st.lists(RECORDS, max_size=5), st.integers(0, 2**31), st.integers(0, 10**6))
def test_more_reach_never_lowers_it(
    cues: float, records: list[Record], followers: int, more: int
) -> None:
    before = urgency(cues, records, followers=followers, replies=0)
    assert urgency(cues, records, followers=followers + more, replies=0) >= before
    assert urgency(cues, records, followers=followers, replies=more) >= before


@given(
    st.floats(0, 1000),
    st.timedeltas(timedelta(0), timedelta(days=4000)),
    st.timedeltas(timedelta(0), timedelta(days=400)),
)
def test_waiting_never_lowers_it(urgent: float, waited: timedelta, more: timedelta) -> None:
    assert priority(urgent, NOW - waited - more, NOW) >= priority(urgent, NOW - waited, NOW)


@given(st.permutations([Record(6, 6), Record(0, 9), Record(3, 7), Record()]))
def test_the_order_of_reports_does_not_matter(records: list[Record]) -> None:
    fixed = urgency(0.6, sorted(records), followers=10, replies=1)
    assert urgency(0.6, records, followers=10, replies=1) == fixed


def test_reports_of_somebody_who_is_always_wrong_weigh_nothing() -> None:
    assert report_score(Record(0, 20)) == 0
    assert urgency(0.0, [Record(0, 20)] * 50, followers=None, replies=None) == 0


def test_a_lone_cue_overtakes_a_fresh_report_in_the_end() -> None:
    cue, report = (
        urgency(1.0, [], followers=0, replies=0),
        urgency(0, [Record()], followers=0, replies=0),
    )
    opened = NOW - timedelta(days=20)
    assert priority(cue, opened, NOW) >= priority(report, NOW, NOW)
