"""Times as people type them, on the clocks of a zone."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from config.checks import zone as known
from config.errors import RuleError


def on_clocks(text: str, zone: str) -> datetime:
    """The moment, in UTC, when clocks in that zone show "2026-03-01T10:00".

    Raises RuleError for what is no time, an unknown zone, or a time those clocks skip.
    """
    try:
        told = datetime.fromisoformat(text.strip())
        if told.tzinfo is None:
            told = told.replace(tzinfo=ZoneInfo(known(zone)))
        moment = told.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RuleError(
            f"{text!r} in {zone!r} is no time.", mend="Write it as 2026-03-01 10:00, Europe/Berlin."
        ) from error
    if moment.astimezone(told.tzinfo).replace(tzinfo=None) != told.replace(tzinfo=None):
        raise RuleError(f"Clocks in {zone} never show {text}: they go forward then.")
    return moment
