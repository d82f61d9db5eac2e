"""How many to invite so that the seats are taken: a wave for each side, from who said yes before.

Alternates are asked in the order in which the panel itself would seat them, not by usefulness:
what counts is what the committee would lack without them (Assos, Baharav, Flanigan, Procaccia,
EC 2025, arXiv 2506.15716).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from scipy.special import betaincinv

PRIOR_YES, PRIOR_NO = 2.0, 3.0
"""Before anybody answered: two in five say yes, as sure as five answers are."""
SURE = 0.9


@dataclass(frozen=True, slots=True)
class Acceptance:
    """How likely an invitation is accepted: Beta(2 + yes, 3 + no).

    mean      : (2 + yes) / (5 + yes + no), 0..1
    low, high : 90 % credible interval
    """

    accepted: int
    refused: int
    mean: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Wave:
    """What one side still needs.

    missing : seats nobody accepted yet; waiting : invitations without an answer
    invite  : ceil(missing / acceptance) - waiting, 0 at least
    fewest, most : the same at the ends of the acceptance's interval
    """

    seats: int
    accepted: int
    waiting: int
    missing: int
    acceptance: Acceptance
    invite: int
    fewest: int
    most: int


def acceptance(accepted: int, refused: int) -> Acceptance:
    """How likely the next one says yes, after so many did, and so many said no or nothing.

    >>> one = acceptance(4, 6)
    >>> round(one.mean, 2), round(one.low, 2), round(one.high, 2)
    (0.4, 0.21, 0.61)
    """
    yes, no = PRIOR_YES + accepted, PRIOR_NO + refused
    tail = (1 - SURE) / 2
    low, high = (float(betaincinv(yes, no, end)) for end in (tail, 1 - tail))
    return Acceptance(accepted, refused, yes / (yes + no), low, high)


def wave(seats: int, accepted: int, waiting: int, chance: Acceptance) -> Wave:
    """How many of a side to invite now, for `seats` of which `accepted` are taken for good.

    >>> wave(5, 1, 2, acceptance(0, 0)).invite  # four seats at two in five: ten, two are asked
    8
    """
    missing = max(0, seats - accepted)

    def needed(share: float) -> int:
        return max(0, math.ceil(missing / share - 1e-9) - waiting)

    return Wave(
        seats=seats,
        accepted=accepted,
        waiting=waiting,
        missing=missing,
        acceptance=chance,
        invite=needed(chance.mean),
        fewest=needed(chance.high),
        most=needed(chance.low),
    )
