"""The business case in eight sections, written from the data as HTML and Markdown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from community.committees.charter_text import time_asked
from community.kpis import KPIS
from community.kpis.reading import MIN_N, TOO_FEW
from community.steering.goals import read_of, standing
from config.files import write_whole
from soundingboard.delivery.rendering import render_html, render_text
from soundingboard.wiring import Parts
from store import brands as brand_queries
from store import goals as goal_queries
from store import ledger as ledger_queries
from store import measurements as measurement_queries
from store import tables
from store.committee import all_committees, newest_charter

PEERS = ("net_sentiment", "vocal_love", "vocal_hate", "share_of_voice", "people_heard")
UNKNOWN = "not said yet"


def write_case(parts: Parts, brand: tables.BrandRow, folder: Path) -> tuple[Path, Path]:
    """Write the business case of a brand into the folder; the paths of its two files."""
    zone = ZoneInfo(parts.settings.digest.timezone)
    view = case(parts, brand)
    page, words = folder / "business-case.html", folder / "business-case.md"
    write_whole(page, render_html("business_case.html.j2", view, zone))
    write_whole(words, render_text("business_case.md.j2", view, zone))
    return page, words


def case(parts: Parts, brand: tables.BrandRow) -> dict[str, Any]:
    """The eight sections as plain facts: what is not known is said, never made up.

    Sections: strategy, metrics, baseline and peers, capabilities, targets, financial conversion,
    total cost of ownership, return on investment.
    """
    now = parts.clock.now()
    with parts.store.read() as session:
        brand_id = brand.id or 0
        charters = [newest_charter(session, c.id or 0) for c in all_committees(session, brand_id)]
        goals = goal_queries.goals(session, brand_id)
        standings = {goal.id: standing(goal, read_of(session, goal), now) for goal in goals}
        measured = {m.kpi: m for m in measurement_queries.newest(session, brand_id)}
        peers = _peers(session, brand_id)
        entries = ledger_queries.entries(session, brand_id)
    counted = {kpi: read for kpi, read in measured.items() if read.n}
    charter = next((charter for charter in charters if charter), None)
    return {
        "title": f"Business case: listening to those who love and who hate {brand.name}",
        "brand": brand.name,
        "written_at": now,
        "strategy": _strategy(charter, goals),
        "metrics": [_metric(kpi, counted[kpi]) for kpi in KPIS if kpi in counted],
        "unsaid": [kpi.title for name, kpi in KPIS.items() if name not in counted],
        "baselines": [_baseline(goal) for goal in goals],
        "peers": peers,
        "capabilities": _capabilities(parts, charter, measured),
        "targets": [_target(goal, standings[goal.id]) for goal in goals],
        "benefits": [_entry(e) for e in entries if e.kind == "benefit"],
        "costs": [_entry(e) for e in entries if e.kind == "cost"],
        "totals": totals(entries),
    }


def totals(entries: Sequence[tables.LedgerEntry]) -> list[dict[str, Any]]:
    """Costs, benefits and the return by currency; currencies are never added to one another.

    roi = (benefit - cost)/cost, low and high from the benefits' ranges; None without a cost or
    without a benefit.
    """
    sums: defaultdict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for entry in entries:
        of = sums[entry.currency]
        if entry.kind == "cost":
            of["cost"] += entry.amount_cents
        else:
            of["low"] += entry.low_cents
            of["benefit"] += entry.amount_cents
            of["high"] += entry.high_cents
    return [_total(currency, of) for currency, of in sorted(sums.items())]


def _total(currency: str, of: Mapping[str, int]) -> dict[str, Any]:
    cost, has_both = of["cost"], of["cost"] > 0 and of["high"] > 0

    def roi(benefit: int) -> float | None:
        return (benefit - cost) / cost if has_both else None

    return {
        "currency": currency,
        "cost": cost / 100,
        "low": of["low"] / 100,
        "benefit": of["benefit"] / 100,
        "high": of["high"] / 100,
        "roi": roi(of["benefit"]),
        "roi_low": roi(of["low"]),
        "roi_high": roi(of["high"]),
    }


def _strategy(charter: tables.Charter | None, goals: Sequence[tables.Goal]) -> dict[str, Any]:
    return {
        "purpose": charter.purpose if charter else UNKNOWN,
        "time": time_asked(charter) if charter else UNKNOWN,
        "compensation": (charter.compensation or UNKNOWN) if charter else UNKNOWN,
        "customers": [goal.benefit_customer for goal in goals],
        "company": [goal.benefit_company for goal in goals],
    }


def _metric(name: str, read: tables.Measurement | None) -> dict[str, Any]:
    kpi, interval = KPIS[name], "–"
    if read is None:
        return {"title": kpi.title, "value": "not measured", "interval": "–", "n": 0, "note": None}
    if None not in (read.value, read.low, read.high):
        interval = f"{kpi.shown(read.low or 0.0)} to {kpi.shown(read.high or 0.0)}"
    unsaid = TOO_FEW if read.n < MIN_N else "cannot be said"
    return {
        "title": kpi.title,
        "value": unsaid if read.value is None else kpi.shown(read.value),
        "interval": interval,
        "n": read.n,
        "note": read.note,
    }


def _baseline(goal: tables.Goal) -> dict[str, Any]:
    base = goal.baseline
    return {
        "title": goal.title,
        "kpi": KPIS[goal.kpi].title if goal.kpi in KPIS else goal.kpi,
        "value": _shown(goal.kpi, base.get("value")),
        "n": base.get("n"),
        "frozen": str(base.get("frozen_at"))[:10],
    }


def _target(goal: tables.Goal, stands: Any) -> dict[str, Any]:
    return {
        "title": goal.title,
        "level": goal.level,
        "owner": goal.owner,
        "from": _shown(goal.kpi, goal.baseline.get("value")),
        "to": _shown(goal.kpi, goal.target),
        "stretch": _shown(goal.kpi, goal.stretch),
        "until": f"{goal.ends_at:%-d %B %Y}",
        "stands": stands.state if stands.sure else f"{stands.state}, not yet surely",
    }


def _peers(session: Any, brand_id: int) -> list[dict[str, Any]]:
    """The same KPIs of every brand we listen for, side by side."""
    rows = []
    for brand in brand_queries.all_brands(session):
        measured = {m.kpi: m for m in measurement_queries.newest(session, brand.id or 0)}
        if measured:
            values = [_metric(kpi, measured.get(kpi)) for kpi in PEERS if kpi in KPIS]
            rows.append({"brand": brand.name, "ours": brand.id == brand_id, "values": values})
    return sorted(rows, key=lambda row: not row["ours"])


def _capabilities(
    parts: Parts, charter: tables.Charter | None, measured: Mapping[str, tables.Measurement]
) -> list[dict[str, Any]]:
    """What must be in place, and whether it is."""
    heard = measured.get("people_heard")
    return [
        {"what": "People are heard", "there": bool(heard and heard.value)},
        {"what": "A charter with purpose and time commitment", "there": charter is not None},
        {
            "what": "Senior management sits in",
            "there": bool(charter and charter.seniors),
        },
        {"what": "A named contact answers", "there": bool(parts.settings.recruiting.contact)},
        {"what": "Mail can leave", "there": bool(parts.settings.mail.host)},
        {"what": "The digest has readers", "there": bool(parts.settings.digest.recipient)},
    ]


def _entry(entry: tables.LedgerEntry) -> dict[str, Any]:
    return {
        "what": entry.what,
        "on": f"{entry.at:%-d %B %Y}",
        "low": entry.low_cents / 100,
        "amount": entry.amount_cents / 100,
        "high": entry.high_cents / 100,
        "currency": entry.currency,
        "confidence": entry.confidence,
        "by": entry.entered_by,
    }


def _shown(kpi: str, value: object) -> str:
    if not isinstance(value, int | float):
        return "–"
    return KPIS[kpi].shown(float(value)) if kpi in KPIS else f"{value:g}"
