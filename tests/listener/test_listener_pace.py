"""Pace: one question at a time per host, a gap between starts, holds as the host asked."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.pace import LONGEST_HOLD, SHORTEST_HOLD, USUAL_HOLD, Pace, retry_at, wished_wait_s

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


class FakeClock:
    """Time passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.passed_s = 0.0

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.passed_s)

    def monotonic(self) -> float:
        return self.passed_s

    def sleep(self, seconds: float) -> None:
        self.passed_s += seconds


def test_two_starts_towards_one_host_are_a_gap_apart():
    clock = FakeClock()
    pace = Pace(2.0, clock)
    starts = []

    for _ in range(3):
        with pace.wait("a.example"):
            starts.append(clock.monotonic())
            clock.sleep(0.5)

    assert starts == [0.0, 2.0, 4.0]


def test_another_host_does_not_wait():
    clock = FakeClock()
    pace = Pace(60.0, clock)

    with pace.wait("a.example"), pace.wait("b.example"):
        pass

    assert clock.monotonic() == 0.0


def test_one_host_is_asked_by_one_thread_at_a_time():
    pace = Pace(0.0, FakeClock())
    inside, most = [], []

    def ask() -> None:
        for _ in range(50):
            with pace.wait("a.example"):
                inside.append(1)
                most.append(len(inside))
                inside.pop()

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(most) == 200
    assert max(most) == 1


def test_a_turn_that_fails_is_given_back():
    pace = Pace(0.0, FakeClock())

    with pytest.raises(ValueError, match="broke"), pace.wait("a.example"):
        raise ValueError("broke")
    with pace.wait("a.example"):
        pass


def test_a_hold_ends_by_itself_and_is_never_shortened():
    clock = FakeClock()
    pace = Pace(0.0, clock, {"old.example": NOW - timedelta(hours=1)})

    pace.hold("a.example", NOW + timedelta(hours=1))
    pace.hold("a.example", NOW + timedelta(minutes=1))

    assert pace.held("a.example") == NOW + timedelta(hours=1)
    assert pace.held("b.example") is None
    assert pace.holds() == {"a.example": NOW + timedelta(hours=1)}
    clock.sleep(3600)
    assert pace.held("a.example") is None
    assert pace.holds() == {}


@pytest.mark.parametrize(
    ("header", "pause"),
    [
        ("120", timedelta(minutes=2)),
        (" 120 ", timedelta(minutes=2)),
        ("90.5", timedelta(seconds=90.5)),
        ("0", SHORTEST_HOLD),
        ("-5", SHORTEST_HOLD),
        ("1", SHORTEST_HOLD),
        ("9" * 400, LONGEST_HOLD),
        ("86401", LONGEST_HOLD),
        ("Sun, 01 Mar 2026 12:30:00 GMT", timedelta(minutes=30)),
        ("Sunday, 01-Mar-26 12:30:00 GMT", timedelta(minutes=30)),
        ("Sun Mar  1 12:30:00 2026", timedelta(minutes=30)),
        ("Sun, 01 Mar 2026 10:00:00 GMT", SHORTEST_HOLD),
        ("Fri, 31 Dec 9999 23:59:59 GMT", LONGEST_HOLD),
        ("Fri, 31 Dec 9999 23:59:59 -1200", USUAL_HOLD),
        ("Sun, 99 Mar 2026 12:30:00 GMT", USUAL_HOLD),
        ("soon", USUAL_HOLD),
        ("", USUAL_HOLD),
        ("٣٠", USUAL_HOLD),
        ("120, 240", USUAL_HOLD),
        (None, USUAL_HOLD),
    ],
)
def test_retry_after_is_obeyed_in_all_its_forms_and_clamped(header, pause):
    assert retry_at(header, NOW) == NOW + pause


@given(st.text(max_size=40) | st.integers().map(str) | st.floats().map(str))
def test_no_retry_after_leads_out_of_the_bounds(header):
    assert NOW + SHORTEST_HOLD <= retry_at(header, NOW) <= NOW + LONGEST_HOLD


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"cache-control": "public, max-age=3600"}, 3600.0),
        ({"cache-control": 'Max-Age="60"'}, 60.0),
        ({"cache-control": "s-maxage=60"}, None),
        ({"cache-control": "max-age=" + "9" * 400}, 86400.0),
        ({"cache-control": "no-cache, max-age=3600"}, None),
        ({"cache-control": "max-age=-1"}, None),
        ({"expires": "Sun, 01 Mar 2026 13:00:00 GMT"}, 3600.0),
        (
            {"expires": "Sun, 01 Mar 2026 13:00:00 GMT", "date": "Sun, 01 Mar 2026 12:59:00 GMT"},
            60.0,
        ),
        ({"expires": "0"}, None),
        ({"expires": "Thu, 01 Jan 1970 00:00:00 GMT"}, 0.0),
        ({"expires": "Fri, 31 Dec 9999 23:59:59 GMT"}, 86400.0),
        ({"cache-control": "max-age=30", "expires": "Sun, 01 Mar 2026 13:00:00 GMT"}, 30.0),
    ],
)
def test_the_servers_caching_wish_becomes_a_pause(headers, seconds):
    assert wished_wait_s(headers, NOW) == seconds
