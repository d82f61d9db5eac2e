"""The outbox: claimed by one, marked before the first byte, settled; objections are heard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.exc import IntegrityError

from config.errors import DeliveryError, NotFoundError, RuleError
from store import dispatch, outbox, tables
from store.brands import make_brand
from store.dispatch import Outcome
from store.session import Store
from store.tombstones import Marker, bury
from tests.fakes import NOW

MARKER = Marker(b"a key")
LEASE = timedelta(minutes=10)
DAY = timedelta(hours=24)


@dataclass
class Desk:
    """One sender, its clock at `now`."""

    store: Store

    def put(self, receiver: str = "ann@example.org", **more: object) -> int:
        told = {"channel": "mail", "kind": "digest", "subject": "s", "text": "t", **more}
        with self.store.write() as session:
            row = outbox.enqueue(session, key=f"k/{receiver}", receiver=receiver, now=NOW, **told)
            assert row is not None
            return row.id or 0

    def claim(self, now=NOW, *, channels=("mail",), freeze=lambda row: b"frozen", limit=20):
        with self.store.write() as session:
            return dispatch.claim(
                session,
                MARKER,
                freeze,
                channels=channels,
                by="x",
                now=now,
                lease=LEASE,
                limit=limit,
            )

    def begin(self, row: tables.OutboxRow, now=NOW) -> bool:
        with self.store.write() as session:
            return dispatch.begin_sending(
                session, MARKER, row.id or 0, row.fence, now=now, lease=LEASE
            )

    def finish(self, row: tables.OutboxRow, state: str, now=NOW, **more: object) -> bool:
        outcome = Outcome(state, "verdict", "words", **more)
        with self.store.write() as session:
            return dispatch.finish(session, row.id or 0, row.fence, outcome, now=now, patience=DAY)

    def recover(self, now) -> int:
        with self.store.write() as session:
            return dispatch.recover(session, now)

    def row(self, row_id: int) -> tables.OutboxRow:
        with self.store.read() as session:
            return outbox.get_row(session, row_id)

    def bury(self, mark: str, kind: str) -> None:
        with self.store.write() as session:
            bury(session, {mark}, kind, NOW)

    def author(self, key: str = "ann", person_id: int | None = None) -> int:
        with self.store.write() as session:
            author = tables.Author(
                site="a.example", key=key, name=key, first_seen=NOW, person_id=person_id
            )
            session.add(author)
            session.flush()
            return author.id or 0


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_a_key_is_put_there_once_for_ever(desk: Desk) -> None:
    first = desk.put()
    with desk.store.write() as session:
        told = {"channel": "mail", "kind": "digest", "subject": "s", "text": "t"}
        again = outbox.enqueue(session, key="k/ann@example.org", receiver="x", now=NOW, **told)
    assert again is None
    assert desk.row(first).receiver == "ann@example.org"


def test_nothing_goes_to_a_person_outside_without_somebodys_click(desk: Desk) -> None:
    author = desk.author()
    with pytest.raises(IntegrityError):
        desk.put(author_id=author)


def test_the_way_of_a_message_that_is_sent(desk: Desk) -> None:
    number = desk.put()
    (row,) = desk.claim()
    assert (row.state, row.fence, row.message) == ("claimed", 1, b"frozen")
    assert desk.claim() == []
    assert desk.begin(row)
    assert desk.row(number).state == "sending"
    assert desk.finish(row, "sent")
    sent = desk.row(number)
    assert (sent.state, sent.sent_at, sent.problem, sent.next_at) == ("sent", NOW, None, None)
    assert not desk.finish(row, "retry")


def test_bytes_are_frozen_at_the_first_claim_and_never_made_again(desk: Desk) -> None:
    desk.put()
    (row,) = desk.claim(freeze=lambda row: b"first")
    desk.finish(row, "retry")

    (again,) = desk.claim(NOW + timedelta(hours=1), freeze=lambda row: b"second")

    assert again.message == b"first"
    assert again.fence == 2


def test_what_cannot_be_made_into_a_message_fails_and_says_why(desk: Desk) -> None:
    number = desk.put()

    def refuse(row: tables.OutboxRow) -> bytes:
        raise DeliveryError("no address")

    (row,) = desk.claim(freeze=refuse)
    assert (row.state, desk.row(number).problem) == ("failed", "no address")


def test_a_message_put_off_waits_longer_each_time_and_fails_after_a_day(desk: Desk) -> None:
    number, now, waits = desk.put(), NOW, []
    while desk.row(number).state != "failed":
        (row,) = desk.claim(now)
        desk.begin(row, now)
        desk.finish(row, "retry", now)
        after = desk.row(number)
        if after.next_at:
            waits.append(after.next_at - now)
            now = after.next_at
    assert waits[0] < timedelta(minutes=2)
    assert all(wait <= timedelta(minutes=72) for wait in waits)
    assert NOW + DAY <= now < NOW + DAY + timedelta(hours=2)


def test_a_message_is_not_tried_before_the_time_the_other_side_named(desk: Desk) -> None:
    number = desk.put()
    (row,) = desk.claim()
    desk.finish(row, "retry", retry_at=NOW + timedelta(hours=5))
    assert desk.row(number).next_at == NOW + timedelta(hours=5)


def test_a_claimed_message_of_a_stopped_sender_waits_again(desk: Desk) -> None:
    number = desk.put()
    (old,) = desk.claim()
    assert desk.recover(NOW + LEASE) == 0
    assert desk.recover(NOW + LEASE + timedelta(seconds=1)) == 1
    assert desk.row(number).state == "pending"
    (new,) = desk.claim(NOW + 2 * LEASE)
    assert not desk.begin(old)
    assert not desk.finish(old, "failed")
    assert desk.begin(new)


def test_a_message_being_sent_by_a_stopped_sender_is_uncertain_and_listed(desk: Desk) -> None:
    number = desk.put()
    (row,) = desk.claim()
    desk.begin(row)
    desk.recover(NOW + 2 * LEASE)
    assert desk.row(number).state == "uncertain"
    assert desk.claim(NOW + DAY) == []
    with desk.store.read() as session:
        assert [one.id for one in outbox.troubled(session)] == [number]


def test_a_slow_sender_may_still_tell_how_it_ended(desk: Desk) -> None:
    number = desk.put()
    (row,) = desk.claim()
    desk.begin(row)
    desk.recover(NOW + 2 * LEASE)
    assert desk.finish(row, "sent", NOW + 2 * LEASE)
    assert desk.row(number).state == "sent"


def test_a_webhook_of_a_stopped_sender_is_told_again(desk: Desk) -> None:
    number = desk.put("crm", channel="webhook", kind="alert")
    (row,) = desk.claim(channels=("webhook",))
    desk.begin(row)
    desk.recover(NOW + 2 * LEASE)
    assert desk.row(number).state == "retry"


# --- a person's word ---------------------------------------------------------------------------


def uncertain(desk: Desk) -> tuple[int, tables.OutboxRow]:
    number = desk.put()
    (row,) = desk.claim()
    desk.begin(row)
    desk.finish(row, "uncertain")
    return number, row


def test_a_person_settles_an_uncertain_message_as_sent(desk: Desk) -> None:
    number, row = uncertain(desk)
    with desk.store.write() as session:
        outbox.settle(session, number, "sent", "mara", NOW)
    assert desk.row(number).state == "sent"
    assert not desk.finish(row, "retry")


def test_a_person_sends_an_uncertain_message_knowingly_once_more(desk: Desk) -> None:
    number, row = uncertain(desk)
    with desk.store.write() as session:
        outbox.settle(session, number, "not-sent", "mara", NOW)
    (again,) = desk.claim(NOW)
    assert again.message == row.message
    assert again.fence > row.fence
    assert not desk.finish(row, "sent")
    with desk.store.read() as session:
        words = [one.words for one in outbox.attempts_at(session, number)]
    assert words[-1] == "mara found that it never arrived"


def test_only_failed_messages_go_once_more_and_they_get_a_new_day(desk: Desk) -> None:
    number = desk.put()
    (row,) = desk.claim()
    desk.finish(row, "retry")
    (row,) = desk.claim(NOW + DAY)
    desk.finish(row, "retry", NOW + DAY)
    assert desk.row(number).state == "failed"
    with desk.store.write() as session:
        outbox.send_again(session, number, "mara", NOW + DAY)
    (row,) = desk.claim(NOW + DAY)
    desk.finish(row, "retry", NOW + DAY)
    assert desk.row(number).state == "retry"


def test_what_is_not_uncertain_is_not_settled_and_what_is_not_failed_not_retried(
    desk: Desk,
) -> None:
    number = desk.put()
    with desk.store.write() as session:
        for change in (
            lambda: outbox.settle(session, number, "sent", "mara", NOW),
            lambda: outbox.send_again(session, number, "mara", NOW),
        ):
            with pytest.raises(RuleError):
                change()
        with pytest.raises(NotFoundError):
            outbox.settle(session, 99, "sent", "mara", NOW)


# --- objections --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["do_not_contact", "unsubscribed"])
def test_an_address_that_objected_gets_no_digest(desk: Desk, kind: str) -> None:
    number = desk.put("Ann@Example.org")
    desk.bury(MARKER.address("ann@example.ORG "), kind)
    (row,) = desk.claim()
    assert row.state == "withheld"
    assert desk.row(number).problem
    assert desk.claim(NOW + DAY) == []


def test_who_unsubscribed_from_the_digest_may_still_be_written_to(desk: Desk) -> None:
    desk.put(kind="invitation")
    desk.bury(MARKER.address("ann@example.org"), "unsubscribed")
    (row,) = desk.claim()
    assert row.state == "claimed"


@pytest.mark.parametrize("kind", ["do_not_contact", "erased"])
def test_an_objection_between_claim_and_sending_is_heard(desk: Desk, kind: str) -> None:
    number = desk.put(kind="invitation", author_id=desk.author(), approved_by="mara")
    (row,) = desk.claim()
    desk.bury(MARKER.account("a.example", "ann"), kind)
    assert not desk.begin(row)
    assert desk.row(number).state == "withheld"


def test_an_objection_of_one_account_counts_for_all_of_the_same_person(desk: Desk) -> None:
    with desk.store.write() as session:
        person = tables.Person(made_by="mara", made_at=NOW)
        session.add(person)
        session.flush()
        person_id = person.id
    desk.author("ann.elsewhere", person_id)
    desk.put(kind="invitation", author_id=desk.author("ann", person_id), approved_by="mara")
    desk.bury(MARKER.account("a.example", "ann.elsewhere"), "do_not_contact")
    (row,) = desk.claim()
    assert row.state == "withheld"


@pytest.mark.parametrize("kind", ["do_not_contact", "opted_out"])
def test_a_flag_that_is_the_persons_own_word_withholds_until_it_is_overridden(
    desk: Desk, kind: str
) -> None:
    author = desk.author()
    first = desk.put(kind="invitation", author_id=author, approved_by="mara")
    with desk.store.write() as session:
        brand = make_brand(session, "Lumen", NOW)
        flag = tables.Flag(
            author_id=author,
            brand_id=brand.id or 0,
            kind=kind,
            strength="strong",
            excludes=True,
            evidence="said so",
            raised_at=NOW,
        )
        session.add(flag)
    desk.claim()
    assert desk.row(first).state == "withheld"
    with desk.store.write() as session:
        flag.overridden_by = "mara"
        session.add(flag)
    second = desk.put("b@example.org", kind="invitation", author_id=author, approved_by="mara")
    desk.claim()
    assert desk.row(second).state == "claimed"


def test_what_waits_for_an_erased_person_goes_with_them(desk: Desk) -> None:
    author = desk.author()
    number = desk.put(kind="invitation", author_id=author, approved_by="mara")
    (row,) = desk.claim()
    with desk.store.write() as session:
        session.delete(session.get(tables.Author, author))
    assert not desk.begin(row)
    assert not desk.finish(row, "sent")
    with pytest.raises(NotFoundError):
        desk.row(number)


@given(st.text(min_size=1), st.integers(1, 10_000))
def test_pauses_stay_within_their_bounds(key: str, attempts: int) -> None:
    pause = dispatch.pause(key, attempts)
    assert timedelta(seconds=48) <= pause <= timedelta(minutes=72)
    assert pause == dispatch.pause(key, attempts)
