"""The daily digest: one a reader and local day, what is late first, quiet when nothing happened."""

from __future__ import annotations

import email
import email.policy
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from community.steering.context import note_event
from config.clock import PinnedClock
from config.outgoing import DigestSettings, MailSettings, RecipientSettings
from config.settings import Settings
from soundingboard import unsubscribing
from soundingboard.digest_view import SECTIONS, Window, digest_view
from soundingboard.pipeline.digest import digest, mail_digests, preview
from soundingboard.wiring import Parts
from store import tables
from store.outbox import messages
from store.tombstones import bury
from tests.copies import lay_database
from tests.fakes import NOW, FixedReader, make_parts

DAY = timedelta(days=1)
ANN = RecipientSettings(address="ann@example.com", name="Ann", timezone="Europe/Vienna", hour=7)
MAIL = MailSettings(sender="Lumen <voices@example.com>")


def settings(*readers: RecipientSettings, url: str = "sqlite:///soundingboard.db") -> Settings:
    return Settings(database_url=url, digest=DigestSettings(recipient=readers), mail=MAIL)


def parts_of(folder: Path, *readers: RecipientSettings) -> Parts:
    parts = make_parts(folder, settings=settings(*readers))
    with parts.store.write() as session:
        session.add(tables.BrandRow(id=1, name="Lumen", created_at=NOW - 90 * DAY))
    return parts


def at(parts: Parts, days: float) -> None:
    parts.clock = PinnedClock(NOW + days * DAY)


def sent(parts: Parts) -> list[str]:
    with parts.store.read() as session:
        return sorted(row.key for row in messages(session))


def occurrences(parts: Parts) -> list[tuple[str, str, str | None]]:
    from sqlmodel import col, select

    with parts.store.read() as session:
        rows = session.exec(select(tables.Occurrence).order_by(col(tables.Occurrence.day)))
        return [(row.day, row.state, row.reason) for row in rows]


def trouble(parts: Parts, number: int) -> None:
    """Something that is always worth telling: a source that does not answer."""
    with parts.store.write() as session:
        session.add(
            tables.Source(
                id=number, kind="feed", address=f"a{number}", name=f"a{number}", added_at=NOW,
                problem="does not answer",
            )
        )  # fmt: skip


def test_each_reader_gets_one_a_local_day_however_often_it_is_tried(tmp_path: Path) -> None:
    parts = parts_of(tmp_path, ANN, RecipientSettings(address="bo@example.com"))
    trouble(parts, 1)
    for tick in range(48 * 3):
        at(parts, tick / 48)
        mail_digests(parts)
    assert sent(parts) == [
        f"digest/2026-03-0{day}/{who}@example.com" for day in (1, 2, 3, 4) for who in ("ann", "bo")
    ]
    parts.close()


def test_a_quiet_day_is_said_once_and_then_there_is_silence_until_there_is_news(
    tmp_path: Path,
) -> None:
    parts = parts_of(tmp_path, ANN)
    for day in range(4):
        at(parts, day)
        mail_digests(parts)
    assert [state for _, state, _ in occurrences(parts)] == [
        "done",
        "skipped",
        "skipped",
        "skipped",
    ]
    trouble(parts, 1)
    at(parts, 4)
    mail_digests(parts)
    assert len(sent(parts)) == 2
    parts.close()


def test_a_day_we_slept_through_is_written_down_as_missed(tmp_path: Path) -> None:
    parts = parts_of(tmp_path, ANN)
    trouble(parts, 1)
    mail_digests(parts)
    at(parts, 3)
    report = mail_digests(parts)
    assert report.counts["missed"] == 2
    assert [state for _, state, _ in occurrences(parts)] == ["done", "missed", "missed", "done"]
    assert len(sent(parts)) == 2
    parts.close()


