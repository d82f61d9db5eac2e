"""On which local days something is due: once a day, whatever the clock and the zone do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LATE = timedelta(hours=20)
"""Later than this a digest is no help any more: it is missed, and said to be."""
HORIZON_DAYS = 60
"""Days told as missed after a long sleep; older ones are one more."""


@dataclass(frozen=True, slots=True)
class Due:
    """What is due: `day` now, if any, and the `missed` days before it, oldest first."""

    day: date | None
    missed: tuple[date, ...] = ()


def due_at(day: date, hour: int, zone: ZoneInfo) -> datetime:
    """The moment of that local hour on that local day, UTC.

    An hour that the day skips (spring) is the moment the clock jumps; of one it has twice
    (autumn) it is the first.
    """
    local = datetime.combine(day, time(hour), zone)
    moment = local.astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return moment
    return min(moment, local.replace(fold=1).astimezone(UTC), key=lambda m: abs(m - moment))


def what_is_due(now: datetime, hour: int, zone: ZoneInfo, last: date | None) -> Due:
    """The local day that is due now, given the `last` one that was dealt with.

    Each day is due once: a clock set back repeats none, one that jumps ahead (or a machine that
    slept) makes up for the newest day only, and only within LATE of its hour.
    """
    newest = now.astimezone(zone).date()
    if due_at(newest, hour, zone) > now:
        newest -= timedelta(days=1)
    if last is not None and newest <= last:
        return Due(None)
    in_time = now - due_at(newest, hour, zone) < LATE
    if last is None:
        return Due(newest if in_time else None)
    first = max(last + timedelta(days=1), newest - timedelta(days=HORIZON_DAYS))
    gone = [first + timedelta(days=i) for i in range((newest - first).days)]
    return Due(newest, tuple(gone)) if in_time else Due(None, (*gone, newest))
