"""How much praise and blame there is, freed of the model's own errors; computed by the pipeline."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prevalence:
    """What blind labels make of the model's readings of a window (models/prevalence.py, PACC).

    net, low, high                   : P - N as shares of all posts, -1..1, with its 95 % interval
    polar, polar_low, polar_high     : (P - N) / (P + N), -1..1, with its 95 % interval
    labels  : how many blind labels it was learned from
    why_not : why nothing could be corrected, in words; None = it was
    """

    net: float
    low: float
    high: float
    polar: float
    polar_low: float
    polar_high: float
    labels: int
    why_not: str | None
