"""The slate: which candidates make the best committee together, exactly and with reasons.

Best-first selection under caps leaves minimums unmet because it does not see them; the small
integer program in `models/seating.py` is solved to optimality in a fraction of a second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from config.settings import SlateSettings
from models.quotas import SIDE_WORDS, Contender, Quota
from models.seating import Program, Solution
from models.utility import Side
from models.waiting import Waiting, waiting

__all__ = ["Contender", "Drawn", "Filled", "Panel", "Seat", "Unmet", "choose_panel"]


@dataclass(frozen=True, slots=True)
class Seat:
    """One proposed member and why.

    locked  : the seat was not up for choice
    drawn   : lots were drawn for it among equals
    reasons : the quota cells and themes this person fills, in plain words
    alone   : themes that nobody else on the panel speaks about
    loss    : by how much the panel's objective falls without this person
    enters, leaves : how the best panel without this person differs otherwise
    """

    author: int
    side: Side
    utility: float
    locked: bool
    drawn: bool
    reasons: tuple[str, ...]
    alone: tuple[int, ...]
    loss: float
    enters: tuple[int, ...]
    leaves: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Unmet:
    """A quota the pool could not fill; `words` says it to a person."""

    quota: str
    wanted: int
    seated: int
    pool: int
    words: str


@dataclass(frozen=True, slots=True)
class Filled:
    """How many members count for a quota, and how many of the pool could."""

    quota: str
    low: int
    high: int
    seated: int
    pool: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A draw that decided: the first `seated` of `order` have a seat (formula: models/lottery.py).

    low, high : within what utilities they are equals
    """

    order: tuple[int, ...]
    seated: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Panel:
    """The best panel from this pool: no other choice has a larger objective (gap 0).

    seats     : by side, best first
    reserves  : who enters if one member declines, those who fit most empty seats first
    quotas    : how every quota is filled
    draws     : the lots that decided between equals
    waiting   : everybody of the pool without a seat and why, best first
    objective : sum of utilities + themes covered - 10 per missed quota
    gap       : proven relative distance from the optimum, 0 unless the solver ran out of time
    covered   : themes that somebody on the panel speaks about
    """

    seats: tuple[Seat, ...]
    reserves: tuple[int, ...]
    unmet: tuple[Unmet, ...]
    covered: tuple[int, ...]
    quotas: tuple[Filled, ...]
    draws: tuple[Drawn, ...]
    waiting: tuple[Waiting, ...]
    objective: float
    gap: float


def choose_panel(
    candidates: Sequence[Contender],
    settings: SlateSettings,
    themes: Mapping[int, str],
    *,
    locked: Collection[int] = (),
    barred: Collection[int] = (),
) -> Panel:
    """The best panel; the same in any order of `candidates`.

        max  sum(u·x) + lambda·sum(y) - 10·sum(slack)
        y_t <= sum of x over those who speak about t,  sum(x) = seats
        low - slack <= sum of x in a group <= high + slack;  lambda = .5·mean(u)·seats/themes

    Groups: the sides, each source (at most its share), each language with its share of the pool
    (at least one), and those of the settings. Quotas never make it fail: what is missed comes back
    as `unmet`. With a lottery, equals (models/lottery.py) share the mean of their u, and lots
    decide between them.
    themes : the names of the themes worth covering, by id
    locked : accepted and invited authors, who keep their seats; barred : who declined
    Raises ValueError if a locked author is barred or no candidate, ModelError if the solver fails.
    """
    pool = [c for c in candidates if c.author not in set(barred)]
    missing = set(locked) - {c.author for c in pool}
    if missing:
        raise ValueError(f"locked, but barred or no candidates: {sorted(missing)}")
    program = Program.of(pool, settings, themes, frozenset(locked))
    best = program.solve()
    without = {i: program.solve(without=i) for i in sorted(best.chosen)}
    speakers = Counter(t for i in best.chosen for t in program.pool[i].themes if t in themes)
    draws = tuple(_drawn(program, best))
    lots = {author: one for one in draws for author in one.order}
    seats = [_seat(program, best, i, without[i], speakers, themes, lots) for i in best.chosen]
    seated = [program.pool[i] for i in best.chosen]
    return Panel(
        seats=tuple(sorted(seats, key=lambda s: (list(SIDE_WORDS).index(s.side), -s.utility))),
        reserves=_reserves(program, best, without.values()),
        unmet=tuple(_unmet(program, best)),
        covered=tuple(sorted(speakers)),
        quotas=tuple(
            Filled(q.name, q.low, q.high, q.seated(seated), q.available) for q in program.quotas
        ),
        draws=draws,
        waiting=tuple(waiting(pool, seated, program.quotas, lots)),
        objective=best.objective,
        gap=best.gap,
    )


