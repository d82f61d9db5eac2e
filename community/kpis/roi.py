"""Return on investment: what the programme brought for what it cost, as a range."""

from __future__ import annotations

from community.kpis.money import currencies, entered, total
from community.kpis.reading import Facts, Kpi, KpiReading, said, shown, unsaid

NAME = "roi"


def roi(facts: Facts) -> KpiReading:
    """
    What the programme brought beyond its cost, per unit of cost, a ratio from -1 upwards.

        (Σ benefit · confidence - Σ cost) / Σ cost

    of the ledger entries dated in the window. low sets the low ends of the benefits against the
    high ends of the costs, high the other way round; it is the range people entered, not a
    statistical interval. The note tells the number with every benefit taken whole. Where no cost
    or no benefit was entered, or in several currencies, nothing is said: no value is made up.
    n = entries; numerator = benefit - cost, denominator = cost.
    Source: return on investment of the source documents.
    """
    costs, benefits = entered(facts, "cost"), entered(facts, "benefit")
    known, n = currencies([*costs, *benefits]), len(costs) + len(benefits)
    cost, gain = total(costs), total(benefits, at_confidence=True)
    if not costs or not benefits:
        missing = "costs" if not costs else "benefits"
        return unsaid(NAME, "ratio", facts, n, note=f"no {missing} are entered for the window")
    if len(known) > 1:
        note = f"several currencies are not set off: {', '.join(known)}"
        return unsaid(NAME, "ratio", facts, n, note=note)
    if not cost.amount:
        return unsaid(NAME, "ratio", facts, n, note="a cost of 0 has no return")
    whole = total(benefits).amount / cost.amount - 1
    sure = gain.amount / (total(benefits).amount or 1.0)
    return said(
        NAME,
        "ratio",
        facts,
        gain.amount / cost.amount - 1,
        (gain.low / cost.high - 1, gain.high / cost.low - 1 if cost.low else None),
        of=(gain.amount - cost.amount, cost.amount),
        n=n,
        note=f"{known[0]}; benefits counted at {shown('share', sure)} confidence, "
        f"taken whole {whole:.2f}",
    )


KPI = Kpi(
    NAME,
    "Return on investment",
    "ratio",
    roi,
    definition="What the programme brought beyond its cost, per unit of cost, from its ledger",
    formula="(sum of benefit * confidence - sum of cost) / sum of cost",
    source="return on investment of the source documents",
    family="business",
    kind="objective",
    direction="up",
)
