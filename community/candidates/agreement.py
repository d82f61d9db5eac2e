"""How far two reviewers agree beyond chance: Cohen's kappa, with n and an interval."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import NamedTuple

from sqlmodel import Session

from community.candidates.verdicts import TAKEN_BACK
from community.history import name_key
from community.kpis.intervals import wilson
from community.kpis.reading import MIN_N, TOO_FEW
from store import reviewing


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two reviewers agree on the candidates that both judged.

    n         : candidates that both judged
    agreed    : of these, how many they judged alike
    observed  : agreed / n, 0..1; None without any; low, high of it: 95 % interval
    kappa     : -1..1, 1 = they always agree, 0 = no more than chance; None where undefined
    kappa_low, kappa_high : 95 % interval; None where undefined or too few
    note      : why a number is missing, in words
    """

    n: int
    agreed: int
    observed: float | None
    low: float | None
    high: float | None
    kappa: float | None
    kappa_low: float | None
    kappa_high: float | None
    note: str | None


def agreement(pairs: Sequence[tuple[str, str]]) -> Agreement:
    """
    Cohen's kappa of two reviewers.

        kappa = (po - pe) / (1 - pe)
        po = share judged alike,  pe = Σ over verdicts of (share by one · share by the other)

    pairs : (verdict of one, verdict of the other), one pair per candidate, never a half one

    Where both give one and the same verdict to all, pe = 1 and kappa is 0/0: undefined, said so.
    The interval is Wilson's for po, carried through the same formula with pe as found, so that a
    handful of equal verdicts is not taken for certainty. Under 5 candidates: "too few".

    Source: Cohen (1960), Educational and Psychological Measurement 20:37-46, whose standard error
    takes pe as found likewise; Wilson (1927), JASA 22:209-212.

    >>> told = agreement([("yes", "yes")] * 20 + [("yes", "no")] * 5
    ...                  + [("no", "yes")] * 10 + [("no", "no")] * 15)
    >>> told.observed, round(told.kappa, 3)
    (0.7, 0.4)
    """
    n = len(pairs)
    agreed = sum(one == other for one, other in pairs)
    if n == 0:
        return Agreement(0, 0, None, None, None, None, None, None, "no candidate judged by both")
    ones, others = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    by_chance = sum(ones[verdict] * others[verdict] for verdict in ones)  # pe·n², a whole number
    if by_chance == n * n:
        kappa, note = None, "undefined: both gave every candidate the same verdict"
    else:
        kappa, note = (agreed * n - by_chance) / (n * n - by_chance), None
    if n < MIN_N:
        few = f"{TOO_FEW}: {n} judged by both, {MIN_N} are needed"
        return Agreement(n, agreed, agreed / n, None, None, kappa, None, None, note or few)
    low, high = wilson(agreed, n)
    kappa_low, kappa_high = (
        (None, None) if kappa is None else _through(low, high, by_chance / (n * n))
    )
    return Agreement(n, agreed, agreed / n, low, high, kappa, kappa_low, kappa_high, note)


def _through(low: float, high: float, chance: float) -> tuple[float, float]:
    """The ends of the observed share's interval as kappas."""
    return max(-1.0, (low - chance) / (1 - chance)), (high - chance) / (1 - chance)


class Pair(NamedTuple):
    """Two reviewers, in order of their names, and how far they agree."""

    one: str
    other: str
    agreement: Agreement


def between_reviewers(session: Session, brand_id: int) -> list[Pair]:
    """Every two reviewers who judged a candidate of the brand both, by name.

    A verdict of somebody who took an earlier one back is left out: they may have seen the others'.
    """
    seen = {
        (note.candidate_id, name_key(note.actor))
        for note in reviewing.notes_with_reason(session, brand_id, TAKEN_BACK)
    }
    names: dict[str, str] = {}
    said: dict[int, dict[str, str]] = defaultdict(dict)
    for row in reviewing.verdicts_for(session, brand_id):
        key = name_key(row.reviewer)
        names.setdefault(key, row.reviewer)
        if (row.candidate_id, key) not in seen:
            said[row.candidate_id][key] = row.verdict
    judged: dict[tuple[str, str], list[tuple[str, str]]] = defaultdict(list)
    for verdicts in said.values():
        for one, other in combinations(sorted(verdicts), 2):
            judged[one, other].append((verdicts[one], verdicts[other]))
    return [
        Pair(names[one], names[other], agreement(pairs))
        for (one, other), pairs in sorted(judged.items())
    ]
