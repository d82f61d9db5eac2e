"""The integer program behind the slate: columns, rows and bounds for scipy's HiGHS."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from config.errors import ModelError
from config.settings import SlateSettings
from models.lottery import Draw, draw, lot
from models.quotas import Contender, Quota, kind_of, quotas_of

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


@dataclass(frozen=True, slots=True)
class Solution:
    chosen: frozenset[int]  # indices into the pool
    objective: float
    gap: float


@dataclass(frozen=True, slots=True)
class Program:
    """The integer program. Columns: x per contender, y per theme, low and high slack per quota,
    empty seats.

    draws : where lots are drawn among equals, the order in which they were drawn
    """

    pool: list[Contender]
    seats: int
    quotas: list[Quota]
    themes: list[int]
    locked: NDArray[np.bool_]
    draws: list[Draw]
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
        quotas = quotas_of(candidates, settings, themes)
        wanted = sorted({t for c in candidates for t in c.themes} & set(themes))
        draws = _draws(candidates, settings, wanted, locked)
        worth = _worth(candidates, draws, settings)
        pool = _shortened(candidates, worth, quotas, settings.seats, locked)
        seats = max(settings.seats, len(locked))
        mean = fmean(c.utility for c in candidates) if pool else 0.0
        held = np.array([c.author in locked for c in pool], dtype=bool)
        gain = [
            np.array([worth[c.author].utility for c in pool])
            + TIE_BREAK * _ties(pool, worth, draws),
            np.full(len(wanted), THEME_SHARE * mean * seats / max(1, len(wanted))),
            np.full(2 * len(quotas), -UNMET_COST),
            np.array([-EMPTY_COST]),
        ]
        return cls(
            pool=pool,
            seats=seats,
            quotas=quotas,
            themes=wanted,
            locked=held,
            draws=draws,
            gain=np.concatenate(gain),
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


class _Worth(NamedTuple):
    """What counts for one contender: a utility, and a lot (0..1) between equals."""

    utility: float
    lot: float


def _draws(
    candidates: Sequence[Contender],
    settings: SlateSettings,
    themes: Sequence[int],
    locked: frozenset[int],
) -> list[Draw]:
    """The lots of those whose seats are open; none where the settings draw none."""
    if not settings.lottery:
        return []
    return draw(
        (c for c in candidates if c.author not in locked),
        settings.lottery_seed,
        settings.lottery_band,
        lambda c: kind_of(c, themes, settings.stakeholders),
    )


def _worth(
    candidates: Sequence[Contender], draws: Sequence[Draw], settings: SlateSettings
) -> dict[int, _Worth]:
    utility = {c.author: c.utility for c in candidates}
    utility |= {author: one.worth for one in draws for author in one.order}
    if settings.lottery:
        return {a: _Worth(u, lot(settings.lottery_seed, a)) for a, u in utility.items()}
    return {a: _Worth(u, _tie_break(a)) for a, u in utility.items()}


def _ties(
    pool: Sequence[Contender], worth: Mapping[int, _Worth], draws: Sequence[Draw]
) -> NDArray[np.float64]:
    """0..1 per contender; those of one draw stand apart far enough for the solver to see it."""
    ties = np.array([worth[c.author].lot for c in pool])
    at = {c.author: i for i, c in enumerate(pool)}
    for one in draws:
        last_first = [at[author] for author in reversed(one.order) if author in at]
        ties[last_first] = (np.arange(len(last_first)) + ties[last_first]) / max(1, len(last_first))
    return ties


def _shortened(
    candidates: Sequence[Contender],
    worth: Mapping[int, _Worth],
    quotas: Sequence[Quota],
    seats: int,
    locked: frozenset[int],
) -> list[Contender]:
    """Those who can sit on a best panel: nobody with more than `seats` better ones of their kind.

    Better = counting for the same quotas, as useful, speaking about all the same themes, bound to
    nobody: with so many, one of them is always free to take the seat, even if a member is left
    out. Then the best of each side, so that the solver stays fast in a huge pool.
    """
    best = sorted(candidates, key=lambda c: (-worth[c.author].utility, -worth[c.author].lot))
    kinds: defaultdict[tuple[object, ...], list[frozenset[int]]] = defaultdict(list)
    shared = {bond for bond, n in Counter(b for c in candidates for b in c.bonds).items() if n > 1}
    capped = {v for quota in quotas if quota.field == "themes" for v in quota.values}
    asked = {v for quota in quotas if quota.field == "stakeholders" for v in quota.values}
    seen: Counter[tuple[str, object]] = Counter()
    kept = []
    for candidate in best:
        better = kinds[kind_of(candidate, capped, asked)]
        needed = sum(candidate.themes <= other for other in better) <= seats
        cells: list[tuple[str, object, int]] = [("side", candidate.side, KEPT_PER_SEAT * seats)]
        cells.append(("source", candidate.source, seats))
        cells.append(("language", candidate.language, seats))
        cells += [("stakeholder", kind, seats) for kind in candidate.stakeholders & asked]
        cells += [
            ("theme", theme, seats if theme in capped else KEPT_PER_THEME)
            for theme in candidate.themes
        ]
        room = any(seen[kind, value] < most for kind, value, most in cells)
        if candidate.author in locked or (needed and room):
            kept.append(candidate)
            if not candidate.bonds & shared:
                better.append(candidate.themes)
            seen.update((kind, value) for kind, value, _ in cells)
    return sorted(kept, key=lambda c: c.author)


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
        who = {j: 1.0 for j, c in enumerate(pool) if quota.counts(c)}
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
