"""Suggestions whose answer fell due in the window, and how old suggestions are or became."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable
from datetime import datetime, timedelta

from community.kpis.reading import Facts
from community.kpis.survival import Span
from store.programme import Suggested

_DAY = timedelta(days=1)


def due_at(suggested: Suggested, facts: Facts) -> datetime:
    """When it should be decided and told: decide_days and report_days, one after the other.

    The charter's answer_days take the place of decide_days where they are fewer, as in
    community/suggesting/suggestion_clocks.py.
    """
    decide = facts.promises.decide_days
    if suggested.answer_days is not None:
        decide = min(decide, suggested.answer_days)
    return suggested.raised_at + timedelta(days=decide + facts.promises.report_days)


def fell_due(facts: Facts) -> list[Suggested]:
    """Suggestions that should have been answered by a moment of the window.

    What was raised lately is not among them, so that nobody is blamed for what is still in time,
    nor praised for the quick ones alone.
    """
    return [one for one in facts.programme.suggestions if facts.holds(due_at(one, facts))]


def kept_by_person(
    suggestions: list[Suggested], kept: Callable[[Suggested], bool]
) -> dict[Hashable, tuple[int, int]]:
    """Proposer -> of how many of their suggestions it holds, and how many they raised."""
    sums: dict[Hashable, list[int]] = defaultdict(lambda: [0, 0])
    for number, one in enumerate(suggestions):
        of = sums[("nobody", number) if one.person is None else one.person]
        of[0] += kept(one)
        of[1] += 1
    return {who: (held, total) for who, (held, total) in sums.items()}


def ages(facts: Facts, end: Callable[[Suggested], datetime | None]) -> list[Span]:
    """Days from raising to `end`, of every suggestion that was open at a moment of the window.

    An old one that is still open is among them for as long as it is.
    """
    spans = []
    for one in facts.programme.suggestions:
        ended_at = end(one)
        if ended_at is None or ended_at >= facts.since:
            spans.append(
                Span(((ended_at or facts.until) - one.raised_at) / _DAY, ended_at is not None)
            )
    return spans
