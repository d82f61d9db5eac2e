"""KPIs of the programme, each against a table small enough to count by hand."""

from __future__ import annotations

import random
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.engagement import DAYS_A_MONTH
from community.kpis import KPIS, Facts, measure_all
from community.kpis.intervals import wilson
from config.settings import PromiseSettings
from store.programme import Programme, Seat, Worth
from tests.rows import (
    acts,
    ago,
    asked,
    entry,
    facts,
    held,
    invited,
    measured,
    paid,
    seats,
    suggested,
)

SIX = seats(1, 2, 3, 4, 5, 6)


def test_active_members_did_something_within_30_days() -> None:
    did = [
        *acts(1, 1, 2), *acts(2, 30, kind="meeting"), *acts(3, 30.1), *acts(4, 29, kind="survey"),
        *acts(9, 1),
    ]  # fmt: skip
    reading = measured("active_members", facts(seats=SIX, acts=did))
    assert (reading.numerator, reading.denominator, reading.n) == (3, 6, 6)
    assert (reading.value, reading.low, reading.high) == (0.5, *wilson(3, 6))
    assert (reading.since, reading.until) == (ago(30), ago(0))


def test_depth_is_the_median_of_those_active() -> None:
    did = [
        *acts(1, 1, 2, 3, 4, 5, 6, 7, 8, 9), *acts(2, 1, 2), *acts(3, 1, 2, 3), *acts(4, 4),
        *acts(5, 1, 2), *acts(6, 31),
    ]  # fmt: skip
    reading = measured("engagement_depth", facts(seats=SIX, acts=did))
    assert (reading.value, reading.numerator, reading.denominator) == (2, 17, 5)


def test_love_and_levels_of_six_members() -> None:
    did = [
        *acts(1, DAYS_A_MONTH, DAYS_A_MONTH, kind="suggestion"),  # 5.4, the published example
        *acts(2, DAYS_A_MONTH, kind="meeting"),  # 1.8
        *acts(3, DAYS_A_MONTH, 2 * DAYS_A_MONTH),  # 0.9 + 0.81
        *acts(4, DAYS_A_MONTH),  # 0.9
        *acts(5, 10 * DAYS_A_MONTH),  # 0.35
    ]
    told = facts(seats=SIX, acts=did)
    reading = measured("love", told)
    total = 5.4 + 1.8 + 1.71 + 0.9 + 0.9**10
    assert reading.value == pytest.approx(total / 6)
    assert reading.note == "advocate: 3, contributor: 0, participant: 1, observer: 2"
    assert reading.low is not None
    assert reading.high is not None
    assert reading.low < total / 6 < reading.high
    doing = measured("contributors", told)
    assert (doing.numerator, doing.denominator, doing.value) == (3, 6, 0.5)


def test_newcomers_move_nobody_else() -> None:
    did = [act for person in range(1, 7) for act in acts(person, person)]
    before = measured("contributors", facts(seats=SIX, acts=did))
    busy = [act for person in range(7, 10) for act in acts(person, *[1] * 60)]
    after = measured("contributors", facts(seats=seats(*range(1, 10)), acts=[*did, *busy]))
    assert after.numerator == before.numerator + 3


def test_stickiness_of_a_small_community_is_weekly() -> None:
    # Five acted on each of the last 60 days, five 20 days ago only: on the last 20 days the month
    # holds 10; at the ends 20 to 14 days ago the week holds 10 as well, and before that there
    # are five of five.
    did = [act for person in range(1, 6) for act in acts(person, *[day + 0.5 for day in range(60)])]
    did += [act for person in range(6, 11) for act in acts(person, 20.5)]
    reading = measured("stickiness", facts(seats=seats(*range(1, 11)), acts=did))
    # days 0..13: 5/10; days 14..20: 10/10; days 21..27: 5/5
    assert reading.value == pytest.approx((14 * 0.5 + 7 + 7) / 28)
    assert (reading.n, reading.note) == (10, "active within a week / active within 30 days")


def test_stickiness_of_a_large_community_is_daily() -> None:
    did = [act for person in range(200) for act in acts(person, person % 2 + 0.5)]
    reading = measured("stickiness", facts(seats=seats(*range(200)), acts=did))
    assert reading.value == pytest.approx((100 / 200 + 100 / 100) / 2)
    assert reading.note == "active within a day / active within 30 days"


