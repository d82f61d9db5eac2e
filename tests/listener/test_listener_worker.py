"""Hostile bytes are read in a process that dies alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.clock import PinnedClock
from config.errors import UnreadableError
from listener.parsing import cell, wire
from listener.parsing.feed import parse_feed
from listener.parsing.worker import Worker
from listener.record import Parsed, RawAuthor, RawPost, Reject

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
URL = "https://site.example/feed"
GOOD = b"<rss version='2.0'><channel><item><title>a</title><guid>1</guid></item></channel></rss>"


def rss(items: bytes) -> bytes:
    return b"<rss version='2.0'><channel>" + items + b"</channel></rss>"


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    with Worker(PinnedClock(NOW), cpu_s=1.0) as started:
        yield started


def test_a_feed_read_in_the_worker_is_the_feed_read_here(worker: Worker) -> None:
    assert worker.parse("feed", GOOD, {}, URL) == parse_feed(GOOD, {}, URL, now=NOW)


def test_what_cannot_be_read_is_our_error_with_its_reason(worker: Worker) -> None:
    with pytest.raises(UnreadableError, match="an HTML page"):
        worker.parse("feed", b"<html><body>x</body></html>", {}, URL)


def test_a_feed_that_burns_time_costs_only_itself(worker: Worker) -> None:
    attributes = b" ".join(b"a%d='1'" % number for number in range(40_000))
    with pytest.raises(UnreadableError, match="too long or too much memory"):
        worker.parse("feed", rss(b"<item " + attributes + b"><title>a</title></item>"), {}, URL)
    assert len(worker.parse("feed", GOOD, {}, URL).posts) == 1


def test_a_feed_that_eats_memory_costs_only_itself() -> None:
    with Worker(PinnedClock(NOW), cpu_s=20, memory_bytes=200 * 2**20) as small:
        with pytest.raises(UnreadableError, match="too long or too much memory"):
            small.parse("feed", rss(b"<item><title>" + b"a" * 60_000_000), {}, URL)
        assert len(small.parse("feed", GOOD, {}, URL).posts) == 1


def test_nobody_waits_longer_than_the_wall() -> None:
    nested = b"<a>" * 400_000
    with (
        Worker(PinnedClock(NOW), cpu_s=60, wall_s=1.0) as patient,
        pytest.raises(UnreadableError, match="too long"),
    ):
        patient.parse("feed", nested, {}, URL)


def test_a_closed_worker_starts_again_when_asked() -> None:
    worker = Worker(PinnedClock(NOW))
    worker.close()
    assert len(worker.parse("feed", GOOD, {}, URL).posts) == 1
    worker.close()


def test_threads_take_turns(worker: Worker) -> None:
    bodies = [GOOD.replace(b">a<", b">%d<" % number) for number in range(20)]
    with ThreadPoolExecutor(4) as pool:
        read = list(pool.map(lambda body: worker.parse("feed", body, {}, URL), bodies))
    assert [parsed.posts[0].title for parsed in read] == [str(number) for number in range(20)]


def test_fifty_thousand_items_are_read_as_the_newest_two_thousand() -> None:
    items = b"".join(b"<item><guid>%d</guid><title>t</title></item>" % n for n in range(50_000))
    with Worker(PinnedClock(NOW), wall_s=60) as worker:
        parsed = worker.parse("feed", rss(items), {}, URL)
    assert (len(parsed.posts), parsed.truncated) == (2000, 48_000)


def test_every_field_survives_the_pipe() -> None:
    author = RawAuthor("k", "n", bio="b", followers=3, is_bot=True)
    post = RawPost("1", "t", author, created_at=NOW, edited_at=NOW, rating=0.5, quoted="q")
    parsed = Parsed((post, RawPost("2", "")), (Reject(1, "r"),), "title", 7, {"a": [1]}, 60.0)
    assert wire.unpack(wire.pack(parsed)) == parsed


def test_nothing_can_be_opened_while_parsing() -> None:
    for event in ("open", "socket.connect", "subprocess.Popen", "os.system", "ctypes.dlopen"):
        with pytest.raises(PermissionError):
            cell._stay_inside(event, ())
    cell._stay_inside("import", ())


def test_the_process_knows_nothing_of_our_environment(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOUNDINGBOARD_SECRET", "hush")
    worker.close()
    worker.parse("feed", GOOD, {}, URL)
    process = worker._process
    assert process is not None
    environ = Path(f"/proc/{process._running.pid}/environ")
    if not os.access(environ, os.R_OK):
        pytest.skip("this system shows no process's environment")
    assert b"SOUNDINGBOARD_SECRET" not in environ.read_bytes()


@pytest.mark.real
def test_recorded_feeds_of_every_encoding_are_read_in_the_worker_as_here(shared: Path) -> None:
    feeds = sorted((shared / "recorded/feeds/kurtmckee_feedparser").rglob("*.xml"))[::12]
    feeds += sorted((shared / "recorded/feeds/codehollow_FeedReader").rglob("*.xml"))[::4]
    with Worker(PinnedClock(NOW)) as worker:
        for path in feeds:
            body = path.read_bytes()
            try:
                here: object = parse_feed(body, {}, URL, now=NOW)
            except UnreadableError as error:
                here = error.reason
            try:
                there: object = worker.parse("feed", body, {}, URL)
            except UnreadableError as error:
                there = error.reason
            assert here == there, path
