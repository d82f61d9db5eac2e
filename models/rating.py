"""Stars and recommendation scores as sentiment: what the author said with a number stands."""

from __future__ import annotations

from config.errors import ModelError

_PEAK = 0.9  # a rating is near certain, not certain: people press the wrong star


def from_rating(rating: float) -> tuple[float, float, float]:
    """(negative, neutral, positive) of a rating on 0..1; 1 star of 5 is 0, 3 are 0.5, 5 are 1.

    Linear between three anchors: 0 -> (.90, .05, .05), 0.5 -> (.05, .90, .05),
    1 -> (.05, .05, .90). Raises ModelError outside 0..1 and for NaN.
    """
    if not 0.0 <= rating <= 1.0:
        raise ModelError(f"A rating of {rating} is not within 0..1.", mend="Scale it first.")
    low, high = max(0.0, 1.0 - 2.0 * rating), max(0.0, 2.0 * rating - 1.0)
    middle = 1.0 - low - high
    rest = (1.0 - _PEAK) / 2.0
    negative, neutral, positive = (rest + (_PEAK - rest) * share for share in (low, middle, high))
    return negative, neutral, positive


def from_nps(nps: int) -> tuple[float, float, float]:
    """(negative, neutral, positive) of a 0..10 recommendation score.

    0-6 are detractors, 7-8 passives, 9-10 promoters (Reichheld 2003). Raises ModelError outside.
    """
    if not 0 <= nps <= 10:
        raise ModelError(f"A recommendation score of {nps} is not within 0..10.", mend="Check it.")
    return from_rating(0.0 if nps <= 6 else 0.5 if nps <= 8 else 1.0)
