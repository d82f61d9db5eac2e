"""Accuracy: how often the model says what people say who labelled our posts blind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from community.kpis.intervals import wilson
from community.kpis.reading import MIN_N, TOO_FEW, Facts, Kpi, KpiReading, unsaid
from store.labels import Judged

NAME = "accuracy"
BIASED = "only corrections, which were picked because they looked wrong: that is no measure"
NONE = "nobody labelled a blind sample yet"


@dataclass(frozen=True, slots=True)
class Accuracy:
    """What labels say of a model.

    n, agreeing  : blind labels the model answered, and answered likewise
    share        : agreeing / n, 0..1, with its 95 % interval; None under 5
    macro_recall : mean over the three classes of (answered likewise / labelled so), 0..1; None
                   where a class has under 5
    abstained    : blind labels on which the model said nothing (in no share)
    corrected    : labels that are no blind ones (in no share)
    note         : why there is no share
    """

    n: int
    agreeing: int
    share: float | None
    low: float | None
    high: float | None
    macro_recall: float | None
    abstained: int
    corrected: int
    note: str | None = None


def accuracy_of(judged: Sequence[Judged]) -> Accuracy:
    """
    The share of blind labels with which the model agrees.

        agreeing / labelled blind and answered,  one label a post

    Corrections say where a model errs but not how often, so they never enter. Interval: Wilson
    (the posts were drawn at random and are independent). Macro recall is AvgRec of SemEval-2017
    task 4: it does not let a common class hide a rare one.
    """
    blind = [one for one in judged if one.sampled]
    answered = [one for one in blind if one.told is not None]
    agreeing = sum(one.label == one.told for one in answered)
    corrected = len(judged) - len(blind)
    few = len(answered) < MIN_N
    note = None
    if few:
        note = TOO_FEW if blind else BIASED if corrected else NONE
    low, high = (None, None) if few else wilson(agreeing, len(answered))
    return Accuracy(
        n=len(answered),
        agreeing=agreeing,
        share=None if few else agreeing / len(answered),
        low=low,
        high=high,
        macro_recall=_macro_recall(answered),
        abstained=len(blind) - len(answered),
        corrected=corrected,
        note=note,
    )


def accuracy(facts: Facts) -> KpiReading:
    """
    Share of blind labels given in the window with which the model agrees, 0..1 (`accuracy_of`).

    n = posts. Posts the model abstained on are in no share; `abstention` counts those.
    """
    told = accuracy_of(facts.judged)
    if told.share is None:
        return unsaid(
            NAME,
            "share",
            facts,
            told.n,
            numerator=told.agreeing,
            denominator=told.n,
            note=told.note or TOO_FEW,
        )
    return KpiReading(
        NAME,
        "share",
        facts.since,
        facts.until,
        told.share,
        told.low,
        told.high,
        told.agreeing,
        told.n,
        told.n,
    )


def _macro_recall(answered: Sequence[Judged]) -> float | None:
    labelled = Counter(one.label for one in answered)
    right = Counter(one.label for one in answered if one.label == one.told)
    classes = ("negative", "neutral", "positive")
    if any(labelled[one] < MIN_N for one in classes):
        return None
    return sum(right[one] / labelled[one] for one in classes) / len(classes)


KPI = Kpi(
    NAME,
    "Readings people agree with",
    "share",
    accuracy,
    definition="Share of posts labelled blind of which the model says what people say",
    formula="agreeing / labelled blind and answered by the model, one label a post",
    source="ours; interval: Wilson (1927)",
    family="listening",
    kind="objective",
    direction="up",
)