def test_growth_is_accounted_for() -> None:
    did = [
        *acts(1, 5, 35), *acts(2, 5, 35), *acts(3, 5, 35), *acts(4, 40), *acts(5, 45),
        *acts(6, 5, 100), *acts(7, 10), *acts(8, 70),
    ]  # fmt: skip
    told = facts(seats=seats(*range(1, 9)), acts=did)
    account = "5 active = 1 new + 3 retained + 1 resumed; 2 churned"
    for name, numerator, denominator in (("retention", 3, 5), ("churned", 2, 5), ("resumed", 1, 5)):
        reading = measured(name, told)
        assert (reading.numerator, reading.denominator) == (numerator, denominator)
        assert reading.note == account


def test_inequality_counts_those_who_did_nothing() -> None:
    did = [*acts(1, 1, 2, 3), *acts(2, 1), *acts(9, 1)]
    reading = measured("participation_inequality", facts(seats=seats(1, 2, 3, 4, 5), acts=did))
    # x = 0 0 0 1 3: 2·(4·1 + 5·3)/(5·4) - 6/5
    assert reading.value == pytest.approx(0.7)
    assert reading.note == "the busiest 1 of 5 did 75 % of it"
    idle = measured("participation_inequality", facts(seats=SIX))
    assert (idle.value, idle.note) == (None, "no member did anything in the window")


def test_waiting_counts_what_is_unanswered_at_its_age() -> None:
    questions = [asked(1, 100, 1), asked(2, 90, 2), asked(3, 80, 10), asked(4, 50), asked(None, 20)]
    reading = measured("time_to_first_response", facts(asked=questions))
    # at risk 5: 1 h -> 0.8, 2 h -> 0.6, 10 h -> 0.4
    assert (reading.value, reading.numerator, reading.denominator) == (10, 3, 5)
    assert reading.note == "3 of 5 done; 90 % not in sight; oldest open 50.0 hours"


def test_response_rate_holds_nothing_against_us_that_is_still_in_time() -> None:
    questions = [
        asked(1, 100, 24), asked(2, 90, 24.1), asked(3, 80, 1), asked(3, 70), asked(4, 24.5, 2),
        asked(5, 23), asked(6, 90 * 24 + 25, 1),
    ]  # fmt: skip
    reading = measured("response_rate", facts(asked=questions))
    assert (reading.numerator, reading.denominator, reading.value) == (3, 5, 0.6)
    quick = facts(asked=questions, promises=PromiseSettings(respond_hours=25))
    reading = measured("response_rate", quick)  # 24.1 hours are in time, one more is not yet due
    assert (reading.numerator, reading.denominator) == (4, 5)


SUGGESTIONS = [
    suggested(1, 100, decided=90, acted=80, told=79),
    suggested(1, 60, decided=50, acted=40, told=39),
    suggested(2, 60, decided=50, accepted=True),
    suggested(3, 60, decided=40, told=38),
    suggested(None, 60),
    suggested(4, 37, decided=1),
    suggested(5, 36.9, decided=30, acted=20, told=19),  # due only tomorrow
    suggested(6, 22, answer_days=14),  # the charter promised two weeks
    suggested(7, 200),  # fell due before the window
]


def test_suggestions_count_once_their_answer_fell_due() -> None:
    told = facts(suggestions=SUGGESTIONS)
    acted = measured("suggestions_acted_on", told)
    assert (acted.numerator, acted.denominator) == (2, 6)
    assert acted.note == (
        "2 acted on, 1 accepted and not yet acted on, 1 declined with a reason, 2 undecided"
    )
    back = measured("suggestions_reported_back", told)
    assert (back.numerator, back.denominator) == (3, 6)
    assert back.note == "3 not told, 1 of them accepted and not yet acted on"


def test_what_falls_due_at_the_end_of_the_window_is_not_due_yet() -> None:
    assert measured("suggestions_acted_on", facts(suggestions=[suggested(1, 37)])).denominator == 0
    at_start = [suggested(1, 90 + 37)]
    assert measured("suggestions_acted_on", facts(suggestions=at_start)).denominator == 1


def test_days_to_a_decision_count_open_ones_and_the_oldest_is_told() -> None:
    reading = measured("days_to_decision", facts(suggestions=SUGGESTIONS))
    # 10 10 10 20 36 6.9 and open at 60, 22 and 200; the first was decided within the window
    assert (reading.numerator, reading.denominator) == (6, 9)
    # 6.9: 8/9; 10: 5/9; 20: 4/9
    assert reading.value == pytest.approx(20)
    assert reading.note is not None
    assert reading.note.endswith("oldest open 200.0 days")
    back = measured("days_to_report_back", facts(suggestions=SUGGESTIONS))
    assert (back.numerator, back.denominator) == (4, 9)


