"""A reset walks through three phases, ends in decisions, and always names its next date."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from community.steering.context import note_event
from community.steering.resets import (
    begin,
    conclude,
    decide,
    finish,
    missed,
    months_later,
    move,
    plan,
    reconsider,
    take_back,
)
from config.errors import RuleError
from store import tables
from store.session import open_store
from tests.copies import lay_database
from tests.fakes import NOW

DAY = timedelta(days=1)
FAMILIES = {"people_heard": "listening", "attendance": "promises", "roi": "business"}


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    store = open_store(lay_database(tmp_path / "resets.db"))
    with store.write() as session:
        session.add(tables.BrandRow(id=1, name="Lumen", created_at=NOW))
        session.flush()
        yield session
    store.close()


def read(kpi: str, value: float, at: datetime) -> tables.Measurement:
    return tables.Measurement(
        brand_id=1, kpi=kpi, unit="share", since=at - 90 * DAY, until=at, value=value, low=0.1,
        high=0.9, numerator=1, denominator=2, n=40,
    )  # fmt: skip


def begun(session: Session) -> tables.Reset:
    reset = plan(session, 1, "Ann", NOW + DAY, 6, NOW, escalate_to="Cleo")
    begin(session, reset, FAMILIES, NOW + DAY)
    return reset


def test_it_is_prefilled_with_what_was_measured_by_phase(session: Session) -> None:
    for at, value in ((NOW - 300 * DAY, 0.2), (NOW, 0.4)):
        session.add_all([read(kpi, value, at) for kpi in FAMILIES])
    note_event(session, 1, "outage", "Two days without orders", NOW - 30 * DAY, "Ann", NOW)
    session.flush()
    evidence = begun(session).evidence
    told = evidence["reach"]
    assert isinstance(told, list)
    assert (told[0]["kpi"], told[0]["then"], told[0]["now"]) == ("people_heard", 0.2, 0.4)
    assert [fact["kpi"] for fact in evidence["understanding"]] == ["attendance"]  # type: ignore[attr-defined]
    assert "Two days without orders" in str(evidence["events"])


def test_it_ends_in_decisions_and_the_next_date(session: Session) -> None:
    reset = begun(session)
    assert conclude(session, reset, "We hear the young only.", "Ann", NOW) == "understanding"
    with pytest.raises(RuleError, match="Still open: Is the strategy"):
        finish(session, reset, "Ann", NOW)
    conclude(session, reset, "Support knows it, sales does not.", "Ann", NOW)
    conclude(session, reset, "More forums.", "Ann", NOW)
    with pytest.raises(RuleError, match="ends in a decision"):
        finish(session, reset, "Ann", NOW)
    decide(session, reset, "Listen to two more forums", "Bo", "Ann", NOW)
    decide(session, reset, "No more raffles", "Bo", "Ann", NOW, stop=True)
    assert take_back(session, reset)["stop"] is True
    following = finish(session, reset, "Ann", NOW + 2 * DAY)
    assert following.due_at == months_later(NOW + 2 * DAY, 6)
    assert (following.owner, following.escalate_to, reset.next_id) == ("Ann", "Cleo", following.id)
    with pytest.raises(RuleError, match="is closed"):
        decide(session, reset, "And more", "Bo", "Ann", NOW)


def test_a_conclusion_can_be_taken_back(session: Session) -> None:
    reset = begun(session)
    conclude(session, reset, "We hear the young only.", "Ann", NOW)
    assert reconsider(session, reset) == "reach"
    assert reset.findings == {}
    with pytest.raises(RuleError, match="Nothing was concluded"):
        reconsider(session, reset)


def test_nothing_is_decided_before_it_was_begun(session: Session) -> None:
    reset = plan(session, 1, "Ann", NOW + DAY, 6, NOW)
    with pytest.raises(RuleError, match="not begun"):
        conclude(session, reset, "All is well.", "Ann", NOW)


def test_one_reset_is_planned_at_a_time_and_only_ahead(session: Session) -> None:
    with pytest.raises(RuleError, match="planned ahead"):
        plan(session, 1, "Ann", NOW - DAY, 6, NOW)
    reset = plan(session, 1, "Ann", NOW + DAY, 6, NOW)
    with pytest.raises(RuleError, match="planned for 2 March 2026 already"):
        plan(session, 1, "Ann", NOW + 2 * DAY, 6, NOW)
    move(session, reset, NOW + 9 * DAY, NOW)
    assert missed(session, 1, NOW + 8 * DAY) == []


def test_a_missed_one_goes_up_after_two_weeks(session: Session) -> None:
    plan(session, 1, "Ann", NOW + DAY, 6, NOW, escalate_to="Cleo")
    assert missed(session, 1, NOW) == []
    assert [(m.days, m.concerns) for m in missed(session, 1, NOW + 3 * DAY)] == [(2, "Ann")]
    assert [(m.days, m.concerns) for m in missed(session, 1, NOW + 15 * DAY)] == [(14, "Cleo")]


@given(
    st.datetimes(timezones=st.just(UTC)).filter(lambda t: 1900 < t.year < 2900),
    st.integers(-60, 60),
)
def test_months_move_by_months_and_never_skip_one(moment: datetime, months: int) -> None:
    moved = months_later(moment, months)
    assert (moved.year - moment.year) * 12 + moved.month - moment.month == months
    assert moved.day <= moment.day
