"""How fast the pages are: twenty readers at once while posts keep coming in.

    python -m bench.world --into /tmp/large
    python -m bench.console --house /tmp/large --seconds 10 --out pages.json

The pages are served on this machine's own loopback by the very application, and asked for by
another process, page after page. Every reader follows the list of pages from another place in it.
Beside them a writer saves batches of new posts, as collecting does. A page's weight is what came
over the line for it alone (compressed, if the server compresses), without the files it shares.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import multiprocessing
import random
import socket
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

from bench import world_words
from bench.world import NOW
from config.clock import PinnedClock
from config.outgoing import WebSettings
from config.settings import Settings
from soundingboard.access import sessions
from soundingboard.web.app import serve_pages
from soundingboard.wiring import Parts
from store import tables
from store.posts import Arrival, save_posts

READERS = 20
BATCH, PAUSE_S = 50, 0.5
PAGES = (
    "/", "/recruits", "/recruits?side=love", "/recruits?side=hate", "/recruits?side=torn",
    "/recruits?side=love&theme_id=7", "/recruits?name=ada", "/candidates/9", "/slate",
    "/mentions", "/mentions?label=negative", "/mentions?words=lid", "/mentions?words=norvane+-lid",
    "/mentions?words=%22the+lid+of+my%22", "/mentions?words=%E9%9B%BB%E6%B1%A0",
    "/mentions?site=mastodon", "/mentions?theme_id=7", "/mentions/facets", "/posts/999",
    "/timeline", "/themes", "/themes/7", "/voice", "/sources",
    "/community", "/members", "/members/1", "/committees", "/committees/1", "/meetings",
    "/meetings/1", "/pay", "/suggestions", "/suggestions/1", "/invitations", "/offers",
    "/review", "/labelling", "/kpis", "/kpis/net_sentiment", "/goals", "/resets", "/ledger",
    "/business-case", "/settings", "/settings/sources", "/settings/outbox", "/settings/audit",
)  # fmt: skip
"""What is asked for; add a line when there is a new list."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one question: milliseconds, HTTP status, bytes of the page."""

    path: str
    took_ms: float
    status: int
    weight: int


def measure(house: Path, pages: Sequence[str], seconds: float, pause_s: float) -> list[Answer]:
    """Ask for the pages for so many seconds, READERS at a time; answers in no order.

    pause_s : how long a reader looks at a page before asking for the next one, on average
    """
    parts = Parts(Settings(web=WebSettings(port=_free_port())), house, PinnedClock(NOW))
    cookie = _sign_in(parts)
    stop = threading.Event()
    writer = threading.Thread(target=_write, args=(parts, stop), daemon=True)
    try:
        with serve_pages(parts) as address:
            _warm(address, cookie, pages)
            writer.start()
            with multiprocessing.get_context("spawn").Pool(1) as pool:
                return pool.apply(_read_all, (address, cookie, pages, seconds, pause_s))
    finally:
        stop.set()
        if writer.ident is not None:
            writer.join()
        parts.close()


def _free_port() -> int:
    with socket.socket() as line:
        line.bind(("127.0.0.1", 0))
        return int(line.getsockname()[1])


def _sign_in(parts: Parts) -> str:
    """The cookie of an admin who just signed in."""
    now = parts.clock.now()
    with parts.store.write() as session:
        number = f"{random.SystemRandom().getrandbits(40)}"
        user = tables.User(address=f"{number}@ours.test", name=f"Bench {number}", role="admin",
                           prefs={"brand": 1}, made_by="bench", made_at=now)  # fmt: skip
        session.add(user)
        session.flush()
        token = sessions.open_session(session, user, agent="bench", device="bench", now=now)
    return f"{sessions.SESSION_COOKIE}={token}"


def _write(parts: Parts, stop: threading.Event) -> None:
    """Save new posts, a batch and a pause, until told to stop."""
    draw, number = random.Random(1), 0  # noqa: S311 - nothing secret
    begun = hashlib.sha256(str(time.time_ns()).encode()).hexdigest()[:12]
    while not stop.wait(PAUSE_S):
        arrivals = []
        for _ in range(BATCH):
            number += 1
            arrivals.append(_arrival(draw, f"{begun}-{number}"))
        with parts.store.write() as session:
            save_posts(session, session.get_one(tables.Source, 1), arrivals, parts.marker)


