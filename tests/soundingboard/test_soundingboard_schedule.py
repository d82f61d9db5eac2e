"""One digest per local day: for two years, in eight zones, whatever the clock does."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from soundingboard.schedule import LATE, due_at, what_is_due

ZONES = (
    "UTC",
    "Europe/Vienna",
    "America/New_York",
    "America/Sao_Paulo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Pacific/Apia",
    "Africa/Casablanca",
)
HOURS = (0, 2, 7)
START = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("zone_name", ZONES)
@pytest.mark.parametrize("hour", HOURS)
def test_each_local_day_of_two_years_is_due_once(zone_name: str, hour: int) -> None:
    zone, last, told = ZoneInfo(zone_name), None, Counter[date]()
    for tick in range(730 * 48):  # every half an hour
        now = START + timedelta(minutes=30 * tick)
        due = what_is_due(now, hour, zone, last)
        assert due.missed == ()
        if due.day is not None:
            told[due.day] += 1
            last = due.day
    days = sorted(told)
    assert set(told.values()) == {1}
    assert len(days) in (730, 731)
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))


@pytest.mark.parametrize("zone_name", ZONES)
def test_an_hour_that_the_day_skips_is_due_on_that_day_all_the_same(zone_name: str) -> None:
    zone = ZoneInfo(zone_name)
    for back in range(730):
        day = START.date() + timedelta(days=back)
        for hour in range(24):
            assert due_at(day, hour, zone).astimezone(zone).date() == day


def test_an_hour_that_comes_twice_is_due_at_the_first() -> None:
    zone = ZoneInfo("America/New_York")
    first = due_at(date(2026, 11, 1), 1, zone)
    assert first == datetime(2026, 11, 1, 5, tzinfo=UTC)
    assert what_is_due(first + timedelta(hours=1), 1, zone, date(2026, 11, 1)).day is None


moments = st.integers(0, 730 * 24 * 60).map(lambda minutes: START + timedelta(minutes=minutes))


@given(st.lists(moments, min_size=1, max_size=20), st.sampled_from(ZONES), st.integers(0, 23))
def test_a_clock_that_jumps_anyhow_repeats_no_day_and_hides_none(
    moments: list[datetime], zone_name: str, hour: int
) -> None:
    zone, last, told, missed = ZoneInfo(zone_name), None, [], []
    for now in moments:
        due = what_is_due(now, hour, zone, last)
        told += [due.day] if due.day else []
        missed += due.missed
        dealt = [*due.missed, *([due.day] if due.day else [])]
        assert dealt == sorted(dealt)
        last = max([*dealt, *([last] if last else [])], default=None)
        if due.day is not None:
            assert timedelta(0) <= now - due_at(due.day, hour, zone) < LATE
    dealt_with = told + missed
    assert len(dealt_with) == len(set(dealt_with))
    if dealt_with and max(dealt_with) - min(dealt_with) < timedelta(days=60):
        assert len(dealt_with) == (max(dealt_with) - min(dealt_with)).days + 1


def test_a_machine_that_slept_a_week_tells_the_newest_day_and_names_the_others() -> None:
    zone = ZoneInfo("Europe/Vienna")
    woken = due_at(date(2026, 3, 10), 7, zone) + timedelta(hours=3)
    due = what_is_due(woken, 7, zone, date(2026, 3, 6))
    assert due.day == date(2026, 3, 10)
    assert due.missed == tuple(date(2026, 3, d) for d in (7, 8, 9))
    late = what_is_due(woken + timedelta(hours=18), 7, zone, date(2026, 3, 9))
    assert (late.day, late.missed) == (None, (date(2026, 3, 10),))
