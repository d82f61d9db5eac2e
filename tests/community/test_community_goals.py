"""Goals start from a frozen baseline, are never surer than their interval, and lose no change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from community.steering.goals import (
    Draft,
    by_period,
    close,
    one_sided,
    read_of,
    revise,
    set_goal,
    standing,
    undo,
)
from config.errors import RuleError
from store import goals as queries
from store import tables
from store.session import open_store
from tests.copies import lay_database
from tests.fakes import NOW

DAY = timedelta(days=1)
DRAFT = Draft(
    title="More people who stand up for us",
    kpi="advocacy_rate",
    level="strategic",
    direction="up",
    owner="Ann",
    benefit_customer="they are heard before we decide",
    benefit_company="word of mouth",
    target=0.3,
    stretch=0.4,
    starts_at=NOW + DAY,
    ends_at=NOW + 101 * DAY,
)


def measurement(
    value: float | None, at: int, *, half: float = 0.05, kpi: str = "advocacy_rate"
) -> tables.Measurement:
    low, high = (None, None) if value is None else (value - half, value + half)
    return tables.Measurement(
        brand_id=1, kpi=kpi, unit="share", since=NOW + (at - 90) * DAY,
        until=NOW + at * DAY, value=value, low=low, high=high, numerator=1, denominator=9, n=9,
    )  # fmt: skip


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    store = open_store(lay_database(tmp_path / "goals.db"))
    with store.write() as session:
        session.add(tables.BrandRow(id=1, name="Lumen", created_at=NOW))
        session.flush()
        session.add(measurement(0.2, 0))
        session.flush()
        yield session
    store.close()


def test_the_baseline_is_what_was_measured_last_and_stays(session: Session) -> None:
    goal = set_goal(session, 1, DRAFT, "Ann", NOW)
    session.add(measurement(0.5, 3))
    assert goal.baseline["value"] == 0.2
    assert goal.baseline["frozen_at"] == NOW.isoformat()
    with pytest.raises(RuleError, match="baseline cannot be changed"):
        revise(session, goal, "Ann", "nicer", NOW, baseline={"value": 0.1})


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"starts_at": NOW - DAY}, "starts in the future"),
        ({"ends_at": NOW}, "end before it starts"),
        ({"kpi": "nps"}, "never measured"),
        ({"target": 0.1}, "no improvement"),
        ({"target": 0.2}, "no improvement"),
        ({"stretch": 0.25}, "no further"),
        ({"direction": "down"}, "no improvement"),
        ({"benefit_customer": " "}, "benefit customer"),
        ({"benefit_company": ""}, "benefit company"),
        ({"owner": ""}, "owner"),
        ({"status_every": "hour"}, "no status every"),
    ],
)
def test_a_goal_that_says_too_little_is_refused(
    session: Session, changed: dict[str, object], says: str
) -> None:
    with pytest.raises(RuleError, match=says):
        set_goal(session, 1, replace(DRAFT, **changed), "Ann", NOW)  # type: ignore[arg-type]


def test_a_kpi_with_too_few_people_gives_no_baseline(session: Session) -> None:
    session.add(measurement(None, 0, kpi="nps"))
    session.flush()
    with pytest.raises(RuleError, match="too few so far"):
        set_goal(session, 1, replace(DRAFT, kpi="nps"), "Ann", NOW)


def test_every_change_can_be_taken_back_one_by_one(session: Session) -> None:
    goal = set_goal(session, 1, DRAFT, "Ann", NOW)
    revise(session, goal, "Ann", "too easy", NOW, target=0.35)
    revise(session, goal, "Bo", "holidays", NOW, ends_at=NOW + 120 * DAY)
    close(session, goal, "Bo", "given up", NOW)
    with pytest.raises(RuleError, match="was closed"):
        revise(session, goal, "Ann", "still", NOW, target=0.36)
    undo(session, goal, "Ann", NOW)
    assert (goal.closed_at, goal.ends_at) == (None, NOW + 120 * DAY)
    undo(session, goal, "Ann", NOW)
    undo(session, goal, "Ann", NOW)
    assert (goal.target, goal.ends_at) == (0.3, DRAFT.ends_at)
    with pytest.raises(RuleError, match="Nothing was changed"):
        undo(session, goal, "Ann", NOW)
    assert [c.reason for c in queries.changes(session, goal.id or 0)][:2] == ["set", "too easy"]


@pytest.mark.parametrize(
    ("read", "day", "state", "sure"),
    [
        ([], 0, "waiting", False),
        ([], 10, "unread", False),
        ([measurement(None, 20)], 20, "unread", False),
        ([measurement(0.2, 0)], 10, "unread", False),
        ([measurement(0.22, 50)], 51, "behind", False),
        ([measurement(0.27, 50)], 51, "on course", False),
        ([measurement(0.32, 50)], 51, "reached", False),
        ([measurement(0.36, 50)], 51, "reached", True),
        ([measurement(0.50, 50)], 51, "stretch", True),
        ([measurement(0.27, 100)], 102, "missed", False),
        ([measurement(0.22, 100)], 102, "missed", True),
    ],
)
def test_where_a_goal_stands(
    session: Session, read: list[tables.Measurement], day: int, state: str, sure: bool
) -> None:
    goal = set_goal(session, 1, DRAFT, "Ann", NOW)
    found = standing(goal, read, NOW + day * DAY)
    assert (found.state, found.sure) == (state, sure)


def test_a_goal_may_go_down(session: Session) -> None:
    down = replace(DRAFT, direction="down", target=0.1, stretch=0.05)
    goal = set_goal(session, 1, down, "Ann", NOW)
    found = standing(goal, [measurement(0.04, 50, half=0.02)], NOW + 51 * DAY)
    assert (found.state, found.sure) == ("stretch", False)
    assert found.progress == pytest.approx(1.6)


@given(st.lists(st.integers(0, 800), min_size=1, max_size=30, unique=True))
def test_a_period_shows_its_last_measurement(days: list[int]) -> None:
    read = [measurement(0.2, day) for day in sorted(days)]
    for every, most in (("day", 801), ("week", 116), ("month", 28), ("year", 3)):
        told = by_period(read, every)
        assert len(told) <= min(most, len(read))
        assert told[-1][1] is read[-1]
        assert [m.until for _, m in told] == sorted(m.until for _, m in told)


def test_goals_that_all_rest_on_one_kind_of_kpi_bring_a_warning(session: Session) -> None:
    kinds = {"advocacy_rate": "objective", "nps": "subjective"}
    goal = set_goal(session, 1, DRAFT, "Ann", NOW)
    other = goal.model_copy(update={"kpi": "nps"})
    assert "add one that is subjective" in (one_sided([goal], kinds) or "")
    assert one_sided([goal, other], kinds) is None
    assert one_sided([], kinds) is None
    assert len(read_of(session, goal)) == 1
