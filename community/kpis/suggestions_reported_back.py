"""Suggestions reported back: whether those who suggest learn what became of it."""

from __future__ import annotations

from community.kpis.answering import fell_due, kept_by_person
from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_things

NAME = "suggestions_reported_back"


def suggestions_reported_back(facts: Facts) -> KpiReading:
    """
    Share of suggestions whose proposer and committee were both told what became of them, 0..1.

        suggestions told back by `until` / suggestions whose answer fell due in the window

    Where the proposer cannot be told (a post that names nobody), the committee alone counts.
    An answer is due after decide_days (the charter's answer_days if fewer) and report_days.
    n = suggestions. Interval: bootstrap by proposer. Source: ours.
    """
    due = fell_due(facts)
    late = [one for one in due if one.told_at is None]
    in_work = sum(one.accepted and one.acted_at is None for one in late)
    note = f"{len(late)} not told, {in_work} of them accepted and not yet acted on"
    by_person = kept_by_person(due, lambda one: one.told_at is not None)
    return share_of_things(NAME, facts, by_person, note)


KPI = Kpi(
    NAME,
    "Suggestions reported back",
    "share",
    suggestions_reported_back,
    definition="Share of suggestions whose proposer and committee were told what became of them",
    formula="suggestions told back / suggestions whose answer fell due in the window",
    source="ours, after the source documents",
    family="promises",
    kind="objective",
    direction="up",
)
