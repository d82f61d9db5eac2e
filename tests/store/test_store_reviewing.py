"""Two people at once on one candidate: exactly one claims, exactly one decides."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from sqlmodel import Session

from community.candidates import claims, recruiting, stakeholders, verdicts
from community.candidates.assignments import assign
from config.errors import RuleError
from store import candidates, reviewing, tables
from store import stakeholders as stakeholder_queries
from store.session import Store

NOW = datetime(2026, 3, 1, 10, 2, tzinfo=UTC)


@pytest.fixture
def candidate(store: Store) -> tables.Candidate:
    with store.write() as session:
        brand = tables.BrandRow(name="Pellow", created_at=NOW)
        author = tables.Author(site="s", key="mara", name="mara", first_seen=NOW)
        session.add_all([brand, author])
        session.flush()
        row = tables.Candidate(
            author_id=author.id,
            brand_id=brand.id,
            side="love",
            listed=True,
            utility=0.5,
            updated_at=NOW,
        )
        session.add(row)
    return row


def at_once(store: Store, *changes: Callable[[Session], object]) -> list[str]:
    """Does all the changes at one time; who was refused, in words."""
    start, refused = threading.Barrier(len(changes)), list[str]()

    def one(change: Callable[[Session], object]) -> None:
        start.wait()
        try:
            with store.write() as session:
                change(session)
        except RuleError as error:
            refused.append(error.problem)

    threads = [threading.Thread(target=one, args=(change,)) for change in changes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def test_of_two_who_claim_at_once_exactly_one_wins(
    store: Store, candidate: tables.Candidate
) -> None:
    refused = at_once(
        store,
        *(lambda s, who=who: claims.claim(s, candidate, who, NOW, 30) for who in ("Ann", "Ben")),
    )
    with store.read() as session:
        now = session.get(tables.Candidate, candidate.id)
    assert now is not None
    assert refused == [f"{now.claimed_by} is deciding since 10:02, until 10:32 UTC."]


def test_of_two_who_decide_at_once_exactly_one_wins(
    store: Store, candidate: tables.Candidate
) -> None:
    refused = at_once(
        store,
        lambda s: recruiting.approve(s, candidate, "Ann", NOW),
        lambda s: recruiting.reject(s, candidate, "Ben", NOW, reason="misread"),
    )
    with store.read() as session:
        said = candidates.decisions(session, candidate.id or 0)
    assert len(said) == len(refused) == 1
    assert refused[0].startswith("Somebody else decided meanwhile: ")


def test_two_verdicts_of_one_reviewer_at_once_are_one(
    store: Store, candidate: tables.Candidate
) -> None:
    refused = at_once(
        store,
        *(
            lambda s, who=who: verdicts.give(s, candidate, who, "defer", NOW)
            for who in ("Ann", "ANN ")
        ),
    )
    assert len(refused) == 1
    assert "gave a verdict already: defer" in refused[0]


def test_two_who_say_at_once_what_somebody_is_do_not_collide(
    store: Store, candidate: tables.Candidate
) -> None:
    pair = candidate.author_id, candidate.brand_id
    refused = at_once(
        store,
        *(lambda s, who=who: stakeholders.add(s, *pair, "client", who, NOW) for who in ("A", "B")),
    )
    with store.read() as session:
        assert len(stakeholder_queries.stakeholders(session, *pair)) == 1
    assert len(refused) == 1


def test_an_answer_of_the_person_waits_for_no_colleague(
    store: Store, candidate: tables.Candidate
) -> None:
    with store.write() as session:
        recruiting.approve(session, candidate, "Ann", NOW)
    with store.write() as session:
        fresh = reviewing.held(session, candidate.id or 0)
        assert fresh is not None
        recruiting.invite(session, fresh, "Ann", NOW)
        claims.claim(session, fresh, "Ben", NOW, 30)
        assign(session, fresh, "Ben", NOW, to="Cem")
    with store.write() as session:  # `candidate` is as old as can be
        said = recruiting.accept(session, candidate, "the person", NOW, door="committee")
    assert (said.before, said.after, said.reason) == ("invited", "accepted", "committee")
