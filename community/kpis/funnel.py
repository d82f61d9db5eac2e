"""The invitation funnel: what became of those invited, each person once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from community.kpis.reading import Facts

DOORS = ("committee", "community", "not_now", "never")
_WORDS = {"not_now": "not now"}


def outcomes(facts: Facts) -> dict[int, str | None]:
    """Person -> the door they chose, None for silence.

    Whom we invited so that the time to answer (silent_after_days) ended within the window: neither
    are those who may still answer counted as silent, nor the quick ones alone counted. Who was
    asked twice counts with their last answer.
    """
    patience = timedelta(days=facts.silent_after_days)
    asked = sorted(
        (one for one in facts.programme.invitations if facts.holds(one.sent_at + patience)),
        key=lambda one: (one.answer is not None, one.answered_at or one.sent_at, one.sent_at),
    )
    return {one.person: one.answer for one in asked}


def told(chosen: dict[int, str | None]) -> str:
    """How many chose which door."""
    counts = Counter(chosen.values())
    doors = ", ".join(f"{_WORDS.get(door, door)} {counts[door]}" for door in DOORS)
    return f"{doors}, silent {counts[None]}"
