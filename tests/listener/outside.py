"""The world outside as the door's tests see it: three hosts on one bad server."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from config.clock import SystemClock
from config.errors import CollectError
from config.settings import FetchSettings
from listener.fetch import Fetched, Fetcher
from listener.pace import Pace
from listener.sources.base import Request
from tests.badserver import BadServer, FakeDns, Switchboard

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
HOME, AWAY, INSIDE = "93.184.216.34", "8.8.8.8", "10.0.0.7"


class StandingClock(SystemClock):
    """A wall clock that stands still; deadlines run, and nobody waits."""

    def now(self) -> datetime:
        return NOW

    def sleep(self, seconds: float) -> None:
        raise AssertionError(f"waited {seconds} s")


class World:
    """home.example and away.example on one bad server, inside.example in a private network."""

    def __init__(self, server: BadServer) -> None:
        self.server, self.routes = server, server.routes
        self.names = FakeDns(
            {
                "home.example": [[HOME]],
                "away.example": [[AWAY]],
                "inside.example": [[INSIDE]],
                "mixed.example": [[HOME, INSIDE]],
                "rebinding.example": [[HOME], [INSIDE]],
                "lame.example": [["1.1.1.1", AWAY, HOME]],
                "nowhere.example": [[]],
            }
        )
        self.board = Switchboard({HOME: server.port, AWAY: server.port, INSIDE: server.port})
        self.pace = Pace(0.0, StandingClock())

    def fetcher(self, **settings: object) -> Fetcher:
        chosen = FetchSettings.model_validate({"host_gap_s": 0, "timeout_s": 5, **settings})
        return Fetcher(
            chosen, StandingClock(), pace=self.pace, resolve=self.names, connect=self.board
        )

    def fetch(self, url: str, headers: dict[str, str] | None = None, **settings: object) -> Fetched:
        return self.fetcher(**settings).fetch(Request(url, headers or {}))


def failing(
    world: World, url: str, kind: type[CollectError] = CollectError, **settings: object
) -> CollectError:
    with pytest.raises(kind) as caught:
        world.fetch(url, **settings)
    assert type(caught.value) is kind or kind is CollectError
    assert caught.value.reason
    assert caught.value.mend
    return caught.value
