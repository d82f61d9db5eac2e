"""The integer program behind the slate: columns, rows and bounds for scipy's HiGHS."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from config.errors import ModelError
from config.settings import SlateSettings
from models.utility import Side

UNMET_COST = 10.0
"""Per seat a quota is missed by: more than any swap of one person can win (u <= 1)."""
EMPTY_COST = 2 * UNMET_COST
"""Per empty seat: a quota is stretched, and said to be, before a seat stays empty."""
THEME_SHARE = 0.5
"""All themes covered are worth this share of an average panel's utility."""
TIE_BREAK = 1e-6
SCALE = 1e3
"""The solver stops within 1e-6 of the optimum; scaled, the tie-break is above that."""
KEPT_PER_SEAT = 10
"""Of each side, this many times the seats go before the solver; 5 and 25 gave the same panels for
ten pools of 1,000 and 3,000, at a third and twice the time."""
KEPT_PER_THEME = 3
TIME_LIMIT_S = 20.0
SIDE_WORDS: dict[Side, str] = {"love": "lovers", "hate": "haters", "torn": "torn"}


@dataclass(frozen=True, slots=True)
class Contender:
    """One eligible candidate as the panel sees them.

    themes : what they speak about (`models.themes.cares_about`)
    bonds  : at most one of those sharing one sits: a person, a household, an employer
    """

    author: int
    side: Side
    utility: float
    source: str
    language: str | None = None
    themes: frozenset[int] = frozenset()
    bonds: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Quota:
    """Between `low` and `high` members among `who` (mask over the pool); `available` of all."""

    name: str
    low: int
    high: int
    who: NDArray[np.bool_]
    available: int


@dataclass(frozen=True, slots=True)
class Solution:
    chosen: frozenset[int]  # indices into the pool
    objective: float
    gap: float


@dataclass(frozen=True, slots=True)
class Program:
    """The integer program. Columns: x per contender, y per theme, low and high slack per quota,
    empty seats."""

    pool: list[Contender]
    seats: int
    quotas: list[Quota]
    themes: list[int]
    locked: NDArray[np.bool_]
    gain: NDArray[np.float64]
    rows: LinearConstraint

    @classmethod
    def of(
        cls,
        candidates: Sequence[Contender],
        settings: SlateSettings,
        themes: Mapping[int, str],
        locked: frozenset[int],
    ) -> Program:
        """The program for these candidates; those who declined are not among them."""
        pool = _shortened(candidates, settings.seats, locked)
        seats = max(settings.seats, len(locked))
        quotas = _quotas(pool, candidates, settings)
        wanted = sorted({t for c in pool for t in c.themes} & set(themes))
        utilities = np.array([c.utility for c in pool])
        mean = fmean(c.utility for c in candidates) if pool else 0.0
        per_theme = THEME_SHARE * mean * seats / max(1, len(wanted))
        ties = np.array([_tie_break(c.author) for c in pool])
        held = np.array([c.author in locked for c in pool], dtype=bool)
        return cls(
            pool=pool,
            seats=seats,
            quotas=quotas,
            themes=wanted,
            locked=held,
            gain=np.concatenate(
                [
                    utilities + TIE_BREAK * ties,
                    np.full(len(wanted), per_theme),
                    np.full(2 * len(quotas), -UNMET_COST),
                    [-EMPTY_COST],
                ]
            ),
            rows=_rows(pool, seats, quotas, wanted, held),
        )

    def solve(self, without: int | None = None) -> Solution:
        """The optimum, `without` one of the pool (index) even if locked."""
        if not self.pool:
            return Solution(frozenset(), -EMPTY_COST * self.seats, 0.0)
        n = len(self.pool)
        low, high = np.zeros(len(self.gain)), np.full(len(self.gain), np.inf)
        high[: n + len(self.themes)] = 1
        low[:n] = self.locked
        if without is not None:
            low[without] = high[without] = 0
        found = milp(
            -SCALE * self.gain,
            integrality=np.arange(len(self.gain)) < n,
            bounds=Bounds(low, high),
            constraints=self.rows,
            options={"mip_rel_gap": 0, "time_limit": TIME_LIMIT_S},
        )
        if found.x is None:
            raise ModelError(f"No panel was found: {found.message}", mend="Lower the seats.")
        chosen = frozenset(np.flatnonzero(found.x[:n] > 0.5).tolist())
        return Solution(chosen, -found.fun / SCALE, float(found.mip_gap or 0.0))