def test_what_was_settled_before_the_window_is_no_news() -> None:
    old = [suggested(number, 300, decided=290) for number in range(9)]
    assert measured("days_to_decision", facts(suggestions=old)).denominator == 0


def test_presence_and_attendance_look_back_a_year() -> None:
    meetings = [
        held(10, seniors=1, promised=2, kept=1, invited=(1, 2, 3), came=(1, 2)),
        held(100, seniors=2, promised=2, kept=2, invited=(1, 2, 3), came=(1, 2, 3)),
        held(200, invited=(1, 2), came=()),
        held(300, seniors=1, invited=(1,), came=(1,)),
        held(365, seniors=1, invited=(1,), came=(1,)),
        held(20, kind="focus_group", invited=(4, 5), came=(4,)),
        held(366, seniors=3, invited=(1,), came=(1,)),
    ]
    presence = measured("executive_presence", facts(meetings=meetings))
    assert (presence.numerator, presence.denominator, presence.value) == (4, 5, 0.8)
    assert presence.note == "3 of 4 promised seniors came"
    came = measured("attendance", facts(meetings=meetings))
    assert (came.numerator, came.denominator) == (8, 12)
    assert came.note == "6 meetings, 0 % to 100 % each"


def test_pay_is_on_time_up_to_the_very_moment() -> None:
    owed = [
        paid(1, 10, 10), paid(1, 20, 25), paid(2, 30, 29), paid(3, 40), paid(4, 90, 91),
        paid(5, 91, 91),
    ]  # fmt: skip
    reading = measured("compensation_on_time", facts(pay=owed))
    assert (reading.numerator, reading.denominator, reading.value) == (3, 5, 0.6)
    assert reading.note == "1 still unpaid"


def test_badges_are_the_committee_s() -> None:
    sitting = [*seats(1, 2, 3, 4), *seats(5, badge=False), *seats(6, door="community", badge=False)]
    reading = measured("badge_coverage", facts(seats=sitting))
    assert (reading.numerator, reading.denominator, reading.value) == (4, 5, 0.8)


def test_the_funnel_counts_people_whose_time_to_answer_is_over() -> None:
    sent = [
        invited(1, 30, "committee"), invited(2, 30, "community"), invited(3, 30, "not_now"),
        invited(4, 30, "never"), invited(5, 30), invited(6, 21.5), invited(7, 20, "committee"),
        invited(8, 80, "not_now"), invited(8, 40, "committee"), invited(9, 112),
    ]  # fmt: skip
    answered = measured("answer_rate", facts(invitations=sent))
    assert (answered.numerator, answered.denominator) == (5, 7)
    assert answered.note == "committee 2, community 1, not now 1, never 1, silent 2"
    accepted = measured("acceptance_rate", facts(invitations=sent))
    assert (accepted.numerator, accepted.denominator, accepted.low) == (3, 7, wilson(3, 7)[0])


def test_customer_value_tells_the_mix() -> None:
    worth = [
        Worth(n, tier) for n, tier in enumerate(["initial"] * 4 + ["repeat"] * 5 + ["advance"])
    ]
    reading = measured("customer_value", facts(worth=worth))
    assert (reading.value, reading.note) == (0.6, "initial 4, repeat 5, advance 1")


def test_costs_of_one_currency_are_added_and_of_two_are_not() -> None:
    costs = [entry("cost", 1000, low=900, high=1200), entry("cost", 50.5), entry("benefit", 9999)]
    reading = measured("programme_cost", facts(ledger=costs))
    assert (reading.value, reading.low, reading.high, reading.n, reading.note) == (
        1050.5, 950.5, 1250.5, 2, "EUR"
    )  # fmt: skip
    mixed = measured("programme_cost", facts(ledger=[*costs, entry("cost", 7, currency="USD")]))
    assert mixed.value is None
    assert mixed.note == "several currencies are not added up: 1,050.50 EUR, 7.00 USD"
    assert measured("programme_cost", facts()).note == "no costs are entered for the window"
    later = [entry("cost", 5, days=90.5)]
    assert measured("programme_cost", facts(ledger=later)).value is None


