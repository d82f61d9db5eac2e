"""Working days: Monday to Friday by the date in UTC; public holidays are working days here."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_FRIDAY = 4
_WEEK = 5  # working days in one


def working_days_later(start: datetime, days: int) -> datetime:
    """The moment `days` working days after `start`, at the same time of day, UTC.

    What starts at a weekend starts with the Friday before, so that its first day is Monday.

    >>> working_days_later(datetime(2026, 3, 7, 15, tzinfo=UTC), 2).isoformat()
    '2026-03-10T15:00:00+00:00'
    """
    moment = start.astimezone(UTC)
    if days <= 0:
        return moment
    weekend = max(0, moment.weekday() - _FRIDAY)
    weeks, rest = divmod(days, _WEEK)
    over = 2 if moment.weekday() - weekend + rest > _FRIDAY else 0
    return moment + timedelta(days=7 * weeks + rest + over - weekend)
