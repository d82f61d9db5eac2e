"""Killed anywhere, a run goes on where it was: nothing lost, nothing twice."""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from soundingboard.demo.server import DemoServer
from store.session import open_store
from tests.killed_run import run_house

KILLS = int(os.environ.get("SOUNDINGBOARD_KILLS", "10"))
"""`make kill` kills a hundred times; every test run does some, to stay under five minutes."""
KILLS_A_HOUSE = 10

KEPT = {
    "posts": "SELECT s.name, p.native_key, p.text_sha, a.site, a.key FROM post p"
    " JOIN source s ON s.id = p.source_id LEFT JOIN author a ON a.id = p.author_id",
    "mentions": "SELECT s.name, p.native_key, m.brand_id, m.how FROM mention m"
    " JOIN post p ON p.id = m.post_id JOIN source s ON s.id = p.source_id",
    "readings": "SELECT s.name, p.native_key, r.model, r.label FROM reading r"
    " JOIN post p ON p.id = r.post_id JOIN source s ON s.id = p.source_id",
    "stances": "SELECT a.site, a.key, st.n_posts, round(st.mu, 9), st.stance FROM stance st"
    " JOIN author a ON a.id = st.author_id",
    "candidates": "SELECT a.site, a.key, c.side, c.listed, round(c.utility, 6) FROM candidate c"
    " JOIN author a ON a.id = c.author_id",
    "cursors": "SELECT name, cursor FROM source",
    "digests": "SELECT day, zone FROM digest",
}


@pytest.fixture(scope="module")
def forks() -> ForkServerContext:
    """Starts processes in milliseconds: a clean server that has everything imported forks them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.killed_run", "soundingboard.pipeline.digest"])
    return context


@pytest.fixture
def sites() -> Iterator[DemoServer]:
    with DemoServer("evening") as server:
        yield server


def run(forks: ForkServerContext, folder: Path, port: int, *, kill_after_s: float | None) -> bool:
    """Run once, killed after that time unless it ended before; True if it ended by itself."""
    process = forks.Process(target=run_house, args=(folder, port))
    process.start()
    process.join(kill_after_s)
    ended = process.exitcode is not None
    if not ended:
        process.kill()
        process.join()
    else:
        assert process.exitcode == 0
    process.close()
    return ended


def kept(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    store = open_store(f"sqlite:///{folder / 'soundingboard.db'}")
    with store.read() as session:
        found = {
            name: sorted(map(tuple, session.execute(text(query))), key=repr)
            for name, query in KEPT.items()
        }
        assert session.execute(text("PRAGMA integrity_check")).scalar() == "ok"
        assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    store.close()
    return found


@pytest.mark.kill
def test_killed_at_random_points_a_run_ends_as_an_undisturbed_one(
    forks: ForkServerContext, sites: DemoServer, tmp_path: Path
) -> None:
    undisturbed = tmp_path / "undisturbed"
    undisturbed.mkdir()
    began = time.monotonic()
    assert run(forks, undisturbed, sites.port, kill_after_s=None)
    length_s = time.monotonic() - began
    expected = kept(undisturbed)
    assert len(expected["posts"]) > 300
    chance = random.Random(20261124)
    for house in range(KILLS // KILLS_A_HOUSE):
        folder = tmp_path / f"house {house}"
        folder.mkdir()
        for _ in range(KILLS_A_HOUSE):
            run(forks, folder, sites.port, kill_after_s=chance.uniform(0.02, length_s))
        assert run(forks, folder, sites.port, kill_after_s=None)
        assert kept(folder) == expected
