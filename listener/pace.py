"""When a host may be asked again: one question at a time, a gap between, holds it asked for."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from config.clock import Clock

SHORTEST_HOLD = timedelta(minutes=1)
USUAL_HOLD = timedelta(minutes=15)
LONGEST_HOLD = timedelta(hours=24)

_SECONDS = re.compile(r"[+-]?\d+(\.\d+)?", re.ASCII)
_MAX_AGE = re.compile(r'(?:^|[,\s])max-age\s*=\s*"?(\d+)', re.IGNORECASE | re.ASCII)
_DO_NOT_KEEP = re.compile(r"(?:^|[,\s])no-(?:cache|store)\b", re.IGNORECASE)


class _Lane:
    """One host's turn: who holds `busy` may ask, not before `next_start` (monotonic seconds)."""

    def __init__(self) -> None:
        self.busy = threading.Lock()
        self.next_start = float("-inf")


class Pace:
    """Keeps us polite towards every host, in all threads of one process.

    gap_s : least time between two starts towards one host, seconds
    holds : hosts that asked us to wait, and until when (aware UTC); the caller stores `holds()`
    """

    def __init__(self, gap_s: float, clock: Clock, holds: Mapping[str, datetime] = {}) -> None:
        self._gap_s, self._clock = gap_s, clock
        self._holds = dict(holds)
        self._lanes: dict[str, _Lane] = {}
        self._lock = threading.Lock()

    @contextmanager
    def wait(self, host: str) -> Iterator[None]:
        """Blocks until it is our turn, which ends with the block; holds are not waited for."""
        with self._lock:
            lane = self._lanes.setdefault(host, _Lane())
        with lane.busy:
            pause_s = lane.next_start - self._clock.monotonic()
            if pause_s > 0:
                self._clock.sleep(pause_s)
            lane.next_start = self._clock.monotonic() + self._gap_s
            yield

    def hold(self, host: str, until: datetime) -> None:
        """Nobody asks this host before `until`; a shorter wish never shortens a longer one."""
        with self._lock:
            self._holds[host] = max(until, self._holds.get(host, until))

    def held(self, host: str) -> datetime | None:
        """Until when the host is held; None = it may be asked."""
        with self._lock:
            until = self._holds.get(host)
        return until if until is not None and until > self._clock.now() else None

    def holds(self) -> dict[str, datetime]:
        """Every hold that has not passed, to be stored."""
        now = self._clock.now()
        with self._lock:
            self._holds = {host: until for host, until in self._holds.items() if until > now}
            return dict(self._holds)


def retry_at(header: str | None, now: datetime) -> datetime:
    """When to ask again after a Retry-After (seconds or HTTP date), 1 minute to 24 hours from now.

    Absent or unreadable: 15 minutes. Zero, negative and past ones mean the shortest wait.
    Source: RFC 9110, 10.2.3.
    """
    wish = (header or "").strip()
    if _SECONDS.fullmatch(wish):
        seconds = min(max(float(wish), 0.0), LONGEST_HOLD.total_seconds())
        pause = timedelta(seconds=seconds)
    elif (date := http_date(wish)) is not None:
        pause = date - now
    else:
        pause = USUAL_HOLD
    return now + min(max(pause, SHORTEST_HOLD), LONGEST_HOLD)


def wished_wait_s(headers: Mapping[str, str], now: datetime) -> float | None:
    """The pause the server's caching headers wish for, 0 to 86 400 seconds; None = no wish.

    max-age, else Expires minus the server's own Date. no-cache and no-store are no wish.
    headers : names in lower case
    """
    control = headers.get("cache-control", "")
    if _DO_NOT_KEEP.search(control):
        return None
    if age := _MAX_AGE.search(control):
        seconds = float(age[1])
    elif (expires := http_date(headers.get("expires", ""))) is not None:
        sent = http_date(headers.get("date", "")) or now
        seconds = (expires - sent).total_seconds()
    else:
        return None
    return min(max(seconds, 0.0), LONGEST_HOLD.total_seconds())


def http_date(text: str) -> datetime | None:
    """A date in one of HTTP's three spellings as aware UTC; None where it is none of them."""
    try:
        date = parsedate_to_datetime(text)
        return (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
