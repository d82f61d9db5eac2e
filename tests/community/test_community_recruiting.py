"""Decisions: recorded, guarded by flags and versions, and taken back step by step."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from community.candidates import recruiting
from community.history import add_note
from config.errors import RuleError
from store import candidates, flags, tables
from store.session import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def propose(session: Session, name: str = "mara") -> tables.Candidate:
    brand = tables.BrandRow(name=f"Pellow of {name}", created_at=NOW)
    author = tables.Author(site="s", key=name, name=name, first_seen=NOW)
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
    return candidate


def flag(session: Session, candidate: tables.Candidate, kind: str = "employee") -> tables.Flag:
    row = tables.Flag(
        author_id=candidate.author_id,
        brand_id=candidate.brand_id,
        kind=kind,
        strength="strong",
        excludes=True,
        evidence='the profile says "PM at Pellow"',
        raised_at=NOW,
    )
    session.add(row)
    session.flush()
    return row


def test_a_decision_and_its_record_are_one_thing(store: Store) -> None:
    with store.write() as session:
        candidate = propose(session)
        recruiting.approve(session, candidate, " Ana ", NOW, note="great ideas\x00")
    with store.read() as session:
        held = session.get(tables.Candidate, candidate.id)
        assert held is not None
        assert (held.state, held.decided_by, held.decided_at) == ("approved", "Ana", NOW)
        (said,) = candidates.decisions(session, candidate.id or 0)
        assert (said.before, said.after, said.actor) == ("proposed", "approved", "Ana")
        assert said.note == "great ideas"


def test_the_second_of_two_reviewers_is_told_and_changes_nothing(store: Store) -> None:
    with store.write() as session:
        candidate = propose(session)
    with store.write() as session:
        mine = session.get(tables.Candidate, candidate.id)
        assert mine is not None
        recruiting.reject(session, mine, "Ana", NOW, reason="too_little")
    with pytest.raises(RuleError, match="Somebody else decided meanwhile: Ana: reject"):  # noqa: SIM117
        with store.write() as session:
            recruiting.approve(session, candidate, "Ben", NOW)
    with store.read() as session:
        assert len(candidates.decisions(session, candidate.id or 0)) == 1


def test_a_page_that_is_out_of_date_decides_nothing(store: Store) -> None:
    with store.write() as session:
        candidate = propose(session)
        recruiting.defer(session, candidate, "Ana", NOW, reason="later", seen=0)
        with pytest.raises(RuleError, match="Somebody else decided meanwhile"):
            recruiting.approve(session, candidate, "Ben", NOW, seen=0)


def test_a_reason_must_be_one_we_know(store: Store) -> None:
    with store.write() as session:
        candidate = propose(session)
        with pytest.raises(RuleError, match="no reason we know"):
            recruiting.reject(session, candidate, "Ana", NOW, reason="dunno")
        with pytest.raises(RuleError, match="needs a note"):
            recruiting.defer(session, candidate, "Ana", NOW, reason="other", note="  ")
        with pytest.raises(RuleError, match="needs a person"):
            recruiting.reject(session, candidate, " ", NOW, reason="minor")
        assert candidate.state == "proposed"


def test_a_flag_forbids_approval_until_somebody_overrides_it(store: Store) -> None:
    with store.write() as session:
        candidate = propose(session)
        raised = flag(session, candidate)
        with pytest.raises(RuleError, match=r"employee .*PM at Pellow.*override the flag"):
            recruiting.approve(session, candidate, "Ana", NOW)
        with pytest.raises(RuleError, match="needs a reason"):
            recruiting.override_flag(session, raised, "Ana", " ", NOW)
        recruiting.override_flag(session, raised, "Ana", "left in 2020", NOW)
        with pytest.raises(RuleError, match="Ana overrode this flag already"):
            recruiting.override_flag(session, raised, "Ben", "me too", NOW)
        recruiting.approve(session, candidate, "Ana", NOW)
        notes = [d.note for d in candidates.decisions(session, candidate.id or 0)]
        assert notes == ["overrode the flag employee: left in 2020", None]


def test_an_override_is_taken_back_and_both_stay_on_record(store: Store) -> None:
    with store.write() as session:
        candidate = propose(session)
        raised = flag(session, candidate)
        with pytest.raises(RuleError, match="Nobody overrode"):
            recruiting.restore_flag(session, raised, "Ana", NOW)
        recruiting.override_flag(session, raised, "Ana", "left", NOW)
        recruiting.restore_flag(session, raised, "Ben", NOW, reason="still there")
        assert (raised.overridden_by, raised.overridden_at, raised.override_reason) == (None,) * 3
        with pytest.raises(RuleError, match="A flag forbids"):
            recruiting.approve(session, candidate, "Ana", NOW)
        said = [(d.actor, d.note) for d in candidates.decisions(session, candidate.id or 0)]
        assert said[1] == ("Ben", "restored the flag employee: still there")


@pytest.mark.parametrize("kind", sorted(recruiting.OWN_WORD))
def test_nobody_overrides_what_the_person_asked_for(store: Store, kind: str) -> None:
    with store.write() as session:
        candidate = propose(session)
        raised = flag(session, candidate, kind)
        with pytest.raises(RuleError, match="own word"):
            recruiting.override_flag(session, raised, "Ana", "but we want them", NOW)
        with pytest.raises(RuleError, match="only they can take it back"):
            recruiting.approve(session, candidate, "Ana", NOW)


def test_reopening_walks_back_through_all_that_was_decided(store: Store) -> None:
    later = NOW + timedelta(hours=1)
    with store.write() as session:
        candidate = propose(session)
        recruiting.defer(session, candidate, "Ana", NOW, reason="more_evidence")
        add_note(session, candidate, "Cem", NOW, note="looks good")
        recruiting.approve(session, candidate, "Ben", later)
        recruiting.reopen(session, candidate, "Ana", later)
        assert (candidate.state, candidate.decided_by, candidate.decided_at) == (
            "deferred",
            "Ana",
            NOW,
        )
        recruiting.reopen(session, candidate, "Ana", later)
        assert (candidate.state, candidate.decided_by, candidate.decided_at) == (
            "proposed",
            None,
            None,
        )
        with pytest.raises(RuleError, match="nothing to take back"):
            recruiting.reopen(session, candidate, "Ana", later)
        recruiting.approve(session, candidate, "Ana", later)
        said = [
            (d.action, d.before, d.after) for d in candidates.decisions(session, candidate.id or 0)
        ]
        assert said == [
            ("defer", "proposed", "deferred"),
            ("note", "deferred", "deferred"),
            ("approve", "deferred", "approved"),
            ("reopen", "approved", "deferred"),
            ("reopen", "deferred", "proposed"),
            ("approve", "proposed", "approved"),
        ]


def test_reopening_restores_no_approval_that_a_flag_now_forbids(store: Store) -> None:
    with store.write() as session:
        candidate = propose(session)
        recruiting.approve(session, candidate, "Ana", NOW)
        recruiting.reject(session, candidate, "Ana", NOW, reason="misread")
        flag(session, candidate)
        with pytest.raises(RuleError, match="A flag forbids"):
            recruiting.reopen(session, candidate, "Ana", NOW)


def test_who_said_no_is_not_approved_over_their_head(store: Store) -> None:
    with store.write() as session:
        candidate = propose(session)
        recruiting.decline(session, candidate, "Ana", NOW)
        with pytest.raises(RuleError, match="They said no"):
            recruiting.approve(session, candidate, "Ana", NOW)
        recruiting.reopen(session, candidate, "Ana", NOW)
        recruiting.approve(session, candidate, "Ana", NOW)
        with pytest.raises(RuleError, match="approved already, by Ana"):
            recruiting.approve(session, candidate, "Ben", NOW)


def test_a_note_is_written_from_the_state_as_it_is_now(store: Store) -> None:
    with store.write() as session:
        candidate = propose(session)
    with store.write() as session:
        mine = session.get(tables.Candidate, candidate.id)
        assert mine is not None
        recruiting.approve(session, mine, "Ana", NOW)
    with store.write() as session:
        said = add_note(session, candidate, "Ben", NOW, note="call them on Monday")
        assert (said.before, said.after) == ("approved", "approved")
        with pytest.raises(RuleError, match="empty"):
            add_note(session, candidate, "Ben", NOW, note=" ")


def test_a_weak_flag_forbids_nothing(store: Store) -> None:
    with store.write() as session:
        candidate = propose(session)
        raised = flag(session, candidate)
        raised.excludes = False
        session.flush()
        recruiting.approve(session, candidate, "Ana", NOW)
        assert len(flags.flags_against(session, candidate.author_id, candidate.brand_id)) == 1
