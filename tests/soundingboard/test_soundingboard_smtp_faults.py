"""Wherever the mail server fails, no mail is accepted twice and none goes missing silently."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from config.clock import PinnedClock
from config.outgoing import MailSettings
from config.settings import Settings
from soundingboard.pipeline.deliver import deliver
from soundingboard.pipeline.report import Report
from soundingboard.wiring import Parts
from store import outbox as outbox_queries
from store.session import Store
from store.tombstones import bury
from tests.badserver import Authority, tls_of
from tests.badsmtp import FAULTS, BadSmtp
from tests.copies import lay_database
from tests.fakes import NOW

RECEIVERS = ("ann@example.org", "odd.bob@example.org", "carl@example.org")

CONNECTION = {
    # The server itself is in trouble: one try, then it is left alone; nothing is lost.
    "drop on connect": "retry",
    "421 banner": "retry",
    "slow greeting": "retry",
    "421 at EHLO": "retry",
    "554 at EHLO": "retry",
}
MAIL = {
    "451 at MAIL": "retry",
    "550 at MAIL": "failed",
    "451 at RCPT": "retry",
    "550 at RCPT": "failed",
    "drop at RCPT": "retry",
    "451 at DATA": "retry",
    "554 at DATA": "failed",
    "drop before 354": "retry",
    "451 after dot": "retry",
    "554 after dot": "failed",
    "drop after dot, taken": "uncertain",
    "drop after dot, not taken": "uncertain",
    "slow verdict": "uncertain",
    "nonsense after dot": "uncertain",
    "250 then drop": "sent",
    "drop at QUIT": "sent",
}


def mail_settings(port: int, **turned: object) -> Settings:
    values = {
        "host": "127.0.0.1",
        "port": port,
        "security": "none",
        "sender": "Lumen <voices@lumen.example>",
        "timeout_s": 0.4,
        "verdict_s": 0.4,
        **turned,
    }
    return Settings(mail=MailSettings.model_validate(values))


def put(store: Store, *receivers: str, prefix: str = "digest") -> None:
    with store.write() as session:
        for receiver in receivers:
            outbox_queries.enqueue(
                session,
                key=f"{prefix}/{receiver}",
                channel="mail",
                kind="digest",
                receiver=receiver,
                subject="What people said – heute",
                text="Hello\n.\nThis line came after a dot.\n",
                html="<p>Hello</p>",
                now=NOW,
            )


class House:
    """A house whose mail goes to one scripted server."""

    def __init__(self, folder: Path, server: BadSmtp) -> None:
        self.folder, self.server = folder, server
        lay_database(folder / "soundingboard.db")

    def parts(self, later: timedelta = timedelta(), **turned: object) -> Parts:
        return Parts(
            mail_settings(self.server.port, **turned), self.folder, PinnedClock(NOW + later)
        )

    def deliver(self, later: timedelta = timedelta(), **turned: object) -> Report:
        parts = self.parts(later, **turned)
        try:
            return deliver(parts)
        finally:
            parts.close()

    def put(self, *receivers: str) -> None:
        parts = self.parts()
        put(parts.store, *receivers)
        parts.close()

    def states(self) -> dict[str, str]:
        parts = self.parts()
        with parts.store.read() as session:
            found = {row.receiver: row.state for row in outbox_queries.messages(session)}
        parts.close()
        return found


@pytest.fixture
def server() -> Iterator[BadSmtp]:
    with BadSmtp(slow_s=0.8) as made:
        yield made


@pytest.fixture
def house(tmp_path: Path, server: BadSmtp) -> House:
    return House(tmp_path, server)


def check(house: House) -> None:
    """No mail accepted twice; every accepted one known or listed; every sent one accepted."""
    parts = house.parts()
    copies = house.server.copies()
    with parts.store.read() as session:
        rows = outbox_queries.messages(session)
        listed = {row.message_id for row in outbox_queries.troubled(session)}
    parts.close()
    assert all(count == 1 for count in copies.values()), copies
    for row in rows:
        if row.state == "sent":
            assert copies[row.message_id] == 1
        elif row.message_id in copies:
            assert row.state == "uncertain"
        if row.state in ("failed", "uncertain"):
            assert row.message_id in listed
            assert row.problem
        if row.state in ("pending", "retry"):
            assert row.next_at is not None


@pytest.mark.parametrize("fault", [*CONNECTION, *MAIL])
def test_each_fault_ends_in_the_right_state_and_heals(house: House, fault: str) -> None:
    house.put(*RECEIVERS)
    house.server.fault = fault

    house.deliver()

    expected = {**CONNECTION, **MAIL}[fault]
    assert house.states() == dict.fromkeys(RECEIVERS, expected)
    check(house)
    house.server.fault = ""
    house.deliver(timedelta(hours=2))
    house.deliver(timedelta(hours=4))
    healed = "sent" if expected == "retry" else expected
    assert house.states() == dict.fromkeys(RECEIVERS, healed)
    check(house)


def test_every_fault_point_has_its_expected_state() -> None:
    assert {*CONNECTION, *MAIL, "partial recipients", "drop mid-data"} == set(FAULTS)


def test_a_server_in_trouble_is_asked_once_not_once_for_every_mail(house: House) -> None:
    house.put(*RECEIVERS)
    house.server.fault = "421 banner"

    report = house.deliver()

    assert house.server.connections == 1
    assert report.counts == {"put off": 3}


def test_where_some_receivers_are_refused_the_others_get_theirs(house: House) -> None:
    house.put(*RECEIVERS)
    house.server.fault = "partial recipients"

    report = house.deliver()

    assert sorted(house.states().items()) == [
        ("ann@example.org", "sent"),
        ("carl@example.org", "sent"),
        ("odd.bob@example.org", "failed"),
    ]
    assert list(report.failed.values()) == ["failed: unknown"]
    assert house.server.connections == 1
    check(house)


def test_a_drop_in_the_middle_of_a_long_mail_is_safe_to_repeat(house: House) -> None:
    parts = house.parts()
    with parts.store.write() as session:
        outbox_queries.enqueue(
            session,
            key="long",
            channel="mail",
            kind="digest",
            receiver="ann@example.org",
            subject="Long",
            text="a line of words\n" * 400_000,
            now=NOW,
        )
    parts.close()
    house.server.fault = "drop mid-data"
    house.deliver()
    assert house.states() == {"ann@example.org": "retry"}
    assert house.server.accepted == []

    house.server.fault = ""
    house.deliver(timedelta(hours=2), timeout_s=30, verdict_s=30)

    assert house.states() == {"ann@example.org": "sent"}
    check(house)


def test_a_drop_in_the_middle_of_a_short_mail_is_uncertain_for_the_dot_was_on_its_way(
    house: House,
) -> None:
    house.put("ann@example.org")
    house.server.fault = "drop mid-data"

    house.deliver()

    assert house.states()["ann@example.org"] in ("uncertain", "retry")
    check(house)


def test_a_mail_put_off_for_longer_than_a_day_has_failed(house: House) -> None:
    house.put("ann@example.org")
    house.server.fault = "451 at RCPT"
    for hours in range(0, 30, 2):
        house.deliver(timedelta(hours=hours))

    parts = house.parts()
    with parts.store.read() as session:
        (row,) = outbox_queries.messages(session)
        tries = outbox_queries.attempts_at(session, row.id or 0)
    parts.close()
    assert row.state == "failed"
    assert row.problem == "given up after 24 hours: grey"
    assert len(tries) == 13


def test_one_connection_carries_a_whole_batch(house: House) -> None:
    house.put(*(f"reader{n}@example.org" for n in range(45)))

    report = house.deliver()

    assert report.counts == {"sent": 45}
    assert house.server.connections == 1
    check(house)


def test_dots_and_unicode_arrive_as_they_were_written(house: House) -> None:
    house.put("ann@example.org")

    house.deliver()

    ((receiver, body),) = house.server.accepted
    mail = message_from_bytes(body, policy=policy.default)
    assert receiver == "ann@example.org"
    assert mail["Subject"] == "What people said – heute"
    lines = mail.get_body(("plain",)).get_content().splitlines()
    assert lines == ["Hello", ".", "This line came after a dot."]
    assert mail.get_body(("html",)).get_content().strip() == "<p>Hello</p>"
    assert body.isascii()


def test_without_starttls_nothing_is_told_to_a_server_that_should_have_it(house: House) -> None:
    house.put("ann@example.org")

    report = house.deliver(security="starttls", user="lumen", password="secret")

    assert house.states() == {"ann@example.org": "retry"}
    assert report.counts == {"put off": 1}
    assert not any("AUTH" in line or "MAIL" in line for line in house.server.heard)


def test_a_certificate_nobody_vouches_for_is_refused(
    house: House, tmp_path_factory: pytest.TempPathFactory
) -> None:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    house.server.tls = tls_of(authority.twin("127.0.0.1"))
    house.put("ann@example.org")

    house.deliver(security="starttls", timeout_s=5)

    assert house.states() == {"ann@example.org": "retry"}
    assert house.server.accepted == []


def test_over_starttls_a_mail_goes_to_a_server_that_is_vouched_for(
    house: House, tmp_path_factory: pytest.TempPathFactory
) -> None:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    house.server.tls = tls_of(authority.twin("localhost"))
    house.put("ann@example.org")
    parts = house.parts(host="localhost", security="starttls", timeout_s=5)
    report = deliver(parts, tls=ssl.create_default_context(cafile=authority.file))
    parts.close()

    assert report.counts == {"sent": 1}
    assert house.server.heard.count("STARTTLS") == 1


def test_a_wrong_password_puts_every_mail_off_and_loses_none(house: House) -> None:
    house.server.features = ("AUTH PLAIN",)
    house.put(*RECEIVERS)

    house.deliver(user="lumen", password="secret")

    assert set(house.states().values()) == {"retry"}


def test_mail_without_encryption_leaves_for_this_machine_only(house: House) -> None:
    house.put("ann@example.org")

    report = house.deliver(host="mail.example.org")

    assert "this machine" in report.failed["mail"]
    assert house.states() == {"ann@example.org": "pending"}


def test_an_address_beyond_ascii_fails_in_words_where_the_server_knows_none(house: House) -> None:
    house.put("jörg@example.org", "ann@example.org")

    report = house.deliver()

    assert house.states() == {"jörg@example.org": "failed", "ann@example.org": "sent"}
    assert "beyond ASCII" in next(iter(report.failed.values()))


def test_an_address_beyond_ascii_goes_where_the_server_knows_them(house: House) -> None:
    house.server.features = ("SMTPUTF8", "8BITMIME")
    house.put("jörg@example.org", "ann@exämple.org")

    house.deliver()

    assert set(house.states().values()) == {"sent"}
    receivers = {receiver for receiver, _ in house.server.accepted}
    assert receivers == {"jörg@example.org", "ann@xn--exmple-cua.org"}


def test_the_body_never_leaves_before_the_row_says_that_it_is_being_sent(house: House) -> None:
    house.put("ann@example.org")
    seen: list[dict[str, str]] = []
    house.server.watch = lambda line: seen.append(house.states()) if line == "taken" else None

    house.deliver(verdict_s=5)

    assert seen == [{"ann@example.org": "sending"}]


def test_an_objection_between_claim_and_sending_is_heard(house: House) -> None:
    house.put("ann@example.org")
    parts = house.parts(timeout_s=5)

    def object_late(line: str) -> None:
        if line.startswith("DATA"):
            with parts.store.write() as session:
                bury(session, {parts.marker.address("ANN@example.org")}, "do_not_contact", NOW)

    house.server.watch = object_late
    report = deliver(parts)
    parts.close()

    assert report.counts == {"withheld": 1}
    assert house.states() == {"ann@example.org": "withheld"}
    assert house.server.accepted == []
    assert house.server.heard[-1].startswith("DATA")
