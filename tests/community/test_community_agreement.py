"""Cohen's kappa against a hand-computed table and its properties; verdicts stay blind."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session

from community.candidates import recruiting, verdicts
from community.candidates.agreement import agreement, between_reviewers
from config.errors import NotFoundError, RuleError
from store import candidates, tables
from store.session import Store
from tests.community.test_community_recruiting import propose

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SAID = st.sampled_from(verdicts.VERDICTS)
PAIRS = st.lists(st.tuples(SAID, SAID), min_size=1, max_size=60)


def test_kappa_is_what_a_hand_computes() -> None:
    # Two reviewers, 50 candidates: alike 20 + 15, so po = .7; one approves 25 and rejects 25, the
    # other 30 and 20, so pe = .5·.6 + .5·.4 = .5; kappa = (.7 - .5) / (1 - .5) = .4.
    # Wilson for 35 of 50 is .5624 … .8090, so kappa lies in .1248 … .6181.
    told = agreement(
        [("approve", "approve")] * 20
        + [("approve", "reject")] * 5
        + [("reject", "approve")] * 10
        + [("reject", "reject")] * 15
    )
    assert (told.n, told.agreed, told.observed, told.note) == (50, 35, 0.7, None)
    assert told.kappa == pytest.approx(0.4)
    assert (told.low, told.high) == pytest.approx((0.5624, 0.8090), abs=5e-4)
    assert (told.kappa_low, told.kappa_high) == pytest.approx((0.1248, 0.6181), abs=1e-3)


def test_three_verdicts_are_counted_by_hand_too() -> None:
    # n = 6, alike 3; shares 3/6, 2/6, 1/6 against 2/6, 3/6, 1/6: pe = (6 + 6 + 1) / 36 = 13/36.
    told = agreement(
        [
            ("approve", "approve"),
            ("approve", "reject"),
            ("approve", "reject"),
            ("reject", "reject"),
            ("reject", "approve"),
            ("defer", "defer"),
        ]
    )
    assert told.kappa == pytest.approx((3 / 6 - 13 / 36) / (1 - 13 / 36))


@given(PAIRS)
def test_kappa_does_not_ask_who_is_first_nor_in_what_order(pairs: list[tuple[str, str]]) -> None:
    told = agreement(pairs)
    assert agreement([(other, one) for one, other in reversed(pairs)]) == told


@given(PAIRS)
def test_kappa_lies_in_its_interval_and_under_one(pairs: list[tuple[str, str]]) -> None:
    told = agreement(pairs)
    if told.kappa is not None:
        assert -1 <= told.kappa <= 1
    if told.kappa is not None and told.kappa_low is not None and told.kappa_high is not None:
        assert -1 <= told.kappa_low <= told.kappa + 1e-9
        assert told.kappa - 1e-9 <= told.kappa_high <= 1 + 1e-9


@given(st.lists(SAID, min_size=1, max_size=60))
def test_full_agreement_is_one_or_said_to_be_undefined(said: list[str]) -> None:
    told = agreement([(verdict, verdict) for verdict in said])
    if len(set(said)) == 1:
        assert told.kappa is None
        assert told.note is not None
        assert told.note.startswith("undefined")
    else:
        assert told.kappa == 1.0


def test_few_candidates_are_said_to_be_too_few() -> None:
    told = agreement([("approve", "approve"), ("reject", "defer")])
    assert told.note == "too few: 2 judged by both, 5 are needed"
    assert (told.low, told.kappa_low) == (None, None)
    assert agreement([]).note == "no candidate judged by both"


def test_two_must_agree_and_a_third_decides(store: Store) -> None:
    with store.write() as session:
        candidate = propose(session)

        def approve() -> None:
            recruiting.approve(session, candidate, "Ann", NOW, second_reviewer=True)

        with pytest.raises(RuleError, match="0 of 2 gave a verdict"):
            approve()
        verdicts.give(session, candidate, "Ann", "approve", NOW)
        with pytest.raises(RuleError, match="1 of 2 gave a verdict"):
            approve()
        with pytest.raises(RuleError, match="Ann gave a verdict already: approve"):
            verdicts.give(session, candidate, " ANN", "approve", NOW)
        verdicts.give(session, candidate, "Ben", "defer", NOW)
        with pytest.raises(RuleError, match="do not agree"):
            approve()
        verdicts.give(session, candidate, "Cem", "approve", NOW)
        approve()
        assert candidate.state == "approved"
        with pytest.raises(RuleError, match="too late"):
            verdicts.give(session, candidate, "Dot", "reject", NOW)


def test_nobody_sees_the_others_before_they_spoke(store: Store) -> None:
    with store.write() as session:
        candidate = propose(session)
        verdicts.give(session, candidate, "Ann", "reject", NOW, note="too harsh")
        assert verdicts.shown_to(session, candidate, "Ben") == ((), 1)
        verdicts.give(session, candidate, "Ben", "approve", NOW)
        shown = verdicts.shown_to(session, candidate, "ben")
        assert [(row.reviewer, row.verdict) for row in shown.verdicts] == [
            ("Ann", "reject"),
            ("Ben", "approve"),
        ]


def test_a_verdict_is_taken_back_without_telling_what_it_was(store: Store) -> None:
    with store.write() as session:
        candidate = propose(session)
        with pytest.raises(NotFoundError, match="Ann gave no verdict"):
            verdicts.take_back(session, candidate, "Ann", NOW)
        verdicts.give(session, candidate, "Ann", "reject", NOW)
        verdicts.take_back(session, candidate, "Ann", NOW)
        assert verdicts.shown_to(session, candidate, "Ben") == ((), 0)
        (said,) = candidates.decisions(session, candidate.id or 0)
        assert (said.action, said.note) == ("note", "took a verdict back")
        with pytest.raises(RuleError, match="no verdict"):
            verdicts.give(session, candidate, "Ann", "perhaps", NOW)


def judged(session: Session, name: str, brand_id: int | None, **said: str) -> tables.Candidate:
    candidate = propose(session, name)
    if brand_id is not None:
        candidate.brand_id = brand_id
        session.flush()
    for reviewer, verdict in said.items():
        verdicts.give(session, candidate, reviewer, verdict, NOW)
    return candidate


def test_every_two_reviewers_are_compared_on_what_both_judged(store: Store) -> None:
    with store.write() as session:
        first = judged(session, "a", None, Ann="approve", Ben="approve", Cem="defer")
        judged(session, "b", first.brand_id, Ben="reject", ann="reject")
        judged(session, "c", None, Ann="reject", Ben="approve")  # of another brand
        pairs = between_reviewers(session, first.brand_id)
        assert [(p.one, p.other, p.agreement.n, p.agreement.agreed) for p in pairs] == [
            ("Ann", "Ben", 2, 2),
            ("Ann", "Cem", 1, 0),
            ("Ben", "Cem", 1, 0),
        ]


def test_a_verdict_that_was_changed_is_not_counted_as_a_blind_one(store: Store) -> None:
    with store.write() as session:
        first = judged(session, "a", None, Ann="approve", Ben="reject")
        verdicts.take_back(session, first, "Ben", NOW)
        verdicts.give(session, first, "Ben", "approve", NOW)
        assert between_reviewers(session, first.brand_id) == []
        recruiting.approve(session, first, "Ann", NOW, second_reviewer=True)
