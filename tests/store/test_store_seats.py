"""Locks and bars: one word a seat, kept in the history, taken back by its inverse."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from community.candidates import seats as words
from config.errors import RuleError
from store import candidates, seats, tables
from store.session import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def listed(store: Store, *names: str, person: bool = False, state: str = "proposed") -> list[int]:
    """Candidates of one brand; of one person if `person`."""
    with store.write() as session:
        brand = tables.BrandRow(name="Pellow", created_at=NOW)
        same = tables.Person(made_by="Ana", made_at=NOW)
        session.add_all([brand, same])
        session.flush()
        ids = []
        for name in names:
            whose = same.id if person else None
            author = tables.Author(site="s", key=name, name=name, first_seen=NOW, person_id=whose)
            session.add(author)
            session.flush()
            row = tables.Candidate(
                author_id=author.id,
                brand_id=brand.id,
                side="love",
                listed=True,
                utility=0.5,
                state=state,
                updated_at=NOW,
            )
            session.add(row)
            session.flush()
            ids.append(row.id or 0)
    return ids


def say(store: Store, word: str, candidate: int, by: str = "Ana", reason: str | None = "why"):
    with store.write() as session:
        row = session.get_one(tables.Candidate, candidate)
        return getattr(words, word)(session, row, by, NOW, reason=reason)


def notes(store: Store, candidate: int) -> list[str | None]:
    with store.read() as session:
        return [decision.note for decision in candidates.decisions(session, candidate)]


@pytest.mark.parametrize(("word", "said"), [("lock", "locked"), ("bar", "barred")])
def test_free_takes_a_word_back_and_the_history_keeps_both(store, word, said):
    (mara,) = listed(store, "mara")
    say(store, word, mara, reason=" her\x00 ideas ")
    with store.read() as session:
        (row,) = seats.seat_choices(session, 1).values()
        assert (row.choice, row.chosen_by, row.reason, row.at) == (word, "Ana", "her ideas", NOW)
    assert say(store, "free", mara, by="Ben", reason=None) == word
    with store.read() as session:
        assert seats.seat_choices(session, 1) == {}
    assert notes(store, mara) == [
        f"{said} the seat: her ideas",
        f"freed the seat that Ana had {said}",
    ]
    say(store, word, mara)  # and it can be said again


@pytest.mark.parametrize("second", ["lock", "bar"])
def test_a_seat_already_spoken_for_is_freed_first(store, second):
    (mara,) = listed(store, "mara")
    say(store, "lock", mara)
    with pytest.raises(RuleError, match="Ana locked this seat already: why"):
        say(store, second, mara, by="Ben")
    assert len(notes(store, mara)) == 1


def test_nothing_is_freed_that_nobody_spoke_for(store):
    (mara,) = listed(store, "mara")
    with pytest.raises(RuleError, match="neither locked nor barred"):
        say(store, "free", mara)


@pytest.mark.parametrize(("by", "reason"), [("", "why"), ("Ana", " "), ("Ana", "")])
def test_a_word_needs_a_person_and_a_reason(store, by, reason):
    (mara,) = listed(store, "mara")
    with pytest.raises(RuleError, match="needs a"):
        say(store, "lock", mara, by=by, reason=reason)


@pytest.mark.parametrize(
    ("word", "state"),
    [("lock", "declined"), ("lock", "silent"), ("bar", "approved"), ("bar", "accepted")],
)
def test_a_word_against_what_was_decided_is_refused(store, word, state):
    (mara,) = listed(store, "mara", state=state)
    with pytest.raises(RuleError, match=state):
        say(store, word, mara)


def test_whom_a_flag_excludes_cannot_be_locked(store):
    (mara,) = listed(store, "mara")
    with store.write() as session:
        session.add(
            tables.Flag(
                author_id=1,
                brand_id=1,
                kind="employee",
                strength="strong",
                excludes=True,
                evidence="works there",
                raised_at=NOW,
            )
        )
    with pytest.raises(RuleError, match="employee"):
        say(store, "lock", mara)


def test_the_same_person_is_not_locked_twice(store):
    first, second = listed(store, "mara", "mara2", person=True)
    say(store, "lock", first)
    with pytest.raises(RuleError, match="has a seat already, as mara on s"):
        say(store, "lock", second)


def test_who_said_yes_to_something_else_is_off_the_committee(store):
    listed(store, "a", "b", "c", "d", state="accepted")
    with store.write() as session:
        committee = tables.Committee(brand_id=1, name="C", made_by="Ana", made_at=NOW)
        session.add(committee)
        session.flush()
        for author, door, left in ((2, "community", None), (3, "committee", NOW)):
            session.add(
                tables.Member(
                    committee_id=committee.id,
                    author_id=author,
                    door=door,
                    name="x",
                    joined_at=NOW,
                    term_from=NOW,
                    left_at=left,
                )
            )
        session.add(
            tables.Decision(
                candidate_id=4,
                action="accept",
                reason="community",
                actor="them",
                before="invited",
                after="accepted",
                at=NOW,
            )
        )
    with store.read() as session:
        assert seats.off_the_committee(session, 1) == {
            2: "chose the lighter community",
            3: "left the committee",
            4: "chose the lighter community",
        }