def _shortened(
    candidates: Sequence[Contender], seats: int, locked: frozenset[int]
) -> list[Contender]:
    """Those who can sit on a best panel: nobody with more than `seats` better ones of their kind.

    Better = same side, source and language, as useful, speaking about all the same themes, bound
    to nobody: with so many, one of them is always free to take the seat, even if a member is left
    out. Then the best of each side, so that the solver stays fast in a huge pool.
    """
    best = sorted(candidates, key=lambda c: (-c.utility, -_tie_break(c.author)))
    kinds: defaultdict[tuple[str, ...], list[frozenset[int]]] = defaultdict(list)
    shared = {bond for bond, n in Counter(b for c in candidates for b in c.bonds).items() if n > 1}
    seen: Counter[tuple[str, object]] = Counter()
    kept = []
    for candidate in best:
        better = kinds[candidate.side, candidate.source, candidate.language or ""]
        needed = sum(candidate.themes <= other for other in better) <= seats
        cells: list[tuple[str, object, int]] = [("side", candidate.side, KEPT_PER_SEAT * seats)]
        cells.append(("source", candidate.source, seats))
        cells.append(("language", candidate.language, seats))
        cells += [("theme", theme, KEPT_PER_THEME) for theme in candidate.themes]
        room = any(seen[kind, value] < most for kind, value, most in cells)
        if candidate.author in locked or (needed and room):
            kept.append(candidate)
            if not candidate.bonds & shared:
                better.append(candidate.themes)
            seen.update((kind, value) for kind, value, _ in cells)
    return sorted(kept, key=lambda c: c.author)


def _quotas(
    pool: Sequence[Contender], candidates: Sequence[Contender], settings: SlateSettings
) -> list[Quota]:
    """Sides first, then sources, then languages with enough of all candidates."""

    def quota(name: str, low: int, high: int, field: str, value: str) -> Quota:
        who = np.array([getattr(c, field) == value for c in pool], dtype=bool)
        available = sum(getattr(c, field) == value for c in candidates)
        return Quota(name, low, high, who, available)

    ranges = {"love": settings.love, "hate": settings.hate, "torn": settings.torn}
    quotas = [quota(SIDE_WORDS[side], *ranges[side], "side", side) for side in SIDE_WORDS]
    most = max(1, int(settings.max_source_share * settings.seats + 1e-9))
    quotas += [
        quota(f"from {source}", 0, most, "source", source)
        for source in sorted({c.source for c in candidates})
    ]
    spoken = Counter(c.language for c in candidates if c.language)
    quotas += [
        quota(f"speaking {language}", 1, settings.seats, "language", language)
        for language, n in sorted(spoken.items())
        if n >= settings.language_share * len(candidates)
    ]
    return quotas


def _rows(
    pool: Sequence[Contender],
    seats: int,
    quotas: Sequence[Quota],
    themes: Sequence[int],
    locked: NDArray[np.bool_],
) -> LinearConstraint:
    """The constraints of `choose_panel` as rows low <= M·columns <= high."""
    n, n_themes, n_quotas = len(pool), len(themes), len(quotas)
    width = n + n_themes + 2 * n_quotas + 1
    rows: list[tuple[dict[int, float], float, float]] = [
        ({**dict.fromkeys(range(n), 1.0), width - 1: 1.0}, seats, seats)
    ]
    for i, quota in enumerate(quotas):
        who = dict.fromkeys(np.flatnonzero(quota.who).tolist(), 1.0)
        rows.append(({**who, n + n_themes + i: 1.0}, quota.low, np.inf))
        rows.append(({**who, n + n_themes + n_quotas + i: -1.0}, -np.inf, quota.high))
    for bond in sorted({b for c in pool for b in c.bonds}):
        mask = np.array([bond in c.bonds for c in pool])
        who = dict.fromkeys(np.flatnonzero(mask).tolist(), 1.0)
        rows.append((who, -np.inf, max(1, int(locked[mask].sum()))))
    for i, theme in enumerate(themes):
        who = {j: -1.0 for j, c in enumerate(pool) if theme in c.themes}
        rows.append(({**who, n + i: 1.0}, -np.inf, 0))
    at = [(r, column) for r, (row, _, _) in enumerate(rows) for column in row]
    values = [value for row, _, _ in rows for value in row.values()]
    matrix = csr_array((values, tuple(zip(*at, strict=True))), shape=(len(rows), width))
    return LinearConstraint(matrix, [low for _, low, _ in rows], [high for _, _, high in rows])


def _tie_break(author: int) -> float:
    """0..1, the same for an author every time, and in no order that favours anyone."""
    digest = hashlib.blake2b(str(author).encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
