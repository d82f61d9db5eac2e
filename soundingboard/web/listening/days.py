"""What days brought: the strip over the stream, and the rows of the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple

from sqlmodel import Session

from store import tables, tallies
from store.goals import events_between

ORDER = ("negative", "neutral", "positive", "abstained")
"""Of a day's posts, from the foot of its bar to its top."""
SPANS = {"4w": (28, 1, "4 weeks"), "3m": (91, 1, "3 months"), "1y": (364, 7, "a year")}
"""Name in an address -> (days, days a row, in words)."""
STRIP_DAYS = 28
HEIGHT = 44


class Stretch(NamedTuple):
    """A day or a week, with what it brought by label, and what happened in it."""

    first: date
    last: date
    posts: Mapping[str, int]
    events: Sequence[tables.ContextEvent]

    @property
    def total(self) -> int:
        return sum(self.posts.values())

    @property
    def query(self) -> dict[str, str]:
        """The filter of the stream that shows just these posts."""
        return {
            "since": self.first.isoformat(),
            "until": self.last.isoformat(),
            "counted": "yes",
        }

    @property
    def words(self) -> str:
        """How the stretch is called."""
        first = f"{self.first:%-d %b %Y}"
        return first if self.first == self.last else f"week of {first}"


def stretches(
    session: Session, brand_id: int, now: datetime, days: int, step: int = 1
) -> list[Stretch]:
    """The last `days` days in steps, today's included, in UTC; the oldest first."""
    today = now.astimezone(UTC).date()
    start = today - timedelta(days=days - 1)
    since, until = _midnight(start), _midnight(today + timedelta(days=1))
    found = tallies.series(session, brand_id, since, until)
    events = events_between(session, brand_id, since, until)
    firsts = [start + timedelta(days=n) for n in range(0, days, step)]
    return [_stretch(first, step, found, events) for first in firsts]


def _stretch(
    first: date,
    step: int,
    found: Mapping[str, Mapping[str, int]],
    events: Sequence[tables.ContextEvent],
) -> Stretch:
    days = [(first + timedelta(days=n)).isoformat() for n in range(step)]
    last = first + timedelta(days=step - 1)
    posts = {label: sum(found.get(label, {}).get(day, 0) for day in days) for label in ORDER}
    return Stretch(first, last, posts, [event for event in events if _touches(event, first, last)])


def _touches(event: tables.ContextEvent, first: date, last: date) -> bool:
    begins = event.starts_at.astimezone(UTC).date()
    ends = (event.ends_at or event.starts_at).astimezone(UTC).date()
    return begins <= last and ends >= first


def bars(found: Sequence[Stretch]) -> list[dict[str, Any]]:
    """Where the pieces of each bar are drawn, 10 wide each and HEIGHT high at most."""
    most = max((one.total for one in found), default=0) or 1
    drawn = []
    for place, one in enumerate(found):
        foot = float(HEIGHT)
        pieces = []
        for label in ORDER:
            high = HEIGHT * one.posts[label] / most
            foot -= high
            if high:
                pieces.append((label, round(foot, 2), round(high, 2)))
        drawn.append({"x": place * 10, "pieces": pieces, "stretch": one})
    return drawn


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