def _drawn(program: Program, best: Solution) -> Iterator[Drawn]:
    """The draws in which some have a seat and some have none."""
    seated = {program.pool[i].author for i in best.chosen}
    for one in program.draws:
        n = sum(author in seated for author in one.order)
        if 0 < n < len(one.order):
            yield Drawn(one.order, n, one.low, one.high)


def _seat(
    program: Program,
    best: Solution,
    member: int,
    without: Solution,
    speakers: Counter[int],
    themes: Mapping[int, str],
    lots: Mapping[int, Drawn],
) -> Seat:
    person = program.pool[member]
    heard = sorted(person.themes & set(speakers))
    alone = [theme for theme in heard if speakers[theme] == 1]
    lot = lots.get(person.author)
    return Seat(
        author=person.author,
        side=person.side,
        utility=person.utility,
        locked=bool(program.locked[member]),
        drawn=lot is not None,
        reasons=(
            *_cells(program, best, member),
            *((f"the only one on {_listed(themes, alone)}",) if alone else ()),
            *((f"speaks about {_listed(themes, heard)}",) if heard and not alone else ()),
            *((f"drawn by lot, one of {lot.seated} among {len(lot.order)} equals",) if lot else ()),
        ),
        alone=tuple(alone),
        loss=max(0.0, best.objective - without.objective),
        enters=_authors(program, without.chosen - best.chosen),
        leaves=_authors(program, best.chosen - without.chosen - {member}),
    )


def _cells(program: Program, best: Solution, member: int) -> Iterator[str]:
    """The side, and the other quotas with a minimum, that this member counts for."""
    for quota in program.quotas:
        counts = quota.counts(program.pool[member])
        if not counts or (quota.low == 0 and quota.field != "side"):
            continue
        seated = _seated(program, quota, best)
        wanted = f"{quota.low} to {quota.high}" if quota.low else f"up to {quota.high}"
        if quota.asked:
            yield f"one of {seated} {quota.name} ({wanted} wanted)"
        elif seated <= quota.low:
            yield f"needed for somebody {quota.name}"


def _reserves(program: Program, best: Solution, without: Iterable[Solution]) -> tuple[int, ...]:
    """Those who would enter for a member, for most members first, then by utility."""
    calls = Counter(i for solution in without for i in solution.chosen - best.chosen)
    order = sorted(calls, key=lambda i: (-calls[i], -program.gain[i]))
    return tuple(program.pool[i].author for i in order)


def _unmet(program: Program, best: Solution) -> Iterator[Unmet]:
    seated = len(best.chosen)
    if seated < program.seats:
        yield Unmet(
            quota="seats",
            wanted=program.seats,
            seated=seated,
            pool=len(program.pool),
            words=f"wanted {program.seats} members, the pool has {len(program.pool)}",
        )
    for quota in program.quotas:
        n, pool = _seated(program, quota, best), quota.available
        if n < quota.low:
            why = f"the pool has {pool}" if pool < quota.low else f"other quotas leave room for {n}"
            why = quota.absent or why
            yield Unmet(quota.name, quota.low, n, pool, f"wanted {quota.low} {quota.name}, {why}")
        elif n > quota.high:
            words = f"wanted at most {quota.high} {quota.name}, {n} are needed to fill the seats"
            yield Unmet(quota.name, quota.high, n, pool, words)


def _seated(program: Program, quota: Quota, solution: Solution) -> int:
    return quota.seated(program.pool[i] for i in solution.chosen)


def _authors(program: Program, members: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(program.pool[i].author for i in members))


def _listed(names: Mapping[int, str], themes: Iterable[int]) -> str:
    return "; ".join(names[theme] for theme in themes)
