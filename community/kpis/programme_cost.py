"""Programme cost: what the programme cost by its ledger."""

from __future__ import annotations

from community.kpis.money import currencies, entered, total
from community.kpis.reading import Facts, Kpi, KpiReading, said, unsaid

NAME = "programme_cost"


def programme_cost(facts: Facts) -> KpiReading:
    """
    Sum of the costs entered in the ledger, in the one currency they share.

        Σ amounts of entries of kind cost, dated in the window

    Currencies are never added to each other: with several, each sum stands in the note and no
    number is given. low and high are the sums of the ranges entered, not a statistical interval;
    a sum of known amounts is said from one entry on. Nothing is made up where nothing was
    entered. n = entries; numerator = the sum, denominator = 1. Source: total cost of ownership of
    the source documents.
    """
    costs = entered(facts, "cost")
    known = currencies(costs)
    if not costs:
        return unsaid(NAME, "money", facts, 0, note="no costs are entered for the window")
    if len(known) > 1:
        each = [
            f"{total(one for one in costs if one.currency == currency).amount:,.2f} {currency}"
            for currency in known
        ]
        note = f"several currencies are not added up: {', '.join(each)}"
        return unsaid(NAME, "money", facts, len(costs), note=note)
    low, amount, high = total(costs)
    of = (amount, 1.0)
    return said(NAME, "money", facts, amount, (low, high), of=of, n=len(costs), note=known[0])


KPI = Kpi(
    NAME,
    "Programme cost",
    "money",
    programme_cost,
    definition="What the programme cost by its ledger, in one currency",
    formula="sum of ledger entries of kind cost dated in the window",
    source="total cost of ownership of the source documents",
    family="business",
    kind="objective",
    direction="none",
)
