"""The stages of a candidate: every step of the table, its inverse, and what is refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlmodel import Session

from community.candidates import claims, recruiting
from community.candidates.assignments import assign
from community.candidates.stages import TRANSITIONS, allows, stage_after
from config.errors import RuleError
from store import candidates, tables
from store.session import Store
from store.tables.community import STAGES

NOW = datetime(2026, 3, 1, 10, 2, tzinfo=UTC)
TOLD: dict[str, dict[str, Any]] = {
    "reject": {"reason": "misread"},
    "defer": {"reason": "later"},
    "accept": {"door": "community"},
}
ON_THE_WAY = {
    "proposed": (),
    "shortlisted": ("shortlist",),
    "approved": ("shortlist", "approve"),
    "invited": ("approve", "invite"),
    "accepted": ("approve", "invite", "accept"),
    "declined": ("approve", "invite", "decline"),
    "silent": ("approve", "invite", "silence"),
    "rejected": ("reject",),
    "deferred": ("defer",),
}
STEPS = [(action, state) for action in TRANSITIONS for state in STAGES]


def take(session: Session, candidate: tables.Candidate, action: str) -> tables.Decision:
    step = getattr(recruiting, action)
    decision: tables.Decision = step(session, candidate, "Ann", NOW, **TOLD.get(action, {}))
    return decision


def bring(session: Session, state: str) -> tables.Candidate:
    """A candidate who came to this stage step by step."""
    brand = tables.BrandRow(name="Pellow", created_at=NOW)
    author = tables.Author(site="s", key="mara", name="mara", first_seen=NOW)
    session.add_all([brand, author])
    session.flush()
    candidate = tables.Candidate(
        author_id=author.id,
        brand_id=brand.id,
        side="love",
        listed=True,
        utility=0.5,
        updated_at=NOW,
    )
    session.add(candidate)
    session.flush()
    for action in ON_THE_WAY[state]:
        take(session, candidate, action)
    assert candidate.state == state
    return candidate


@pytest.mark.parametrize(("action", "state"), [step for step in STEPS if allows(*step)])
def test_every_step_of_the_table_is_taken_recorded_and_taken_back(
    store: Store, action: str, state: str
) -> None:
    with store.write() as session:
        candidate = bring(session, state)
        version = candidate.version
        said = take(session, candidate, action)
        assert (said.action, said.before, said.after) == (action, state, TRANSITIONS[action].to)
        assert (candidate.state, candidate.version) == (TRANSITIONS[action].to, version + 1)
        recruiting.reopen(session, candidate, "Ben", NOW)
        assert (candidate.state, candidate.version) == (state, version + 2)


@pytest.mark.parametrize(("action", "state"), [step for step in STEPS if not allows(*step)])
def test_every_other_step_is_refused_and_says_what_to_do(
    store: Store, action: str, state: str
) -> None:
    with store.write() as session:
        candidate = bring(session, state)
        before = len(candidates.decisions(session, candidate.id or 0))
        with pytest.raises(RuleError) as refused:
            take(session, candidate, action)
        assert refused.value.mend
        assert candidate.state == state
        assert len(candidates.decisions(session, candidate.id or 0)) == before


def test_a_step_taken_twice_names_who_took_it_first() -> None:
    with pytest.raises(RuleError, match="invited already, by Ann"):
        stage_after("invite", "invited", by="Ann")


def test_there_is_no_third_door(store: Store) -> None:
    with store.write() as session:
        candidate = bring(session, "invited")
        with pytest.raises(RuleError, match="no door"):
            recruiting.accept(session, candidate, "the person", NOW, door="window")


def test_all_that_was_decided_is_walked_back_to_the_start(store: Store) -> None:
    with store.write() as session:
        candidate = bring(session, "accepted")
        states = []
        for _ in range(3):
            recruiting.reopen(session, candidate, "Ann", NOW)
            states.append(candidate.state)
        assert states == ["invited", "approved", "proposed"]


def test_a_claim_keeps_others_off_until_it_ends_or_is_released(store: Store) -> None:
    half_past = NOW + timedelta(minutes=28)
    with store.write() as session:
        candidate = bring(session, "proposed")
        claims.claim(session, candidate, "Ann", NOW, 30)
        claims.claim(session, candidate, " ann ", half_past, 30)  # prolonged, since the first
        with pytest.raises(RuleError, match="deciding since 10:02, until 11:00 UTC"):
            recruiting.shortlist(session, candidate, "Ben", half_past)
        with pytest.raises(RuleError, match="ann is deciding"):
            claims.release(session, candidate, "Ben", half_past)
        claims.release(session, candidate, "Ann", half_past)
        recruiting.shortlist(session, candidate, "Ben", half_past)
        claims.claim(session, candidate, "Ann", half_past, 1)
        recruiting.approve(session, candidate, "Ben", half_past + timedelta(minutes=1))


def test_a_decision_lets_go_of_the_claim(store: Store) -> None:
    with store.write() as session:
        candidate = bring(session, "proposed")
        claims.claim(session, candidate, "Ann", NOW, 30)
        recruiting.approve(session, candidate, "Ann", NOW)
        assert (candidate.claimed_by, candidate.claimed_at, candidate.claimed_until) == (None,) * 3


def test_a_claim_from_a_page_out_of_date_is_refused(store: Store) -> None:
    with store.write() as session:
        candidate = bring(session, "shortlisted")
        with pytest.raises(RuleError, match="decided meanwhile: Ann: shortlist"):
            claims.claim(session, candidate, "Ben", NOW, 30, seen=0)


def test_an_assignment_is_taken_back_by_another(store: Store) -> None:
    due = NOW + timedelta(days=7)
    with store.write() as session:
        candidate = bring(session, "shortlisted")
        assign(session, candidate, "Ann", NOW, to="Cem", due=due)
        assert (candidate.assignee, candidate.due_at, candidate.version) == ("Cem", due, 1)
        back = assign(session, candidate, "Ben", NOW, to=None)
        assert (back.before, back.after) == ("Cem, due 2026-03-08 10:02 UTC", "nobody")
        with pytest.raises(RuleError, match="stands so already: nobody"):
            assign(session, candidate, "Ben", NOW, to=" ")
        with pytest.raises(RuleError, match="needs somebody"):
            assign(session, candidate, "Ben", NOW, to=None, due=due)
        with pytest.raises(RuleError, match="has passed"):
            assign(session, candidate, "Ben", NOW, to="Cem", due=NOW)
        recruiting.reopen(session, candidate, "Ann", NOW)  # the shortlisting, not the assignment
        assert candidate.state == "proposed"


def invitation(session: Session, candidate: tables.Candidate, state: str) -> tables.Invitation:
    committee = tables.Committee(brand_id=candidate.brand_id, name="C", made_by="Ann", made_at=NOW)
    session.add(committee)
    session.flush()
    charter = tables.Charter(
        committee_id=committee.id, version=1, purpose="p", hours_a_year=8, meetings_a_year=2,
        cadence="c", compensation="none", published_by="Ann", published_at=NOW,
    )  # fmt: skip
    template = tables.Template(**TEMPLATE)
    offer = tables.Offer(
        author_id=candidate.author_id, brand_id=candidate.brand_id, person_key="author:1",
        campaign="c", contact="Ann", made_by="Ann", made_at=NOW,
    )  # fmt: skip
    session.add_all([charter, template, offer])
    session.flush()
    row = tables.Invitation(
        offer_id=offer.id, candidate_id=candidate.id, charter_id=charter.id,
        template_id=template.id, channel="mail", language="en", subject="s", body="b",
        nonce="n", state=state, drafted_by="Ann", drafted_at=NOW, approved_by="Ann",
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row


TEMPLATE = {
    "kind": "invitation", "language": "en", "version": 1, "subject": "s", "body": "b",
    "made_by": "Ann", "made_at": NOW,
}  # fmt: skip


@pytest.mark.parametrize("state", ["approved", "sent", "answered"])
def test_what_has_left_is_not_taken_back_until_it_is_withdrawn(store: Store, state: str) -> None:
    with store.write() as session:
        candidate = bring(session, "invited")
        sent = invitation(session, candidate, state)
        with pytest.raises(RuleError, match=r"has left.*Withdraw the invitation first"):
            recruiting.reopen(session, candidate, "Ann", NOW)
        sent.state = "withdrawn"
        session.flush()
        recruiting.reopen(session, candidate, "Ann", NOW)
        assert candidate.state == "approved"


def test_a_member_is_not_made_an_invited_person_again(store: Store) -> None:
    with store.write() as session:
        candidate = bring(session, "accepted")
        sent = invitation(session, candidate, "answered")
        committee = session.get(tables.Charter, sent.charter_id)
        assert committee is not None
        member = tables.Member(
            committee_id=committee.committee_id, author_id=candidate.author_id,
            door="committee", name="mara", joined_at=NOW, term_from=NOW,
        )  # fmt: skip
        session.add(member)
        session.flush()
        with pytest.raises(RuleError, match="End their term first"):
            recruiting.reopen(session, candidate, "Ann", NOW)
        member.left_at = NOW
        session.flush()
        recruiting.reopen(session, candidate, "Ann", NOW)
        assert candidate.state == "invited"
