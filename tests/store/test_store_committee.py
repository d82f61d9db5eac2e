"""What stands about committees is the same on both databases, and two at once make no two."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from community.committees import committee, members, pay, trail
from config.errors import RuleError
from store import pay as ledger
from store import tables
from store.members import members as all_members
from store.session import Store
from store.trail import steps
from tests.community.seats import NOW, TERMS, make_author, make_committee, seat


def test_many_who_seat_one_person_at_once_seat_them_once(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        author = make_author(session, "mara")

    def join(number: int) -> int:
        with store.write() as session:
            made = members.join(
                session,
                committee_id=circle.id or 0,
                author_id=author.id or 0,
                door="committee",
                name="mara",
                address=None,
                invitation_id=None,
                now=NOW + timedelta(seconds=number),
            )
            return made.id or 0

    with ThreadPoolExecutor(4) as pool:
        seats = set(pool.map(join, range(8)))
    with store.read() as session:
        assert [one.id for one in all_members(session, circle.id or 0)] == list(seats)


def test_many_who_publish_at_once_make_one_version_each(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)

    def publish(hours: int) -> int:
        terms = committee.Terms(
            purpose="p", hours_a_year=hours, meetings_a_year=1, cadence="", compensation=""
        )
        with store.write() as session:
            made = committee.publish(session, circle.id or 0, terms, actor="Ana", now=NOW)
            return made.version

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(publish, range(1, 7))) == [1, 2, 3, 4, 5, 6]


def test_one_entry_is_settled_by_one_of_many(store: Store) -> None:
    with store.write() as session:
        mara = seat(session, make_committee(session), "mara")
        entry = pay.enter(
            session,
            mara.id or 0,
            what="time",
            amount="50",
            currency="EUR",
            settle_days=30,
            actor="Ana",
            now=NOW,
        )

    def settle(number: int) -> bool:
        try:
            with store.write() as session:
                pay.settle(session, entry.id or 0, actor=f"clerk {number}", now=NOW)
        except RuleError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(settle, range(6))) == 1


def test_one_step_is_taken_back_by_one_of_many(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        mara = seat(session, circle, "mara")
        members.leave(session, mara.id or 0, reason="", actor="Ana", now=NOW)
        left = steps(session, circle.id or 0)[-1]

    def undo(number: int) -> bool:
        try:
            with store.write() as session:
                step = trail.get_step(session, circle.id or 0, left.id or 0)
                trail.take_back(session, step, f"clerk {number}", NOW)
        except RuleError:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(undo, range(6))) == 1


def test_times_and_lists_come_back_as_they_were(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        mara = seat(session, circle, "mara")
        end = mara.term_until
        members.renew(session, mara.id or 0, actor="Ana", now=NOW)
        trail.take_back(session, steps(session, circle.id or 0)[-1], "Ana", NOW)
    with store.read() as session:
        assert session.get_one(tables.Member, mara.id).term_until == end


def test_sums_of_two_currencies_stay_two(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        committee.publish(session, circle.id or 0, TERMS, actor="Ana", now=NOW)
        mara = seat(session, circle, "mara")
        for amount, currency in (("21000000", "EUR"), ("21000000", "EUR"), ("1", "USD")):
            pay.enter(
                session,
                mara.id or 0,
                what="time",
                amount=amount,
                currency=currency,
                settle_days=1,
                actor="Ana",
                now=NOW,
            )
        totals = [(one.currency, one.owed) for one in ledger.sums(session, circle.id or 0)]
        assert totals == [("EUR", 4_200_000_000), ("USD", 100)]


def test_forgetting_an_account_takes_its_seat_and_its_trail_along(store: Store) -> None:
    with store.write() as session:
        circle = make_committee(session)
        mara = seat(session, circle, "mara")
        session.delete(session.get_one(tables.Author, mara.author_id))
        session.flush()
    with store.read() as session:
        assert [one.step for one in steps(session, circle.id or 0)] == ["make"]
