"""Within step 5: where invited haters stand later, beside haters like them who were not invited."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from community.kpis.reading import Facts
from community.kpis.turning import LOOKED_AT_DAYS, Path, Start, matched, state
from models.evidence import StanceParams
from models.stance import Opinion, Stance, post_weights, weigh
from soundingboard.pipeline.weigh import weigh_brand
from soundingboard.wiring import Parts
from store.advocacy import Frozen, approached, frozen_until
from store.counted import who_counts


def paths(parts: Parts, facts: Facts) -> list[Path]:
    """The path of every hater invited before the window's end, and of up to three like each.

    Later stances rest on posts after the baseline alone. People invited on one day are looked at
    from its last invitation on, so that all of them share one moment. Empty, and quick, where no
    hater was invited.
    """
    with parts.store.read() as session:
        counted = who_counts(session, facts.brand_id)
        frozen = frozen_until(session, facts.brand_id, counted, facts.until)
        asked = approached(session, facts.brand_id, counted)
    by_day: dict[object, list[Frozen]] = defaultdict(list)
    for one in frozen:
        if Start(one.person, one.mu, one.p_hate, one.n_posts).is_hater:
            by_day[one.at.date()].append(one)
    if not by_day:
        return []
    weighed = weigh_brand(parts, facts.brand_id, until=facts.until)
    people = ((one, counted.whose(one.author)) for one in weighed.opinions)
    said = [replace(one, author=who) for one, who in people if who and one.at < facts.until]
    taken = set(asked)
    found: list[Path] = []
    for day in sorted(by_day.values(), key=lambda rows: rows[0].at):
        cohort = Cohort(day, said, facts.until, weighed.params)
        found += cohort.paths(taken)
    return found


@dataclass(frozen=True, slots=True)
class Cohort:
    """Haters invited on one day, and all that people said before `until`, each as one author."""

    frozen: Sequence[Frozen]
    said: Sequence[Opinion]
    until: datetime
    params: StanceParams

    @property
    def moment(self) -> datetime:
        return max(one.at for one in self.frozen)

    def paths(self, taken: set[int]) -> list[Path]:
        """Theirs and those of haters like them; `taken` (who may not be one) grows by these."""
        earlier = [one for one in self.said if one.at <= self.moment]
        starts = _starts(earlier, weigh(earlier, self.moment, self.params))
        invited = []
        for one in self.frozen:
            known = starts.get(one.person) or Start(one.person, one.mu, one.p_hate, one.n_posts)
            invited.append(replace(known, mu=one.mu, p_hate=one.p_hate, n_posts=one.n_posts))
        sets = matched(invited, starts.values(), taken)
        later = self._later()
        return [
            self._path(one, start.person, later)
            for start in invited
            for one in [start, *sets[start.person]]
        ]

    def _path(self, start: Start, of: int, later: Mapping[int, tuple[Stance, float]]) -> Path:
        over = self.moment + timedelta(days=LOOKED_AT_DAYS) <= self.until
        if start.person not in later:
            return Path(start.person, of, start.mu, None, "silent", over)
        stance, mean = later[start.person]
        told = state(stance.stance, stance.p_love, stance.n_posts, stance.n_threads)
        return Path(start.person, of, start.mu, mean, told, over)

    def _later(self) -> dict[int, tuple[Stance, float]]:
        """Of whoever spoke in the 180 days after: stance by that alone, and its plain mean."""
        end = min(self.until, self.moment + timedelta(days=LOOKED_AT_DAYS))
        posts = [one for one in self.said if self.moment < one.at < end]
        weights = post_weights(posts, end, self.params) if posts else {}
        sums: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for one in sorted(posts, key=lambda one: one.post):
            sums[one.author][0] += weights[one.post] * (one.positive - one.negative)
            sums[one.author][1] += weights[one.post]
        stances = weigh(posts, end, self.params)
        return {who: (stances[who], total / w) for who, (total, w) in sums.items() if w > 0}


def _starts(said: Sequence[Opinion], stances: Mapping[int, Stance]) -> dict[int, Start]:
    themes: dict[int, set[int]] = defaultdict(set)
    sites: dict[int, set[str]] = defaultdict(set)
    for one in said:
        sites[one.author].add(one.site)
        if one.theme is not None:
            themes[one.author].add(one.theme)
    return {
        who: Start(
            who,
            stance.mu,
            stance.p_hate,
            stance.n_posts,
            frozenset(themes[who]),
            frozenset(sites[who]),
        )
        for who, stance in stances.items()
    }
