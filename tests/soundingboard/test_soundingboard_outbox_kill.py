"""Senders killed at any moment, or eight at once: each mail is accepted once at most, none lost."""

from __future__ import annotations

import multiprocessing
import os
import random
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest

from store import outbox as outbox_queries
from store.session import Store
from tests.badsmtp import FAULTS, BadSmtp
from tests.copies import lay_database
from tests.fakes import NOW
from tests.killed_sender import run_sender, sender_parts

KILLS = max(1, int(os.environ.get("SOUNDINGBOARD_KILLS", "2")) // 2)
"""Kills for each fault: `make kill` does fifty, every test run one, to stay short."""
KILL_FAULTS = (
    "",
    "421 banner",
    "451 at MAIL",
    "451 at RCPT",
    "550 at RCPT",
    "partial recipients",
    "drop at RCPT",
    "451 at DATA",
    "drop before 354",
    "drop mid-data",
    "451 after dot",
    "drop after dot, taken",
    "drop after dot, not taken",
    "slow verdict",
    "250 then drop",
)
MAILS_A_RUN = 6
STEP = timedelta(minutes=70)
"""Longer than any lease or pause, so that the next sender finds what the last one left."""


@pytest.fixture(scope="module")
def forks() -> ForkServerContext:
    """Starts processes in milliseconds: a clean server that has everything imported forks them."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.killed_sender"])
    return context


def put(store: Store, receivers: Sequence[str]) -> None:
    with store.write() as session:
        for receiver in receivers:
            outbox_queries.enqueue(
                session,
                key=f"digest/{receiver}",
                channel="mail",
                kind="digest",
                receiver=receiver,
                subject="What people said",
                text="A line of words.\n" * 20,
                now=NOW,
            )


def check(store: Store, copies: Counter[str]) -> Counter[str]:
    """How many mails stand in each state, after seeing that none is doubled or lost."""
    with store.read() as session:
        rows = outbox_queries.messages(session, limit=100_000)
        listed = {row.message_id for row in outbox_queries.troubled(session)}
    assert [key for key, count in copies.items() if count > 1] == []
    assert set(copies) <= {row.message_id for row in rows if row.state in ("sent", "uncertain")}
    for row in rows:
        assert row.state in ("sent", "failed", "uncertain"), row.state
        assert row.state == "sent" or row.message_id in listed
        assert row.state != "sent" or copies[row.message_id] == 1
    return Counter(row.state for row in rows)


def run_and_kill(
    forks: ForkServerContext, server: BadSmtp, chance: random.Random, told: tuple[Any, ...]
) -> bool:
    """Start a sender and kill it: mostly while it speaks with the server, sometimes before.

    False = it ended by itself sooner.
    """
    server.reached.clear()
    sender = forks.Process(target=run_sender, args=told)
    sender.start()
    if chance.random() < 0.8:
        while sender.exitcode is None and not server.reached.wait(0.02):
            pass
    sender.join(chance.uniform(0, 0.4))
    was_killed = sender.exitcode is None
    sender.kill()
    sender.join()
    sender.close()
    return was_killed


def end_well(folder: Path, port: int, at: datetime, store: Store) -> None:
    """Undisturbed runs at a healed server until nothing waits."""
    for later in range(1, 10):
        run_sender(folder, port, at + later * STEP, wait_s=20)
        with store.read() as session:
            if not outbox_queries.messages(session, states=outbox_queries.WAITING):
                return


@pytest.mark.kill
@pytest.mark.parametrize("fault", KILL_FAULTS)
def test_killed_at_random_moments_no_mail_is_doubled_or_lost(
    forks: ForkServerContext, tmp_path: Path, fault: str
) -> None:
    chance = random.Random(fault)
    with BadSmtp(slow_s=0.5, pause_s=0.004) as server:
        at, killed = NOW, 0
        lay_database(tmp_path / "soundingboard.db")
        parts = sender_parts(tmp_path, server.port, at)
        parts.marker  # noqa: B018  the key is made before anybody is killed
        while killed < KILLS:
            put(parts.store, [f"r{killed}.{n}@example.org" for n in range(MAILS_A_RUN - 1)])
            put(parts.store, [f"odd{killed}@example.org"])
            server.fault = fault if chance.random() < 0.5 else ""
            killed += run_and_kill(forks, server, chance, (tmp_path, server.port, at))
            at += STEP
        server.fault = ""
        end_well(tmp_path, server.port, at, parts.store)
        states = check(parts.store, server.copies())
        parts.close()
    print(f"{fault or 'no fault'}: {killed} kills, {dict(states)}")  # noqa: T201  read with -s


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_eight_senders_at_once_hand_over_every_mail_once(
    forks: ForkServerContext, tmp_path: Path, database: str, request: pytest.FixtureRequest
) -> None:
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else None
    with BadSmtp() as server:
        parts = sender_parts(tmp_path, server.port, NOW, database_url=url)
        parts.marker  # noqa: B018  the key is made before they start
        put(parts.store, [f"reader{n}@example.org" for n in range(60)])
        senders = [
            forks.Process(target=run_sender, args=(tmp_path, server.port, NOW, 20.0, url))
            for _ in range(8)
        ]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
            assert sender.exitcode == 0
            sender.close()
        assert check(parts.store, server.copies()) == {"sent": 60}
        assert len(server.accepted) == 60
        parts.close()


def test_the_faults_under_which_senders_are_killed_are_known_ones() -> None:
    assert set(KILL_FAULTS) - {""} <= set(FAULTS)
    assert len(KILL_FAULTS) == 15
