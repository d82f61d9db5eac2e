"""Promises are read off the rows: what is due when, what was kept, and what is over."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from community.promising.promise import Promise
from community.promising.promised_years import years
from community.promising.promises import derive, overdue, promises_of, tally, tally_by_member
from community.suggesting.suggestion_clocks import Limits, limits_of, state_of_clocks
from community.suggesting.working_days import working_days_later
from config.settings import PromiseSettings
from store import tables
from store.promises import Ground
from store.session import Store
from tests.promised import MONDAY, add_brand, add_charter, add_committee, add_member, days

LIMITS = Limits(acknowledge_days=2, decide_days=30, report_days=7)
SETTINGS = PromiseSettings()
moments = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
near = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
maybe = st.none() | near


@given(moments, st.integers(0, 60), st.integers(0, 60))
def test_working_days_add_up_and_never_end_at_a_weekend(
    start: datetime, first: int, second: int
) -> None:
    end = working_days_later(start, first)
    passed = [
        start.date() + timedelta(days=d) for d in range(1, (end.date() - start.date()).days + 1)
    ]
    assert sum(day.weekday() < 5 for day in passed) == first
    assert end.time() == start.time()
    assert first == 0 or end.weekday() < 5
    assert (
        working_days_later(end, second) == working_days_later(start, first + second) or first == 0
    )


@given(moments, moments, st.integers(1, 60))
def test_what_comes_later_is_never_due_earlier(one: datetime, other: datetime, count: int) -> None:
    early, late = sorted((one, other))
    due_early, due_late = (working_days_later(at, count).date() for at in (early, late))
    assert due_early <= due_late


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-03-06T17:00", 1, "2026-03-09T17:00"),  # Friday -> Monday
        ("2026-03-06T17:00", 2, "2026-03-10T17:00"),
        ("2026-03-07T09:00", 1, "2026-03-09T09:00"),  # Saturday -> Monday
        ("2026-03-08T09:00", 5, "2026-03-13T09:00"),  # Sunday -> Friday
        ("2026-03-02T09:00", 10, "2026-03-16T09:00"),
    ],
)
def test_working_days_by_the_calendar(start: str, count: int, end: str) -> None:
    at = datetime.fromisoformat(start).replace(tzinfo=UTC)
    assert working_days_later(at, count) == datetime.fromisoformat(end).replace(tzinfo=UTC)


def suggestion(**told: object) -> tables.Suggestion:
    plain = {"id": 1, "committee_id": 1, "member_id": 1, "author_id": 1, "title": "A lid"}
    return tables.Suggestion(**{**plain, "words": "a lid", "raised_at": MONDAY, **told})


def test_the_charter_shortens_the_time_to_decide_and_never_lengthens_it() -> None:
    assert limits_of(SETTINGS, None).decide_days == 30
    for answer_days, expected in ((10, 10), (90, 30)):
        assert limits_of(SETTINGS, charter(answer_days=answer_days)).decide_days == expected


def test_each_step_has_its_time_and_says_how_far_it_is_over() -> None:
    clocks = {c.step: c for c in state_of_clocks(suggestion(), MONDAY + days(3), LIMITS)}
    assert clocks["acknowledge"].due_at == MONDAY + days(2)
    assert clocks["acknowledge"].overdue_by == days(1)
    assert clocks["decide"].overdue_by == days(0)
    assert clocks["tell_proposer"].due_at is None
    assert "act" not in clocks

    declined = suggestion(
        state="declined", acknowledged_at=MONDAY + days(1), decided_at=MONDAY + days(32)
    )
    clocks = {c.step: c for c in state_of_clocks(declined, MONDAY + days(33), LIMITS)}
    assert clocks["decide"].overdue_by == days(2)
    assert clocks["tell_committee"].due_at == MONDAY + days(39)
    assert "act" not in clocks


def test_telling_is_due_after_acting_and_acting_has_no_time() -> None:
    accepted = suggestion(state="accepted", decided_at=MONDAY, acknowledged_at=MONDAY)
    clocks = {c.step: c for c in state_of_clocks(accepted, MONDAY + days(200), LIMITS)}
    assert (clocks["act"].due_at, clocks["tell_proposer"].due_at) == (None, None)
    accepted.state, accepted.acted_at = "acted", MONDAY + days(50)
    clocks = {c.step: c for c in state_of_clocks(accepted, MONDAY + days(60), LIMITS)}
    assert clocks["tell_proposer"].overdue_by == days(3)


def test_a_proposer_who_is_gone_breaks_no_promise() -> None:
    gone = suggestion(
        state="reported",
        decided_at=MONDAY,
        told_committee_at=MONDAY,
        member_id=None,
        author_id=None,
    )
    (told,) = [
        p for p in derive(of(gone), MONDAY + days(90), SETTINGS) if p.kind == "tell_proposer"
    ]
    assert told.state == "void"


def test_a_letter_that_could_not_be_delivered_told_nobody() -> None:
    told = suggestion(state="reported", decided_at=MONDAY, told_proposer_at=MONDAY)
    rows = replace(of(told), undelivered=frozenset({(1, 1)}))
    (promise,) = [p for p in derive(rows, MONDAY + days(9), SETTINGS) if p.kind == "tell_proposer"]
    assert promise.state == "overdue"
    assert "could not be delivered" in promise.words


def charter(**told: object) -> tables.Charter:
    plain = {"id": 1, "committee_id": 1, "version": 1, "purpose": "", "hours_a_year": 12.0}
    more = {"meetings_a_year": 4, "cadence": "", "compensation": "", "published_by": "Ann"}
    return tables.Charter(**{**plain, **more, "published_at": MONDAY - days(500), **told})


def member(**told: object) -> tables.Member:
    plain = {"id": 1, "committee_id": 1, "author_id": 1, "door": "committee", "name": "Mia"}
    joined = MONDAY - days(400)
    return tables.Member(**{**plain, "joined_at": joined, "term_from": joined, **told})


def meeting(number: int, at: datetime, **told: object) -> tables.Meeting:
    return tables.Meeting(
        **{
            "id": number,
            "committee_id": 1,
            "uid": str(number),
            "kind": "meeting",
            "title": f"Call {number}",
            "starts_at": at,
            "ends_at": at + timedelta(hours=2),
            "timezone": "UTC",
            "place": "",
            "called_by": "Ann",
            "called_at": at - days(20),
            "held_at": at + timedelta(hours=2),
            **told,
        }
    )


def came(meeting_id: int, **told: object) -> tables.Attendance:
    plain = {"meeting_id": meeting_id, "name": "Mia", "role": "member", "member_id": 1}
    return tables.Attendance(**{**plain, "came": True, **told})


def of(*suggestions: tables.Suggestion, **rows: object) -> Ground:
    committee = tables.Committee(id=1, brand_id=1, name="Board", made_by="Ann", made_at=MONDAY)
    return Ground(
        **{
            "committees": [committee],
            "charters": [charter()],
            "members": [member()],
            "suggestions": suggestions,
            **rows,
        }
    )


def kinds(rows: Ground, kind: str, now: datetime) -> list[Promise]:
    return [promise for promise in derive(rows, now, SETTINGS) if promise.kind == kind]


def test_a_year_of_a_term_keeps_its_meetings_only_if_enough_were_held_in_it() -> None:
    start = MONDAY - days(400)
    held = [meeting(n, start + days(80 * n)) for n in (1, 2, 3)]
    first, second = kinds(of(meetings=held), "meetings", MONDAY)
    assert (first.state, second.state) == ("broken", "open")
    assert "(3 held)" in first.words
    held.append(meeting(4, start + days(330)))
    first, _ = kinds(of(meetings=held), "meetings", MONDAY)
    assert first.state == "kept"
    held[0].cancelled_at = start
    first, _ = kinds(of(meetings=held), "meetings", MONDAY)
    assert first.state == "broken"


def test_part_of_a_year_promises_part_of_the_meetings_and_hours() -> None:
    half = member(left_at=MONDAY - days(400) + days(183))
    promised = derive(of(members=[half]), MONDAY, SETTINGS)
    (meetings,) = [p for p in promised if p.kind == "meetings"]
    (hours,) = [p for p in promised if p.kind == "hours"]
    assert meetings.words.startswith("hold 2 meetings")
    assert "no more than 6.02 hours" in hours.words
    short = member(left_at=MONDAY - days(400) + days(30))
    assert kinds(of(members=[short]), "meetings", MONDAY) == []


def test_asking_more_hours_than_promised_breaks_the_promise_at_once() -> None:
    start = MONDAY - days(100)
    held = [meeting(n, start + days(n)) for n in range(1, 8)]  # 14 hours of the 12 promised
    rows = of(
        members=[member(joined_at=start, term_from=start)],
        meetings=held,
        attendances=[came(n) for n in range(1, 8)],
    )
    assert [p.state for p in kinds(rows, "hours", MONDAY)] == ["broken"]
    rows = replace(rows, attendances=[came(n) for n in range(1, 7)])
    assert [p.state for p in kinds(rows, "hours", MONDAY)] == ["open"]


def test_seniors_who_were_promised_come_or_the_promise_is_broken() -> None:
    def standing(row: dict[str, object], **told: object) -> str:
        senior = came(1, name="CEO", role="senior", member_id=None, promised=True, **row)
        rows = of(meetings=[meeting(1, MONDAY, **told)], attendances=[senior])
        return kinds(rows, "senior", MONDAY + days(1))[0].state

    assert standing({}) == "kept"
    assert standing({"came": False}) == "broken"
    assert standing({"came": None}) == "overdue"
    assert standing({"came": None}, held_at=None, cancelled_at=MONDAY) == "void"
    unasked = came(1, name="CFO", role="senior", member_id=None, promised=False)
    rows = of(meetings=[meeting(1, MONDAY)], attendances=[unasked])
    assert kinds(rows, "senior", MONDAY + days(1)) == []


def test_minutes_are_due_a_fortnight_after_the_meeting() -> None:
    held = meeting(1, MONDAY)
    assert held.held_at is not None
    rows = of(meetings=[held])
    assert kinds(rows, "minutes", MONDAY + days(14))[0].state == "open"
    assert kinds(rows, "minutes", MONDAY + days(15))[0].state == "overdue"
    held.minutes = "We spoke of lids."
    late = replace(rows, written={1: MONDAY + days(20)})
    assert kinds(late, "minutes", MONDAY + days(30))[0].state == "late"
    assert kinds(rows, "minutes", MONDAY + days(30))[0].state == "kept"


def test_pay_is_owed_until_it_is_settled_or_called_off() -> None:
    def standing(**told: object) -> str:
        plain = {"id": 1, "member_id": 1, "what": "the call", "amount_cents": 2505}
        more = {"currency": "EUR", "due_at": MONDAY, "entered_by": "Ann", "entered_at": MONDAY}
        row = tables.Compensation(**{**plain, **more, **told})
        (promise,) = kinds(of(compensations=[row]), "pay", MONDAY + days(3))
        assert "25.05 EUR" in promise.words
        return promise.state

    assert standing() == "overdue"
    assert standing(settled_at=MONDAY) == "kept"
    assert standing(settled_at=MONDAY + days(1)) == "late"
    assert standing(cancelled_at=MONDAY) == "void"


def test_a_charter_is_acknowledged_within_a_fortnight_unless_it_was_replaced() -> None:
    first = charter()
    second = charter(id=2, version=2, published_at=MONDAY - days(10))
    rows = of(charters=[first, second])
    assert [p.state for p in kinds(rows, "charter", MONDAY)] == ["void", "open"]
    assert [p.state for p in kinds(rows, "charter", MONDAY + days(5))] == ["void", "overdue"]
    read = tables.Acknowledgement(member_id=1, charter_id=2, at=MONDAY)
    rows = replace(rows, acknowledgements=[read])
    assert [p.state for p in kinds(rows, "charter", MONDAY + days(5))] == ["void", "kept"]


def test_a_term_that_began_on_a_leap_day_has_its_years() -> None:
    start = datetime(2024, 2, 29, tzinfo=UTC)
    found = [(a.date().isoformat(), c.date().isoformat()) for a, _, c in years(start, None, MONDAY)]
    assert found == [
        ("2024-02-29", "2025-02-28"),
        ("2025-02-28", "2026-02-28"),
        ("2026-02-28", "2027-02-28"),
    ]


grounds = st.builds(
    lambda suggestions, meetings, pay, joined, left: of(
        *[
            suggestion(
                id=number, raised_at=at, acknowledged_at=ack, decided_at=decided, state=state
            )
            for number, (at, ack, decided, state) in enumerate(suggestions)
        ],
        members=[member(joined_at=joined, term_from=joined, left_at=left)],
        meetings=[meeting(n, at, held_at=held) for n, (at, held) in enumerate(meetings)],
        attendances=[
            came(n, name="CEO", role="senior", member_id=None, promised=True, came=held and True)
            for n, (_, held) in enumerate(meetings)
        ]
        + [came(n) for n, (_, held) in enumerate(meetings) if held],
        compensations=[
            tables.Compensation(
                id=n,
                member_id=1,
                what="call",
                amount_cents=5,
                currency="EUR",
                due_at=due,
                settled_at=settled,
                entered_by="Ann",
                entered_at=MONDAY,
            )
            for n, (due, settled) in enumerate(pay)
        ],
    ),
    st.lists(
        st.tuples(near, maybe, maybe, st.sampled_from(["raised", "declined", "acted", "reported"])),
        max_size=4,
    ),
    st.lists(st.tuples(near, maybe), max_size=5),
    st.lists(st.tuples(near, maybe), max_size=3),
    near,
    maybe,
)


@given(grounds, near, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_says_nothing(
    rows: Ground, now: datetime, chance: random.Random
) -> None:
    def shuffled(some: object) -> list[object]:
        return chance.sample(list(some), len(some))  # type: ignore[arg-type, call-overload]

    names = ("suggestions", "meetings", "attendances", "compensations", "members", "charters")
    other = replace(rows, **{name: shuffled(getattr(rows, name)) for name in names})
    assert derive(other, now, SETTINGS) == derive(rows, now, SETTINGS)


@given(grounds, near)
def test_nothing_in_the_future_is_overdue_and_what_is_kept_stays_kept(
    rows: Ground, now: datetime
) -> None:
    for promise in derive(rows, now, SETTINGS):
        if promise.state == "overdue":
            assert promise.due_at is not None
            assert promise.due_at < now
        if promise.state == "late":
            assert promise.kept_at is not None
            assert promise.due_at is not None
            assert promise.kept_at > promise.due_at
        if promise.state in ("open", "overdue", "broken"):
            assert promise.kept_at is None


@given(grounds, near)
def test_the_tallies_of_members_add_up_to_the_programmes(rows: Ground, now: datetime) -> None:
    promised = derive(rows, now, SETTINGS)
    whole, parts = tally(promised), tally_by_member(promised).values()
    assert whole.made + whole.void == len(promised)
    assert 0 <= whole.kept <= whole.n
    assert whole.n == sum(part.n for part in parts)
    assert whole.kept == sum(part.kept for part in parts)


def test_the_longest_overdue_comes_first_and_other_brands_stay_out(store: Store) -> None:
    with store.write() as session:
        ours, theirs = add_brand(session), add_brand(session, "Pellow")
        for brand in (ours, theirs):
            committee = add_committee(session, brand)
            add_charter(session, committee)
            mia = add_member(session, committee, f"Mia of {brand.name}")
            for due in (MONDAY - days(1), MONDAY - days(9), MONDAY + days(1)):
                session.add(
                    tables.Compensation(
                        member_id=mia.id or 0,
                        what="the call",
                        amount_cents=2500,
                        currency="EUR",
                        due_at=due,
                        entered_by="Ann",
                        entered_at=MONDAY - days(20),
                    )
                )
    with store.read() as session:
        found = overdue(session, ours.id or 0, MONDAY, SETTINGS)
        made = promises_of(session, ours.id or 0, MONDAY)
    assert [p.kind for p in found] == ["charter", "pay", "pay"]
    assert [p.due_at for p in found] == sorted(p.due_at for p in found if p.due_at)
    assert {p.to for p in made} == {"Mia of Lumen"}
