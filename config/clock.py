"""The one clock: everything else is handed the time."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What a part may ask of time; tests and the demo hand in their own."""

    def now(self) -> datetime:
        """The present as aware UTC."""

    def monotonic(self) -> float:
        """Seconds that never run backwards, for deadlines and pacing."""

    def sleep(self, seconds: float) -> None:
        """Wait."""


class SystemClock:
    """The machine's clock; the only caller of it in the house."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


@dataclass(frozen=True)
class PinnedClock:
    """A wall clock that stands still at `at` (aware UTC) while deadlines still run.

    The demo's sample ends on a known day; pinned there, its lists are the same in any year.
    """

    at: datetime

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)