def test_nothing_is_told_twice_or_never_between_two_digests(tmp_path: Path) -> None:
    parts = parts_of(tmp_path, ANN)
    trouble(parts, 1)
    for day in (0, 1, 3):
        at(parts, day)
        mail_digests(parts)
    from sqlmodel import col, select

    with parts.store.read() as session:
        query = select(tables.Occurrence).where(col(tables.Occurrence.state) == "done")
        done = session.exec(query.order_by(col(tables.Occurrence.day))).all()
    assert [row.since for row in done[1:]] == [row.until for row in done[:-1]]
    parts.close()


def test_whoever_unsubscribed_gets_none_and_the_day_says_why(tmp_path: Path) -> None:
    parts = parts_of(tmp_path, ANN)
    trouble(parts, 1)
    with parts.store.write() as session:
        bury(session, {parts.marker.address("ANN@example.com")}, "unsubscribed", NOW)
    assert mail_digests(parts).counts["unsubscribed"] == 1
    assert sent(parts) == []
    assert occurrences(parts) == [("2026-03-01", "skipped", "unsubscribed")]
    parts.close()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_eight_schedulers_at_once_queue_one_mail(
    database: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    url = lay_database(tmp_path / "one.db")
    if database == "postgresql":
        url = str(request.getfixturevalue("postgres_url"))
    many = [
        Parts(settings(ANN, url=url), tmp_path, PinnedClock(NOW), reader=FixedReader())
        for _ in range(8)
    ]
    with many[0].store.write() as session:
        session.add(tables.BrandRow(id=1, name="Lumen", created_at=NOW))
    trouble(many[0], 1)
    for parts in many:
        assert parts.store
        assert parts.marker
    start = threading.Barrier(8)
    failed: list[BaseException] = []

    def run(parts: Parts) -> None:
        start.wait()
        try:
            mail_digests(parts)
        except BaseException as error:  # noqa: BLE001 - told to the test's own thread
            failed.append(error)

    threads = [threading.Thread(target=run, args=[parts]) for parts in many]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert sent(many[0]) == ["digest/2026-03-01/ann@example.com"]
    for parts in many:
        parts.close()


def test_the_mail_can_be_stopped_with_one_click_and_says_how(tmp_path: Path) -> None:
    parts = parts_of(tmp_path, ANN)
    (path,) = preview(parts, [ANN], tmp_path / "out")
    mail = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    link = str(mail["List-Unsubscribe"]).partition(">")[0].strip("<")
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link == unsubscribing.link(parts, "ann@example.com")
    assert "ann" not in link
    plain, html = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
    assert link in plain
    assert link in html
    assert "Hello Ann," in plain
    assert sent(parts) == []
    assert occurrences(parts) == []
    parts.close()


def test_only_marketers_are_told_who_might_be_invited(tmp_path: Path) -> None:
    parts = parts_of(tmp_path)
    for role, sections in SECTIONS.items():
        view = digest_view(parts, Window(NOW - DAY, NOW), role=role)
        assert [name for name, _ in view["brands"][0]["sections"]] == list(sections)
        assert ("people" in sections) == (role == "marketer")
        assert sections[0] == "overdue"
    parts.close()


def test_what_happened_outside_stands_beside_the_numbers(tmp_path: Path) -> None:
    parts = parts_of(tmp_path)
    with parts.store.write() as session:
        note_event(session, 1, "outage", "The shop was down", NOW - DAY / 2, "Ann", NOW)
        session.add(
            tables.Measurement(
                brand_id=1, kpi="people_heard", unit="people", since=NOW - 90 * DAY, until=NOW,
                value=7, numerator=7, denominator=7, n=7,
            )
        )  # fmt: skip
    digest(parts)
    for ending in ("html", "txt"):
        page = (tmp_path / "digests" / f"2026-03-01.{ending}").read_text("utf-8")
        assert "outage: The shop was down" in page
    parts.close()


def test_a_past_day_is_written_again_with_its_own_window(tmp_path: Path) -> None:
    parts = parts_of(tmp_path)
    digest(parts)
    at(parts, 1)
    digest(parts)
    first = (tmp_path / "digests" / "2026-03-01.txt").read_text("utf-8")
    digest(parts, day=NOW.date())
    assert (tmp_path / "digests" / "2026-03-01.txt").read_text("utf-8") == first
    parts.close()
