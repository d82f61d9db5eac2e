"""What people type into forms, as values; what cannot be read is said beside its field."""

from __future__ import annotations

from datetime import date, datetime, time

from config.errors import RuleError
from soundingboard.web.reader import Reader


def day(reader: Reader, text: str, now: datetime) -> datetime:
    """The start of a day in the reader's zone ("2026-03-01"); today is this very moment.

    Raises RuleError for what is no day.
    """
    try:
        wanted = date.fromisoformat(text.strip())
    except ValueError as error:
        raise RuleError(f"{text!r} is no day.", mend="Write it as 2026-03-01.") from error
    if wanted == now.astimezone(reader.zone).date():
        return now
    return datetime.combine(wanted, time.min, reader.zone)


def number(text: str, what: str) -> float:
    """A number. Raises RuleError for what is none."""
    try:
        value = float(text.strip().replace(",", "."))
    except ValueError as error:
        raise RuleError(f"{what}: {text!r} is no number.", mend="Write it as 0.35") from error
    if value != value or value in (float("inf"), float("-inf")):
        raise RuleError(f"{what}: {text!r} is no number.", mend="Write it as 0.35")
    return value
