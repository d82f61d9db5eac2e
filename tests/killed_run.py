"""One whole run in a process of its own, made to be killed: the demo's world, the fixed reader."""

from __future__ import annotations

import socket
from importlib import import_module
from pathlib import Path

from config.clock import PinnedClock
from soundingboard.cli.steps import STEPS
from soundingboard.demo import world
from soundingboard.demo.run import demo_settings
from soundingboard.demo.server import PUBLIC_IP
from soundingboard.wiring import Parts
from store import brands as brand_queries
from store import sources as source_queries
from store import tables
from tests.fakes import FixedReader


def run_house(folder: Path, port: int, database_url: str | None = None) -> None:
    """Do every step once over the demo's sites, which answer at the loopback `port`."""
    turned = {"database_url": database_url} if database_url else {}
    parts = Parts(
        demo_settings(folder).model_copy(update=turned),
        folder,
        PinnedClock(world.NOW),
        reader=FixedReader(),
        resolve=lambda _host, _port: [PUBLIC_IP],
        connect=lambda _ip, _port, timeout: socket.create_connection(("127.0.0.1", port), timeout),
    )
    _make_sources(parts)
    for module, function in STEPS.values():
        getattr(import_module(f"soundingboard.pipeline.{module}"), function)(parts)
    parts.close()


def _make_sources(parts: Parts) -> None:
    now = parts.clock.now()
    for kind, address, name in world.SOURCES:
        with parts.store.write() as session:
            brand_queries.make_brand(session, parts.settings.brand[0].name, now)
            if source_queries.find_source(session, kind, address) is None:
                source_queries.add_source(
                    session, tables.Source(kind=kind, address=address, name=name, added_at=now)
                )