def _arrival(draw: random.Random, key: str) -> Arrival:
    said = world_words.text(draw, "Norvane", draw.choice(world_words.THEMES), "negative", "en")
    at = NOW - timedelta(minutes=draw.randrange(60))
    post = tables.Post(native_key=key, key_level="guid", kind="post", text=said, text_sha=key,
                       at=at, created_at=at, time_quality="given", first_seen=NOW)  # fmt: skip
    author = tables.Author(site="mastodon", key=f"new{draw.randrange(500)}", name="new",
                           first_seen=NOW)  # fmt: skip
    return Arrival(post, author, ((1, "named", 0),))


def _warm(address: str, cookie: str, pages: Sequence[str]) -> None:
    """Ask for every page once: templates are compiled and statements are known then."""
    for path in pages:
        _ask(address, cookie, path)


def _read_all(
    address: str, cookie: str, pages: Sequence[str], seconds: float, pause_s: float
) -> list[Answer]:
    found: list[Answer] = []
    until = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=_read, args=(address, cookie, pages, n, until, pause_s, found))
        for n in range(READERS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def _read(
    address: str, cookie: str, pages: Sequence[str], first: int, until: float, pause_s: float,
    found: list[Answer],
) -> None:  # fmt: skip
    draw = random.Random(first)  # noqa: S311 - nothing secret
    place = first * len(pages) // READERS
    while time.perf_counter() < until:
        time.sleep(draw.uniform(0, 2 * pause_s))
        found.append(_ask(address, cookie, pages[place % len(pages)]))
        place += 1


def _ask(address: str, cookie: str, path: str) -> Answer:
    where = urlsplit(address)
    line = http.client.HTTPConnection(where.hostname or "", where.port, timeout=120)
    begun = time.perf_counter()
    headers = {"Cookie": cookie, "Accept-Encoding": "gzip", "Sec-Fetch-Site": "same-origin"}
    line.request("GET", path, headers=headers)
    answer = line.getresponse()
    weight = len(answer.read())
    took = (time.perf_counter() - begun) * 1000
    line.close()
    return Answer(path, took, answer.status, weight)


def shown(answers: Sequence[Answer]) -> list[dict[str, float | int | str]]:
    """One row a page: how often, its median and 95th percentile in ms, its weight in bytes."""
    by_path: dict[str, list[Answer]] = defaultdict(list)
    for answer in answers:
        by_path[answer.path].append(answer)
    rows: list[dict[str, float | int | str]] = []
    for path, some in by_path.items():
        took = sorted(one.took_ms for one in some)
        rows.append({
            "page": path, "asked": len(some), "status": max(one.status for one in some),
            "p50_ms": round(statistics.median(took), 1),
            "p95_ms": round(took[min(len(took) - 1, int(len(took) * 0.95))], 1),
            "bytes": max(one.weight for one in some),
        })  # fmt: skip
    return sorted(rows, key=lambda row: -float(row["p95_ms"]))


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--house", type=Path, required=True, help="a folder made by bench.world")
    asked.add_argument("--seconds", type=float, default=60)
    asked.add_argument("--pause", type=float, default=1.0, help="a reader's look at a page, s")
    asked.add_argument("--page", action="append", help="only these; may be given again")
    asked.add_argument("--out", type=Path, help="also as JSON")
    told = asked.parse_args()
    rows = shown(measure(told.house, told.page or PAGES, told.seconds, told.pause))
    print(f"{'page':44}{'asked':>6}{'status':>8}{'p50 ms':>9}{'p95 ms':>9}{'KB':>7}")
    for row in rows:
        print(f"{row['page']:44}{row['asked']:>6}{row['status']:>8}{row['p50_ms']:>9}"
              f"{row['p95_ms']:>9}{int(row['bytes']) / 1000:>7.0f}")  # fmt: skip
    if told.out:
        told.out.write_text(json.dumps(rows, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
