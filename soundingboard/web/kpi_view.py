"""KPIs as the console shows them: newest measurement, its interval and n, the goal, the history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from community.kpis import KPIS, Kpi
from community.steering.goals import standing
from store import goals as goal_queries
from store import measurements, tables

FAMILIES = {
    "advocacy": "Advocacy",
    "community": "Community",
    "promises": "Promises",
    "listening": "Listening",
    "business": "Business",
}
SPARKS = 26
"""Newest measurements in a small line: half a year of weeks."""
HISTORY = 180


def kpi_cards(session: Session, brand_id: int, now: datetime) -> dict[str, list[dict[str, Any]]]:
    """Family -> its KPIs, each with what was measured last and what it shall reach."""
    read = measurements.recent(session, brand_id, SPARKS)
    aims = {goal.kpi: goal for goal in goal_queries.goals(session, brand_id)}
    told: defaultdict[str, list[dict[str, Any]]] = defaultdict(list)
    for kpi in KPIS.values():
        told[kpi.family].append(kpi_card(kpi, read.get(kpi.name, ()), aims.get(kpi.name), now))
    return {family: told[family] for family in FAMILIES}


def kpi_card(
    kpi: Kpi, read: Sequence[tables.Measurement], goal: tables.Goal | None, now: datetime
) -> dict[str, Any]:
    """One KPI with its measurements, oldest first."""
    last = read[-1] if read else None
    return {
        "kpi": kpi,
        "last": last,
        "value": shown(kpi, last.value if last else None),
        "interval": interval(kpi, last),
        "spark": [m.value for m in read],
        "goal": goal,
        "target": shown(kpi, goal.target) if goal else None,
        "stands": standing(goal, read, now) if goal else None,
        "baseline": shown(kpi, _baseline(goal)) if goal else None,
    }


def shown(kpi: Kpi, value: float | None) -> str:
    """A value as people read it; what cannot be said is a dash."""
    return "–" if value is None else kpi.shown(value)


def interval(kpi: Kpi, read: tables.Measurement | None) -> str:
    """The interval in words; an open side is said."""
    if read is None or read.value is None or (read.low is None and read.high is None):
        return ""
    if read.low is None:
        return f"up to {kpi.shown(read.high or 0.0)}"
    if read.high is None:
        return f"{kpi.shown(read.low)} or more"
    return f"{kpi.shown(read.low)} to {kpi.shown(read.high)}"


def history(kpi: Kpi, read: Sequence[tables.Measurement]) -> list[list[Any]]:
    """Rows of the chart: day, value, low, high in the unit people read."""
    factor = 100 if kpi.unit in ("share", "net") else 1
    return [
        [f"{m.until:%Y-%m-%d}", *(_times(v, factor) for v in (m.value, m.low, m.high))]
        for m in read[-HISTORY:]
    ]


def rows(cards: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[dict[str, Any]]:
    """The newest measurements for a file."""
    told = []
    for family, entries in cards.items():
        for card in entries:
            last = card["last"]
            told.append(
                {
                    "kpi": card["kpi"].name,
                    "title": card["kpi"].title,
                    "family": family,
                    "value": last.value if last else None,
                    "low": last.low if last else None,
                    "high": last.high if last else None,
                    "n": last.n if last else 0,
                    "unit": card["kpi"].unit,
                    "since": last.since if last else None,
                    "until": last.until if last else None,
                    "note": last.note if last else "not measured yet",
                }
            )
    return told


def _times(value: float | None, factor: int) -> float | None:
    return None if value is None else round(value * factor, 2)


def _baseline(goal: tables.Goal) -> float:
    return float(str(goal.baseline["value"]))
