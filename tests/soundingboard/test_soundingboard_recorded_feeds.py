"""Recorded feeds go through the real collector twice; the second time adds nothing."""

from __future__ import annotations

import math
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from config.clock import PinnedClock
from config.settings import FetchSettings, Settings
from soundingboard.pipeline.collect import collect
from soundingboard.wiring import Parts
from store import sources as source_queries
from store import tables
from store.posts import count_posts
from tests.fakes import NOW, FixedReader

PUBLIC_IP = "93.184.215.14"
OF_A_PROJECT = 60
"""At most. That every single one is read alike twice, tests/listener/test_listener_feed.py sees."""


class Quiet(SimpleHTTPRequestHandler):
    """Serves a folder without a word."""

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@contextmanager
def serving(folder: Path) -> Iterator[int]:
    """The port of a server of that folder."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield int(server.server_address[1])
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def recorded(folder: Path) -> Sequence[Path]:
    """Every feed of most projects, and of the three with hundreds a like number from all over."""
    chosen: list[Path] = []
    for project in sorted(folder.iterdir()):
        files = sorted(path for path in project.rglob("*") if path.is_file())
        chosen += files[:: math.ceil(len(files) / OF_A_PROJECT)]
    return chosen


@pytest.mark.real
def test_recorded_feeds_collected_twice_add_nothing_the_second_time(
    shared: Path, tmp_path: Path
) -> None:
    feeds = shared / "recorded" / "feeds"
    settings = Settings(fetch=FetchSettings(host_gap_s=0.0))
    with serving(feeds) as port:
        parts = Parts(
            settings,
            tmp_path,
            PinnedClock(NOW),
            reader=FixedReader(),
            resolve=lambda _host, _port: [PUBLIC_IP],
            connect=lambda _ip, _port, s: socket.create_connection(("127.0.0.1", port), s),
        )
        with parts.store.write() as session:
            for path in recorded(feeds):
                name = path.relative_to(feeds).as_posix()
                address = f"http://feeds.example/{name.replace('%', '%25').replace(' ', '%20')}"
                source_queries.add_source(
                    session,
                    tables.Source(kind="feed", address=address, name=name, added_at=NOW),
                )
        first = collect(parts)
        with parts.store.read() as session:
            kept = count_posts(session)
        with parts.store.write() as session:  # an answer that changed only in its bytes
            for source in source_queries.all_sources(session):
                source.body_sha = source.etag = source.last_modified = source.validated_url = None
        second = collect(parts)
        with parts.store.read() as session:
            again = count_posts(session)
        parts.close()
    assert first.counts["added"] == kept > 500
    assert (second.counts["added"], second.counts["updated"]) == (0, 0)
    assert again == kept
    assert set(first.failed) == set(second.failed)
