"""What makes an author worth inviting: the utility of a candidate, and who may be one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from config.settings import UtilitySettings
from models.stance import DEFAULT_PARAMS, Stance, StanceParams

Side = Literal["love", "hate", "torn"]

MANY_THREADS = 8
"""Conversations from which on more of them add nothing: a sum would reward spammers."""
LEAST_POSTS = 2
LEAST_THREADS = 2


@dataclass(frozen=True, slots=True)
class Utility:
    """One author as a possible candidate.

    side    : torn if the stance is; else the likelier of love and hate
    value   : u, the sum of `points`
    parts   : each part as 0..1, by name, as the settings call their weights
    points  : each part times its weight
    ok      : may be listed and seated; what depends on the account (flags, reach) comes on top
    watch   : not yet, but more posts could make it so
    reasons : why not, in plain words; empty if ok
    """

    author: int
    side: Side
    value: float
    parts: dict[str, float]
    points: dict[str, float]
    ok: bool
    watch: bool
    reasons: tuple[str, ...]


def utility(
    stance: Stance,
    now: datetime,
    weights: UtilitySettings | None = None,
    params: StanceParams = DEFAULT_PARAMS,
) -> Utility:
    """u = .45·P_side + .25·constructive + .15·passion + .10·V + .05·recency, weights from settings.

    V = sqrt(min(1, ln(1 + threads)/ln 9)); recency halves in `params.half_life_days` since the
    last post that counts. Ranks within a side only: sides differ in how often they are spoken.
    """
    weights = weights or UtilitySettings()
    side = side_of(stance)
    silent_days = _silent_days(stance, now)
    parts = {
        "side": _certainty(stance, side),
        "constructive": stance.constructive,
        "passion": stance.passion,
        "volume": volume(stance.n_threads),
        "recency": 0.0 if silent_days is None else 2 ** (-silent_days / params.half_life_days),
    }
    points = {name: share * getattr(weights, name) for name, share in parts.items()}
    early, gone = _too_little(stance, side), _too_late(silent_days, params)
    return Utility(
        author=stance.author,
        side=side,
        value=math.fsum(points.values()),
        parts=parts,
        points=points,
        ok=not early and not gone,
        watch=bool(early and stance.n_posts) and not gone,
        reasons=(*early, *gone),
    )


def side_of(stance: Stance) -> Side:
    """Where the author belongs if they must belong somewhere; `P_side` says how surely."""
    if stance.stance == "torn":
        return "torn"
    return "love" if stance.p_love > stance.p_hate else "hate"


def volume(threads: int) -> float:
    """V = sqrt(min(1, ln(1 + threads)/ln(1 + 8))), 0..1: vocal, but saturating.

    >>> round(volume(1), 2), round(volume(3), 2), volume(8), volume(500)
    (0.56, 0.79, 1.0, 1.0)
    """
    return math.sqrt(min(1.0, math.log1p(threads) / math.log1p(MANY_THREADS)))


def _certainty(stance: Stance, side: Side) -> float:
    return {"love": stance.p_love, "hate": stance.p_hate, "torn": stance.p_torn}[side]


def _stands_out(stance: Stance, side: Side) -> bool:
    """Whether what they said makes the side likelier than it is of somebody who never spoke.

    No common threshold: where most people complain, lovers are rare and never very sure.
    """
    unheard = stance.unheard_love if side == "love" else stance.unheard_hate
    return _certainty(stance, side) > unheard


def _silent_days(stance: Stance, now: datetime) -> float | None:
    """Days since the last post that counts; a post from the future is from today."""
    if stance.last_at is None:
        return None
    return max(0.0, (now - stance.last_at).total_seconds() / 86_400)


def _too_little(stance: Stance, side: Side) -> tuple[str, ...]:
    """What more posts could mend."""
    reasons = []
    if stance.n_posts < LEAST_POSTS:
        counted = {0: "no post of their own", 1: "only one post of their own"}
        reasons.append(f"{counted[stance.n_posts]}; {LEAST_POSTS} are needed")
    elif stance.n_threads < LEAST_THREADS:
        reasons.append("all posts stand in one conversation; two are needed")
    if stance.n_posts and side != "torn" and not _stands_out(stance, side):
        sure = _certainty(stance, side)
        reasons.append(f"undecided so far: {sure:.0%} sure of {side}, no more than of anybody")
    return tuple(reasons)


def _too_late(silent_days: float | None, params: StanceParams) -> tuple[str, ...]:
    if silent_days is not None and silent_days > params.recent_days:
        return (f"silent for {silent_days:.0f} days; at most {params.recent_days} are allowed",)
    return ()
