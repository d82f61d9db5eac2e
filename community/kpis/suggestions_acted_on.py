"""Suggestions acted on: whether what is suggested changes anything."""

from __future__ import annotations

from community.kpis.answering import fell_due, kept_by_person
from community.kpis.reading import Facts, Kpi, KpiReading
from community.kpis.shares import share_of_things

NAME = "suggestions_acted_on"


def suggestions_acted_on(facts: Facts) -> KpiReading:
    """
    Share of suggestions that were acted on, 0..1.

        suggestions acted on / suggestions whose answer fell due in the window

    Declined ones are in the denominator; the note counts them, each declined with a reason.
    An answer is due after decide_days (the charter's answer_days if fewer) and report_days.
    n = suggestions. Interval: bootstrap by proposer. Source: ours.
    """
    due = fell_due(facts)
    open_cases = sum(one.decided_at is None and one.acted_at is None for one in due)
    acted = sum(one.acted_at is not None for one in due)
    accepted = sum(one.accepted and one.decided_at is not None for one in due if not one.acted_at)
    declined = len(due) - open_cases - acted - accepted
    note = (
        f"{acted} acted on, {accepted} accepted and not yet acted on, "
        f"{declined} declined with a reason, {open_cases} undecided"
    )
    by_person = kept_by_person(due, lambda one: one.acted_at is not None)
    return share_of_things(NAME, facts, by_person, note)


KPI = Kpi(
    NAME,
    "Suggestions acted on",
    "share",
    suggestions_acted_on,
    definition="Share of suggestions that were acted on once their answer was due",
    formula="suggestions acted on / suggestions whose answer fell due in the window",
    source="ours, after the source documents",
    family="promises",
    kind="objective",
    direction="up",
)
