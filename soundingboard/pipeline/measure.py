"""Step 5: measure every brand's KPIs, each with its n and interval."""

from __future__ import annotations

from dataclasses import replace

from community.kpis import WINDOW_DAYS, Facts, gather, measure_all, save_all
from soundingboard.pipeline.correcting import corrected
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.pipeline.turning import paths
from soundingboard.wiring import Parts


def measure(parts: Parts, progress: Progress = silent) -> Report:
    """Measure all KPIs as of now; measuring the same moment again replaces the first.

    Counts: measured, too few.
    """
    report = Report("measure")
    brands = parts.brands()
    for done, brand_id in enumerate(brands.by_id, start=1):
        readings = measure_all(facts_of(parts, brand_id))
        with parts.store.write() as session:
            save_all(session, brand_id, readings)
        report.count("measured", len(readings))
        report.count("too few", sum(reading.value is None for reading in readings))
        progress("measuring", done, len(brands.by_id))
    return report


def facts_of(parts: Parts, brand_id: int, *, days: float = WINDOW_DAYS) -> Facts:
    """All that one brand's KPIs are counted from as of now, with what only models can tell."""
    with parts.store.read() as session:
        facts = gather(
            session,
            brand_id,
            parts.clock.now(),
            days=days,
            model=parts.reader.model_id,
            promises=parts.settings.promises,
            recruiting=parts.settings.recruiting,
        )
        found = corrected(session, facts, parts.reader.model_id)
    return replace(facts, prevalence=found, paths=paths(parts, facts))
