"""How long things take when some of them are still open: Kaplan and Meier's estimate."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from community.kpis.intervals import Z

_EVEN = 1e-9  # two shares nearer than this are the same


class Span(NamedTuple):
    """How long one thing took, or how old it is while it is still open."""

    length: float
    ended: bool


class Step(NamedTuple):
    """From `at` on, `open_share` of all are still open; `spread` is Greenwood's relative error."""

    at: float
    open_share: float
    spread: float


def curve(spans: Sequence[Span]) -> list[Step]:
    """
    The share still open after each length at which something ended, shortest first.

        S(t) = Π over lengths t_i <= t of (1 - ended_i / at_risk_i)

    At risk are all that lasted at least so long, ended or not; what is open leaves after those
    that ended at the same length.
    Source: Kaplan & Meier (1958), JASA 53:457-481; the error is Greenwood's (1926).

    >>> [(s.at, round(s.open_share, 3)) for s in curve([Span(1, True), Span(2, False),
    ...                                                 Span(3, True), Span(4, False)])]
    [(1, 0.75), (3, 0.375)]
    """
    ended = Counter(span.length for span in spans if span.ended)
    leaving = Counter(span.length for span in spans)
    steps: list[Step] = []
    at_risk, still_open, variance = len(spans), 1.0, 0.0
    for length in sorted(leaving):
        if gone := ended[length]:
            still_open *= 1 - gone / at_risk
            variance += gone / (at_risk * (at_risk - gone)) if at_risk > gone else math.inf
            steps.append(Step(length, still_open, math.sqrt(variance)))
        at_risk -= leaving[length]
    return steps


def quantile(steps: Sequence[Step], share: float) -> float | None:
    """
    The length within which `share` (0..1) have ended; None where the curve does not go so far.

    Where the curve is flat at exactly that share, the middle of the flat part, so that without
    open ones the median is the usual one.

    >>> quantile(curve([Span(length, True) for length in (1, 2, 3, 4)]), 0.5)
    2.5
    """
    for number, step in enumerate(steps):
        if step.open_share < 1 - share - _EVEN:
            return step.at
        if step.open_share <= 1 - share + _EVEN:
            later = steps[number + 1 : number + 2]
            return (step.at + later[0].at) / 2 if later else step.at
    return None


def median_interval(steps: Sequence[Step]) -> tuple[float | None, float | None]:
    """
    95 % interval of the median; None at an end that the data do not bound.

        S(t) · exp(∓ z · spread(t)), each crossing one half

    Source: Brookmeyer & Crowley (1982), Biometrics 38:29-41, on the log scale as R's survfit does.
    """
    low, high = (
        [step._replace(open_share=_bound(step, sign)) for step in steps] for sign in (-1, 1)
    )
    return quantile(low, 0.5), quantile(high, 0.5)


def _bound(step: Step, sign: int) -> float:
    if step.open_share <= _EVEN:
        return 0.0 if sign < 0 else 1.0  # nobody is left: the log scale says nothing of the error
    return min(1.0, step.open_share * math.exp(sign * Z * step.spread))
