"""The review queue on both databases: two at once make one item, one decision, one person."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from community.moderating import moderation
from community.moderating.matters import merge_matter
from config.errors import RuleError
from store import moderation as queries
from store import persons, tables
from store.session import Store

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def brand_id(store: Store) -> int:
    with store.write() as session:
        brand = tables.BrandRow(name="Pellow", created_at=NOW)
        session.add(brand)
        for number, site in enumerate("abcd", start=1):
            author = tables.Author(site=site, key="k", name=f"mara{number}", first_seen=NOW)
            session.add(author)
        session.flush()
        return brand.id or 0


def merge(store: Store, brand_id: int, one: int, two: int) -> int:
    with store.write() as session:
        found = persons.accounts(session, (one, two))
        matter = merge_matter(brand_id, list(found.values()), {"handle": "x"}, score=0.5)
        moderation.bring_up(session, matter, NOW)
        (item,) = [i for i in queries.items(session) if i.subject == matter.subject]
        return item.id or 0


def at_once(*works: Callable[[], None]) -> None:
    threads = [threading.Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
        assert not thread.is_alive()


def test_what_two_bring_up_at_once_is_there_once_with_both_reports(
    store: Store, brand_id: int
) -> None:
    gate = threading.Barrier(2, timeout=30)

    def report(who: str) -> None:
        with store.read() as session:
            found = list(persons.accounts(session, (1, 2)).values())
        matter = merge_matter(brand_id, found)
        gate.wait()
        with store.write() as session:
            moderation.report(session, matter, who, "same_person", NOW)

    at_once(lambda: report("Ana"), lambda: report("Ben"))
    with store.read() as session:
        (item,) = queries.items(session)
        assert {one.reporter for one in queries.reports(session, item.id or 0)} == {"Ana", "Ben"}


def test_of_two_decisions_at_once_one_is_told(store: Store, brand_id: int) -> None:
    number = merge(store, brand_id, 1, 2)
    gate = threading.Barrier(2, timeout=30)
    refused: list[str] = []

    def decide(who: str) -> None:
        gate.wait()
        try:
            with store.write() as session:
                item = moderation.one_item(session, number)
                moderation.decide(session, item, who, "same", NOW, reason="profiles")
        except RuleError as error:
            refused.append(str(error))

    at_once(lambda: decide("Ana"), lambda: decide("Ben"))
    assert len(refused) == 1
    with store.read() as session:
        steps = [one.step for one in queries.steps(session, number)]
        assert steps.count("decided") == 1


def test_merges_decided_at_once_make_one_person(store: Store, brand_id: int) -> None:
    numbers = [merge(store, brand_id, *pair) for pair in ((1, 2), (2, 3), (3, 4))]
    gate = threading.Barrier(3, timeout=30)

    def decide(number: int) -> None:
        gate.wait()
        with store.write() as session:
            item = moderation.one_item(session, number)
            moderation.decide(session, item, "Ana", "same", NOW, reason="profiles")

    at_once(*(lambda n=number: decide(n) for number in numbers))
    with store.read() as session:
        assert len({one.person_id for one in persons.accounts(session, (1, 2, 3, 4)).values()}) == 1


def test_an_out_of_date_item_moves_nothing(store: Store, brand_id: int) -> None:
    number = merge(store, brand_id, 1, 2)
    with store.read() as session:
        stale = session.get(tables.ReviewItem, number)
    with store.write() as session:
        moderation.claim(session, moderation.one_item(session, number), "Ana", NOW)
    assert stale is not None
    with store.write() as session:
        assert queries.move(session, stale, {"decision": "same"}) is False


def test_persons_nobody_has_go_and_erased_accounts_take_their_items_along(
    store: Store, brand_id: int
) -> None:
    number = merge(store, brand_id, 1, 2)
    with store.write() as session:
        item = moderation.one_item(session, number)
        moderation.decide(session, item, "Ana", "same", NOW, reason="profiles")
        person = persons.accounts(session, (1,))[1].person_id
        moderation.undo(session, item, "Ana", NOW)
        assert session.get(tables.Person, person) is None
    with store.write() as session:
        session.delete(persons.accounts(session, (1,))[1])
    with store.read() as session:
        assert queries.items(session, state=None) == []
