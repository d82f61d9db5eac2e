"""Which review item a moderator should see first: flags, reach, waiting, and who reported it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

BASE = 1.0
PERSON = 5.0
"""What a colleague's report weighs more than a cue; Discourse gives its staff the same."""
AXIS = 0.7
NEW = 5
"""Up to so many decided reports, a record says nothing."""
SLOPE = 5.0
REACH = 0.25
PER_DAY = 0.25
_DAY_S = 86_400.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Record(NamedTuple):
    """How often a reporter was right: reports upheld, of those that were decided either way."""

    upheld: int = 0
    decided: int = 0


def accuracy_bonus(record: Record) -> float:
    """
    What a track record adds to a report, points; below 0 for one that is mostly wrong.

        0 for decided <= 5, else d * 5 * log4(decided),  p = upheld / decided
        d = (p - 0.7) / 0.3  for p >= 0.7,   else  -(0.7 - p) / 0.7

    Grows with p; a newcomer has the benefit of the doubt until the sixth decided report.

    Source: Discourse, app/models/reviewable_score.rb, `calc_user_accuracy_bonus`.

    >>> accuracy_bonus(Record(5, 5)), round(accuracy_bonus(Record(16, 16)), 2)
    (0.0, 10.0)
    """
    if record.decided <= NEW:
        return 0.0
    p = record.upheld / record.decided
    distance = (p - AXIS) / (1 - AXIS) if p >= AXIS else (p - AXIS) / AXIS
    return distance * SLOPE * math.log(record.decided, 4)


def report_score(record: Record) -> float:
    """
    What one person's report weighs, points.

        max(0, 1 + 5 + accuracy bonus)

    Never below 0, so that no report makes an item less urgent. Source: Discourse,
    `user_flag_score` (1 + trust level, 5 for staff, + accuracy bonus); the floor is ours.
    """
    return max(0.0, BASE + PERSON + accuracy_bonus(record))


def urgency(
    cues: float, records: Iterable[Record], *, followers: int | None, replies: int | None
) -> float:
    """
    How urgent an item is on the day it is opened, points.

        (cues + sum of report scores) * (1 + 0.25 * log10(1 + followers + replies))

    cues               : severity of what rules found, the sum of 0..1 each
    followers, replies : of the author and of the post; None = not known, counted as 0

    Source: the sum of flags is Discourse's; the reach factor is ours (10,000 followers double it).
    """
    flags = max(0.0, cues) + math.fsum(sorted(report_score(record) for record in records))
    heard = max(0, followers or 0) + max(0, replies or 0)
    return flags * (1 + REACH * math.log10(1 + heard))


def priority(urgent: float, opened_at: datetime, now: datetime) -> float:
    """
    An item's place in the queue now, points.

        urgency + 0.25 * days waited

    The same slope for all, so that waiting never changes the order of two waiting items, and
    linear, so that nothing waits for ever: a lone cue overtakes a fresh report after 20 days.
    """
    waited_s = max(0.0, (now - opened_at).total_seconds())
    return urgent + PER_DAY * waited_s / _DAY_S


def rank(urgent: float, opened_at: datetime) -> float:
    """
    A number by which items can be ordered once and for all, points; the highest comes first.

        urgency - 0.25 * days from 1970 until it was opened

    All wait at the same slope, so this orders items as `priority` does, at any moment.
    """
    return urgent - PER_DAY * (opened_at - _EPOCH).total_seconds() / _DAY_S
