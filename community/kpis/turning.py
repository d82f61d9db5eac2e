"""Whether haters turn: how each stood when invited, how they stand later, and who is like them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

HATER, LEAST_POSTS = 0.8, 2
ADVOCATE, LEAST_THREADS = 0.6, 2
LOOKED_AT_DAYS = 180
CONTROLS = 3
_BANDS = (4, 8)
STATES = ("advocate", "lover", "neutral", "torn", "hater", "silent")


class Path(NamedTuple):
    """One hater from their baseline to what they said in the 180 days after it.

    person : their first account; of : the invited hater they are compared with (or are)
    mu0    : where they stood at the baseline, -1..1, shrunk to what is usual
    mu1    : the mean of what they posted later, -1..1; None where they fell silent
    state  : one of STATES; over : the 180 days are over
    """

    person: int
    of: int
    mu0: float
    mu1: float | None
    state: str
    over: bool

    @property
    def invited(self) -> bool:
        return self.person == self.of


@dataclass(frozen=True, slots=True)
class Start:
    """Where somebody stood at a baseline; themes and sites of what they had posted until then."""

    person: int
    mu: float
    p_hate: float
    n_posts: int
    themes: frozenset[int] = frozenset()
    sites: frozenset[str] = frozenset()

    @property
    def is_hater(self) -> bool:
        """Surely one, and by more than one post."""
        return self.p_hate >= HATER and self.n_posts >= LEAST_POSTS

    @property
    def band(self) -> int:
        """2-3, 4-7, or 8 and more posts: as much is known of them."""
        return sum(self.n_posts >= least for least in _BANDS)


def state(label: str, p_love: float, n_posts: int, n_threads: int) -> str:
    """The state later posts make: one of STATES. Silence is a state, and no success.

    label : love, hate, torn or undecided, as models/stance.py says it
    """
    if n_posts == 0:
        return "silent"
    if p_love >= ADVOCATE and n_posts >= LEAST_POSTS and n_threads >= LEAST_THREADS:
        return "advocate"
    return {"love": "lover", "hate": "hater", "torn": "torn"}.get(label, "neutral")


def matched(
    invited: Iterable[Start], others: Iterable[Start], taken: set[int]
) -> dict[int, list[Start]]:
    """Invited hater -> up to CONTROLS haters who were not invited and are like them.

    Like: in the same band of posts, with a theme or a source in common; the nearest in mu come
    first, ids decide among equals. Everybody gets one before anybody gets a second, and nobody
    stands for two: `taken` grows by those found. The same people in any order give the same sets.
    """
    asked = sorted(invited, key=lambda one: one.person)
    pool = [one for one in others if one.is_hater]
    found: dict[int, list[Start]] = {one.person: [] for one in asked}
    for _ in range(CONTROLS):
        for one in asked:
            like = [other for other in pool if other.person not in taken and _alike(one, other)]
            if like:
                nearest = min(like, key=lambda other: (abs(other.mu - one.mu), other.person))
                found[one.person].append(nearest)
                taken.add(nearest.person)
    return found


def _alike(one: Start, other: Start) -> bool:
    shared = one.themes & other.themes or one.sites & other.sites
    return one.band == other.band and bool(shared)


def told(paths: Sequence[Path]) -> str:
    """How many are in which state."""
    counts = Counter(path.state for path in paths)
    return ", ".join(f"{name} {counts[name]}" for name in STATES)
