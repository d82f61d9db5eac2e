"""A charter in words: the same in the invitation, on its page, in the proof and for the members."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from community.history import clean
from store import tables

CHARTER = """\
The charter of {committee} (version {version}, {day}):
Purpose: {purpose}
Time: {time}.
From our side: {seniors}.
Compensation: {compensation}.
Suggestions: each is decided, and its proposer told, within {answer_days} days.
Leaving: at any time, by saying so; you need no reason."""


def charter_text(committee: tables.Committee, charter: tables.Charter) -> str:
    """The whole charter, one line each; the same charter always gives the same words."""
    return CHARTER.format(
        committee=committee.name,
        version=charter.version,
        day=day(charter.published_at),
        purpose=sentence(charter.purpose),
        time=time_asked(charter),
        seniors=listed(charter.seniors) or "nobody of senior management is promised",
        compensation=given(charter),
        answer_days=charter.answer_days,
    )


def time_asked(charter: tables.Charter) -> str:
    """The time a charter asks of a member, without a full stop."""
    hours = f"{charter.hours_a_year:g} hour{'s' if charter.hours_a_year != 1 else ''}"
    meetings = f"{charter.meetings_a_year} meeting{'s' if charter.meetings_a_year != 1 else ''}"
    cadence = clean(charter.cadence).rstrip(". ")
    return f"about {hours} a year, in {meetings}" + (f" ({cadence})" if cadence else "")


def given(charter: tables.Charter) -> str:
    """What a member gets for their time, without a full stop."""
    return clean(charter.compensation).rstrip(". ") or "nothing but our thanks"


def sentence(text: str) -> str:
    """The words with a full stop, unless they end in a mark of their own."""
    told = clean(text)
    return told if not told or told[-1] in ".!?…。" else f"{told}."


def listed(names: Sequence[str]) -> str:
    """Names as a sentence lists them.

    >>> listed(["the CEO", "the head of service", "Kim"])
    'the CEO, the head of service and Kim'
    """
    told = [name for name in map(clean, names) if name]
    return " and ".join(filter(None, [", ".join(told[:-1]), *told[-1:]]))


def day(moment: datetime) -> str:
    """A day as people write it."""
    return f"{moment.day} {moment:%B %Y}"
