"""KPIs of advocacy and corrected sentiment, each against a table one can count by hand."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from community.kpis import KPIS, KpiReading
from community.kpis.intervals import wilson
from community.kpis.nps import interval
from community.kpis.prevalence import Prevalence
from community.kpis.reading import TOO_FEW
from store.advocacy import Answer, Spoken
from store.measurements import Read
from tests.rows import acts, ago, facts, invited, measured, seats


def reads(positive: int, negative: int, neutral: int) -> list[Read]:
    labels = ["positive"] * positive + ["negative"] * negative + ["neutral"] * neutral
    return [Read(number, label) for number, label in enumerate(labels)]


def corrected(why_not: str | None = None) -> Prevalence:
    return Prevalence(0.1, 0.0, 0.2, 0.25, 0.1, 0.4, labels=420, why_not=why_not)


def answers(*scores: int) -> list[Answer]:
    return [Answer(person, score) for person, score in enumerate(scores)]


# net sentiment


def test_the_two_customs_of_net_sentiment_are_two_numbers_that_name_each_other() -> None:
    told = facts(reads=reads(80, 20, 100))
    whole, polar = (measured(name, told) for name in ("net_sentiment", "net_sentiment_polar"))
    assert (whole.value, whole.numerator, whole.denominator, whole.n) == (0.3, 60, 200, 200)
    assert (polar.value, polar.numerator, polar.denominator, polar.n) == (0.6, 60, 100, 100)
    assert whole.note is not None
    assert polar.note is not None
    assert "(P-N)/(P+N+neutral)" in whole.note
    assert "net_sentiment_polar" in whole.note
    assert "(P-N)/(P+N)" in polar.note
    assert "net_sentiment keeps" in polar.note


def test_blind_labels_correct_both_and_the_uncorrected_number_stands_beside() -> None:
    told = facts(reads=reads(80, 20, 100), prevalence=corrected())
    whole, polar = (measured(name, told) for name in ("net_sentiment", "net_sentiment_polar"))
    assert (whole.value, whole.low, whole.high) == (0.1, 0.0, 0.2)
    assert whole.numerator == pytest.approx(20)
    assert whole.note is not None
    assert "corrected by PACC from 420 blind labels; uncorrected +30 %" in whole.note
    assert (polar.value, polar.low, polar.high) == (0.25, 0.1, 0.4)
    assert polar.note is not None
    assert "uncorrected +60 %" in polar.note


def test_without_enough_labels_nothing_is_corrected_and_the_note_says_why() -> None:
    told = facts(reads=reads(80, 20, 100), prevalence=corrected("en: 12 of 300 labels drawn blind"))
    reading = measured("net_sentiment", told)
    assert reading.value == 0.3
    assert reading.note is not None
    assert "uncorrected for the model's own errors (en: 12 of 300 labels" in reading.note


def test_a_correction_makes_nobody_of_too_few() -> None:
    reading = measured("net_sentiment", facts(reads=reads(2, 1, 1), prevalence=corrected()))
    assert (reading.value, reading.note) == (None, TOO_FEW)


# net promoter score


def test_a_score_of_ten_answers_by_hand() -> None:
    reading = measured("nps", facts(answers=answers(10, 10, 9, 9, 9, 8, 7, 6, 0, 3)))
    assert (reading.value, reading.numerator, reading.denominator, reading.n) == (20, 200, 10, 10)
    # p = 5.75/13, d = 3.75/13: 15.38 ± 1.96·100·sqrt((.7308 - .1538²)/13)
    assert reading.low == pytest.approx(15.3846 - 45.708, abs=0.01)
    assert reading.high == pytest.approx(15.3846 + 45.708, abs=0.01)
    assert reading.note is not None
    assert reading.note.startswith("promoters 5, passives 2, detractors 3 (10: 2, 9: 3, 8: 1")
    assert KPIS["nps"].shown(20) == "+20"


def test_thirty_answers_need_nothing_added() -> None:
    low, high = interval(18, 6, 40)  # p .45, d .15: 1.96·sqrt(.51/40) = .2213
    assert low == pytest.approx(30 - 22.13, abs=0.01)
    assert high == pytest.approx(30 + 22.13, abs=0.01)


@pytest.mark.parametrize("n", [5, 29, 30, 400])
def test_answers_that_are_all_alike_prove_no_certainty(n: int) -> None:
    for promoters, detractors, score in ((n, 0, 100), (0, n, -100), (0, 0, 0)):
        low, high = interval(promoters, detractors, n)
        assert low < high
        assert low <= score <= high


@given(st.lists(st.integers(0, 10), max_size=60), st.integers(0, 9))
def test_a_score_lies_in_its_interval_and_heeds_no_order(scores: list[int], seed: int) -> None:
    told = facts(answers=answers(*scores))
    reading = measured("nps", told)
    shuffled = list(told.answers)
    random.Random(seed).shuffle(shuffled)
    assert measured("nps", replace(told, answers=shuffled)) == reading
    assert (reading.value is None) == (len(scores) < 5)
    _holds(reading, -100, 100)


def _holds(reading: KpiReading, lowest: float, highest: float) -> None:
    if reading.value is None:
        assert (reading.low, reading.high) == (None, None)
        assert reading.note
        return
    assert reading.low is not None
    assert reading.high is not None
    assert lowest <= reading.low <= reading.value + 1e-9
    assert reading.value - 1e-9 <= reading.high <= highest


# who recommends

SIX = seats(1, 2, 3, 4, 5, 6)
ALIVE = [act for person in range(1, 7) for act in acts(person, 2)]


def post(
    person: int,
    days: float = 5,
    *,
    positive: float = 0.9,
    advocacy: float = 0.9,
    text: str = "I recommend Pellow",
) -> Spoken:
    return Spoken(person, ago(days), positive, advocacy, text)


def test_an_advocate_is_active_sure_and_within_90_days() -> None:
    spoken = [
        post(1), post(1, 7), post(2, 90), post(3, 90.1), post(4, positive=0.79),
        post(5, advocacy=0.79), post(9), post(6, 0),
    ]  # fmt: skip
    told = facts(seats=SIX, acts=ALIVE, spoken=spoken)
    reading = measured("advocacy_rate", told)
    assert (reading.numerator, reading.denominator, reading.n) == (2, 6, 6)
    assert (reading.value, reading.low, reading.high) == (2 / 6, *wilson(2, 6))
    assert reading.since == ago(90)


def test_a_member_who_is_not_active_is_neither_above_nor_below_the_line() -> None:
    quiet = [act for act in ALIVE if act.person != 1]
    reading = measured("advocacy_rate", facts(seats=SIX, acts=quiet, spoken=[post(1, 60)]))
    assert (reading.numerator, reading.denominator) == (0, 5)


def test_under_five_active_members_are_too_few() -> None:
    told = facts(seats=SIX, acts=ALIVE[:4], spoken=[post(1)])
    for name in ("advocacy_rate", "unprompted_advocacy"):
        reading = measured(name, told)
        assert (reading.value, reading.note, reading.n) == (None, TOO_FEW, 4)


def test_unprompted_is_without_campaign_and_not_within_a_week_of_our_ask() -> None:
    told = facts(
        seats=SIX,
        acts=ALIVE,
        paid=frozenset({1, 6}),
        invitations=[invited(2, 20), invited(3, 20), invited(1, 4)],
        spoken=[
            post(1, 5),  # before we asked
            post(2, 14),  # six days after
            post(3, 13),  # seven days after
            post(4, text="Try it https://pellow.test/?utm_campaign=spring"),
            post(5, text="I recommend Pellow #ad"),
        ],
    )
    assert measured("advocacy_rate", told).numerator == 5
    reading = measured("unprompted_advocacy", told)
    assert (reading.numerator, reading.denominator) == (2, 6)
    assert reading.note == "1 of 2 were paid by us for their time; 3 more only when prompted"


def test_one_free_word_is_enough_for_whoever_also_takes_part_in_a_campaign() -> None:
    spoken = [post(1, text="use my code PEL10"), post(1)]
    told = facts(seats=SIX, acts=ALIVE, spoken=spoken)
    assert measured("unprompted_advocacy", told).numerator == 1


SPOKEN = st.lists(
    st.builds(post, st.integers(1, 9), st.floats(0, 120), positive=st.sampled_from([0.5, 0.8])),
    max_size=20,
)


@settings(max_examples=30, deadline=None)
@given(SPOKEN, st.integers(0, 9))
def test_unprompted_is_never_more_than_all_and_heeds_no_order(
    spoken: list[Spoken], seed: int
) -> None:
    told = facts(seats=SIX, acts=ALIVE, spoken=spoken, invitations=[invited(1, 30)])
    mixed = list(spoken)
    random.Random(seed).shuffle(mixed)
    for name in ("advocacy_rate", "unprompted_advocacy"):
        assert measured(name, replace(told, spoken=mixed)) == measured(name, told)
    every, unasked = (measured(n, told) for n in ("advocacy_rate", "unprompted_advocacy"))
    assert unasked.numerator <= every.numerator
