"""Days to a decision: how long a suggestion waits."""

from __future__ import annotations

from community.kpis.answering import ages
from community.kpis.durations import typical
from community.kpis.reading import Facts, Kpi, KpiReading

NAME = "days_to_decision"


def days_to_decision(facts: Facts) -> KpiReading:
    """
    Days until half of the suggestions are decided.

        Kaplan-Meier median of  a decision - raising,  open ones counted with their age

    Every suggestion open at a moment of the window counts with its whole age, so that an old open
    one never drops out. Numerator: ended, denominator: all. n = suggestions. Interval: Brookmeyer
    and Crowley's. Source: ours; Kaplan & Meier (1958).
    """
    return typical(NAME, "days", facts, ages(facts, lambda one: one.decided_at))


KPI = Kpi(
    NAME,
    "Days to a decision",
    "days",
    days_to_decision,
    definition="Days until half of the suggestions are decided",
    formula="Kaplan-Meier median of a decision - raising, open ones counted",
    source="ours; Kaplan & Meier (1958)",
    family="promises",
    kind="objective",
    direction="down",
)