def test_return_is_a_range_at_the_confidence_people_stated() -> None:
    ledger = [
        entry("cost", 1000, low=800, high=1250),
        entry("benefit", 2000, low=1000, high=4000, confidence=0.5),
        entry("benefit", 1000, confidence=1.0),
    ]
    reading = measured("roi", facts(ledger=ledger))
    assert reading.value == pytest.approx((1000 + 1000 - 1000) / 1000)
    assert reading.low == pytest.approx((500 + 1000) / 1250 - 1)
    assert reading.high == pytest.approx((2000 + 1000) / 800 - 1)
    assert reading.note == "EUR; benefits counted at 67 % confidence, taken whole 2.00"


@pytest.mark.parametrize(
    ("ledger", "why"),
    [
        ([], "no costs are entered for the window"),
        ([entry("cost", 9)], "no benefits are entered for the window"),
        ([entry("cost", 0), entry("benefit", 9)], "a cost of 0 has no return"),
        (
            [entry("cost", 9), entry("benefit", 9, currency="USD")],
            "several currencies are not set off: EUR, USD",
        ),
    ],
)
def test_no_value_is_made_up(ledger: list[Any], why: str) -> None:
    reading = measured("roi", facts(ledger=ledger))
    assert (reading.value, reading.low, reading.note) == (None, None, why)


PEOPLE = st.integers(1, 12)
DAYS = st.floats(0.01, 400, allow_nan=False)
MAYBE = st.none() | DAYS


def rows_of(make: Any, *told: Any) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.builds(make, *told), max_size=25)


ANY_FACTS = st.builds(
    lambda sitting, did, questions, raised, owed, sent, lines: facts(
        seats=[Seat(*one) for one in sitting],
        acts=[act for some in did for act in some],
        asked=questions,
        suggestions=raised,
        pay=owed,
        invitations=sent,
        ledger=lines,
        meetings=[held(9, seniors=1, invited=(1, 2, 3), came=(2,))] * 5,
        worth=[Worth(n, "repeat") for n in range(6)],
    ),
    st.lists(
        st.tuples(
            PEOPLE,
            st.sampled_from(["committee", "community"]),
            DAYS.map(ago),
            st.none() | DAYS.map(ago),
            st.booleans(),
        ),
        max_size=15,
    ),
    rows_of(lambda who, day: acts(who, day), PEOPLE, DAYS),
    rows_of(lambda who, hours, after: asked(who, hours, after), st.none() | PEOPLE, DAYS, MAYBE),
    rows_of(lambda who, day, end: suggested(who, day, decided=end), PEOPLE, DAYS, MAYBE),
    rows_of(paid, PEOPLE, DAYS, MAYBE),
    rows_of(invited, PEOPLE, DAYS, st.sampled_from([None, "committee", "never"])),
    rows_of(lambda kind, amount: entry(kind, amount), st.sampled_from(["cost", "benefit"]), DAYS),
)


@settings(max_examples=15, deadline=None)
@given(ANY_FACTS, st.integers(0, 9))
def test_in_whatever_order_rows_come_every_reading_is_the_same(told: Facts, seed: int) -> None:
    assert measure_all(_mixed(told, random.Random(seed))) == measure_all(told)


@settings(max_examples=15, deadline=None)
@given(ANY_FACTS)
def test_a_number_lies_within_its_interval_and_an_unsaid_one_says_why(told: Facts) -> None:
    for reading in measure_all(told):
        if reading.value is None:
            assert reading.note
            assert (reading.low, reading.high) == (None, None)
            continue
        assert reading.low is None or reading.low <= reading.value + 1e-9
        assert reading.high is None or reading.value <= reading.high + 1e-9
        if reading.unit == "share":
            assert 0 <= reading.value <= 1
        if reading.unit not in ("money", "ratio"):
            assert reading.n >= 5


def test_every_kpi_publishes_what_it_is() -> None:
    for name, kpi in KPIS.items():
        assert name == kpi.name
        for told in (kpi.title, kpi.definition, kpi.formula, kpi.source):
            assert told.strip()
        assert kpi.family in ("advocacy", "community", "promises", "listening", "business")
        assert kpi.kind in ("subjective", "objective")
        assert kpi.direction in ("up", "down", "none")
        assert kpi.unit in (
            "share", "net", "people", "days", "hours", "ratio", "money", "score", "points",
        )  # fmt: skip


def _mixed(told: Facts, chance: random.Random) -> Facts:
    def mix(rows: Any) -> list[Any]:
        listed = list(rows)
        chance.shuffle(listed)
        return listed

    programme = Programme(
        **{field.name: mix(getattr(told.programme, field.name)) for field in fields(Programme)}
    )
    return replace(told, programme=programme, acts=mix(told.acts), asked=mix(told.asked))
