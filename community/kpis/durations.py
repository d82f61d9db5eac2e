"""A typical duration with what is still open counted, said alike by every KPI that is one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from community.kpis.reading import MIN_N, TOO_FEW, Facts, KpiReading, said, shown, unsaid
from community.kpis.survival import Span, curve, median_interval, quantile


def typical(
    kpi: str, unit: Literal["days", "hours"], facts: Facts, spans: Sequence[Span]
) -> KpiReading:
    """
    Kaplan and Meier's median of the spans; numerator = those that ended, denominator = n = all.

    Nothing is said where fewer than half would ever end by this curve. The note tells how many
    ended, the 90th percentile, and the oldest that is open.
    """
    ended, total = sum(span.ended for span in spans), len(spans)
    if total < MIN_N:
        note = "; ".join([TOO_FEW, *_oldest(unit, spans)])
        return unsaid(kpi, unit, facts, total, numerator=ended, denominator=total, note=note)
    steps = curve(spans)
    middle, late = quantile(steps, 0.5), quantile(steps, 0.9)
    told = [f"{ended} of {total} done", *_oldest(unit, spans)]
    if middle is None:
        note = "; ".join([*told, "too many are open to tell a median"])
        return unsaid(kpi, unit, facts, total, numerator=ended, denominator=total, note=note)
    told.insert(1, f"90 % within {shown(unit, late)}" if late is not None else "90 % not in sight")
    interval = median_interval(steps)
    return said(
        kpi, unit, facts, middle, interval, of=(ended, total), n=total, note="; ".join(told)
    )


def _oldest(unit: str, spans: Sequence[Span]) -> list[str]:
    still_open = [span.length for span in spans if not span.ended]
    return [f"oldest open {shown(unit, max(still_open))}"] if still_open else []
