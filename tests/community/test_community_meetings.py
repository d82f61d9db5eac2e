"""Meetings: called to people, answered by them, held or cancelled, and all of it kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import Session

from community.committees import attendance, committee, meetings, members, trail
from config.errors import RuleError
from store import meetings as rows
from store import tables
from store.session import Store
from store.trail import steps
from tests.community.seats import NOW, TERMS, make_committee, seat

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


def plan(**changed: object) -> meetings.Plan:
    told: dict[str, object] = {
        "title": "Spring meeting",
        "starts_at": NOW + DAY,
        "ends_at": NOW + DAY + 2 * HOUR,
        "timezone": "Europe/Vienna",
        "place": "Room 4",
        "agenda": ("What we heard",),
    }
    return meetings.Plan(**{**told, **changed})  # type: ignore[arg-type]


def group(**changed: object) -> meetings.Plan:
    told: dict[str, object] = {
        "kind": "focus_group",
        "facilitator": "Tilda",
        "prompts": ("What annoys you?",),
    }
    return plan(**{**told, **changed})


def circle_of(session: Session, count: int) -> tables.Committee:
    circle = make_committee(session)
    committee.publish(session, circle.id or 0, TERMS, actor="Ana", now=NOW)
    for number in range(count):
        seat(session, circle, f"member{number:02d}")
    return circle


def call(
    session: Session, circle: tables.Committee, what: meetings.Plan | None = None
) -> tables.Meeting:
    return meetings.call(session, circle.id or 0, what or plan(), actor="Ana", now=NOW)


def asked(session: Session, row: tables.Meeting, role: str) -> list[tables.Attendance]:
    return list(rows.attendances(session, row.id or 0, role=role))


def test_a_call_asks_the_committee_and_promises_the_charters_seniors(store: Store) -> None:
    with store.write() as session:
        circle = circle_of(session, 2)
        seat(session, circle, "light", door="community")
        row = call(session, circle)
        assert [one.name for one in asked(session, row, "member")] == ["member00", "member01"]
        (senior,) = asked(session, row, "senior")
        assert (senior.name, senior.promised, senior.member_id) == ("Head of product", True, None)


def test_seniors_named_for_one_meeting_stand_for_those_of_the_charter(store: Store) -> None:
    with store.write() as session:
        row = call(session, circle_of(session, 1), plan(seniors=("The chair",)))
        assert [one.name for one in asked(session, row, "senior")] == ["The chair"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": " "},
        {"place": ""},
        {"ends_at": NOW},
        {"timezone": "Europe/Atlantis"},
        {"timezone": "../etc/passwd"},
        {"kind": "party"},
        {"member_ids": (99,)},
        {"starts_at": (NOW + DAY).replace(tzinfo=None)},
    ],
)
def test_a_plan_that_cannot_be_is_refused(store: Store, wrong: dict[str, object]) -> None:
    with store.write() as session, pytest.raises(RuleError):
        call(session, circle_of(session, 1), plan(**wrong))


@pytest.mark.parametrize("count", [5, 11])
def test_a_focus_group_of_5_or_11_is_refused_in_words(store: Store, count: int) -> None:
    with store.write() as session, pytest.raises(RuleError, match=f"6 to 10.*here {count} are"):
        call(session, circle_of(session, count), group())


@pytest.mark.parametrize("count", [6, 10])
def test_a_focus_group_of_6_or_10_is_called(store: Store, count: int) -> None:
    with store.write() as session:
        row = call(session, circle_of(session, count), group())
        assert len(asked(session, row, "member")) == count
        assert [one.name for one in asked(session, row, "facilitator")] == ["Tilda"]


@pytest.mark.parametrize(
    ("missing", "words"), [({"facilitator": None}, "facilitator"), ({"prompts": ()}, "prompts")]
)
def test_a_focus_group_needs_a_leader_and_questions(
    store: Store, missing: dict[str, object], words: str
) -> None:
    with store.write() as session, pytest.raises(RuleError, match=words):
        call(session, circle_of(session, 6), group(**missing))


def test_a_focus_group_to_which_5_came_was_none(store: Store) -> None:
    with store.write() as session:
        row = call(session, circle_of(session, 7), group())
        there = [one.id or 0 for one in asked(session, row, "member")]
        with pytest.raises(RuleError, match="here 5 came"):
            meetings.hold(session, row.id or 0, actor="Ana", now=NOW + 2 * DAY, came=there[:5])
        meetings.hold(session, row.id or 0, actor="Ana", now=NOW + 2 * DAY, came=there[:6])
        came = [one.came for one in asked(session, row, "member")]
        assert came == [True] * 6 + [False]


def test_a_full_focus_group_takes_no_eleventh(store: Store) -> None:
    with store.write() as session:
        circle = circle_of(session, 10)
        row = call(session, circle, group())
        late = seat(session, circle, "late")
        with pytest.raises(RuleError, match="here 11 would be asked"):
            attendance.ask_too(session, row.id or 0, actor="Ana", now=NOW, member=late)


def test_an_answer_can_be_changed_until_the_meeting_was_held(store: Store) -> None:
    with store.write() as session:
        row = call(session, circle_of(session, 1))
        (one,) = asked(session, row, "member")
        for when, rsvp in enumerate(("yes", "maybe", "no")):
            at = NOW + when * HOUR
            attendance.answer(session, one.id or 0, rsvp=rsvp, actor="member00", now=at)
        assert (one.rsvp, one.rsvp_at) == ("no", NOW + 2 * HOUR)
        meetings.hold(session, row.id or 0, actor="Ana", now=NOW + 2 * DAY)
        with pytest.raises(RuleError, match="held already"):
            attendance.answer(session, one.id or 0, rsvp="yes", actor="member00", now=NOW)


def test_who_came_is_said_after_it_was_held_and_can_be_put_right(store: Store) -> None:
    with store.write() as session:
        row = call(session, circle_of(session, 1))
        (one,), (senior,) = asked(session, row, "member"), asked(session, row, "senior")
        with pytest.raises(RuleError, match="not held yet"):
            attendance.attended(session, one.id or 0, came=True, actor="Ana", now=NOW)
        with pytest.raises(RuleError, match="begins on"):
            meetings.hold(session, row.id or 0, actor="Ana", now=NOW)
        meetings.hold(session, row.id or 0, actor="Ana", now=NOW + 2 * DAY)
        assert (one.came, senior.came) == (None, None)
        attendance.attended(session, senior.id or 0, came=False, actor="Ana", now=NOW + 2 * DAY)
        attendance.attended(session, senior.id or 0, came=True, actor="Ana", now=NOW + 2 * DAY)
        assert senior.came is True


def test_who_left_before_a_meeting_did_not_stay_away_from_it(store: Store) -> None:
    with store.write() as session:
        circle = circle_of(session, 2)
        row = call(session, circle)
        gone, here = asked(session, row, "member")
        members.leave(session, gone.member_id or 0, reason="", actor="Ana", now=NOW)
        meetings.hold(session, row.id or 0, actor="Ana", now=NOW + 2 * DAY, came=[here.id or 0])
        assert (gone.came, here.came) == (None, True)


def test_a_new_time_asks_anew_and_undoing_it_brings_the_answers_back(store: Store) -> None:
    with store.write() as session:
        circle = circle_of(session, 2)
        row = call(session, circle)
        first, second = asked(session, row, "member")
        attendance.answer(session, first.id or 0, rsvp="yes", actor="a", now=NOW)
        attendance.answer(session, second.id or 0, rsvp="yes", actor="b", now=NOW)
        uid, sequence = row.uid, row.sequence
        meetings.reschedule(session, row.id or 0, actor="Ana", now=NOW, starts_at=NOW + 3 * DAY)
        moved = next(s for s in steps(session, circle.id or 0) if s.step == "reschedule")
        assert (row.uid, row.sequence) == (uid, sequence + 1)
        assert row.ends_at == NOW + 3 * DAY + 2 * HOUR
        assert (first.rsvp, second.rsvp) == (None, None)
        attendance.answer(session, second.id or 0, rsvp="no", actor="b", now=NOW)
        trail.take_back(session, moved, "Ana", NOW)
        assert (row.starts_at, row.sequence) == (NOW + DAY, sequence + 2)
        assert (first.rsvp, second.rsvp) == ("yes", "no")


def test_a_cancelled_meeting_says_why_and_can_be_called_back(store: Store) -> None:
    with store.write() as session:
        circle = circle_of(session, 1)
        row = call(session, circle)
        with pytest.raises(RuleError, match="needs a reason"):
            meetings.cancel(session, row.id or 0, reason=" ", actor="Ana", now=NOW)
        meetings.cancel(session, row.id or 0, reason="the hall is flooded", actor="Ana", now=NOW)
        with pytest.raises(RuleError, match="the hall is flooded"):
            meetings.hold(session, row.id or 0, actor="Ana", now=NOW + 2 * DAY)
        trail.take_back(session, steps(session, circle.id or 0)[-1], "Ana", NOW)
        assert (row.cancelled_at, row.cancelled_why, row.sequence) == (None, None, 2)


def test_minutes_written_anew_keep_what_they_said_before(store: Store) -> None:
    with store.write() as session:
        circle = circle_of(session, 1)
        row = call(session, circle)
        meetings.hold(session, row.id or 0, actor="Ana", now=NOW + 2 * DAY)
        for text in ("We agreed.", "We agreed to disagree."):
            meetings.write_minutes(session, row.id or 0, text=text, actor="Ana", now=NOW + 2 * DAY)
        last = steps(session, circle.id or 0)[-1]
        assert (row.minutes, last.before["minutes"]) == ("We agreed to disagree.", "We agreed.")
        assert last.actor == "Ana"


def test_two_members_of_one_name_are_both_asked(store: Store) -> None:
    with store.write() as session:
        circle = circle_of(session, 2)
        for one in members.members.members(session, circle.id or 0):
            one.name = "Ann"
        session.flush()
        row = call(session, circle)
        names = [one.name for one in asked(session, row, "member")]
        assert len(set(names)) == 2
