"""Step 5: measure every brand's KPIs, each with its n and interval."""

from __future__ import annotations

from community.kpis import gather, measure_all, save_all
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.wiring import Parts


def measure(parts: Parts, progress: Progress = silent) -> Report:
    """Measure all KPIs as of now; measuring the same moment again replaces the first.

    Counts: measured, too few.
    """
    report = Report("measure")
    brands = parts.brands()
    for done, brand_id in enumerate(brands.by_id, start=1):
        with parts.store.read() as session:
            facts = gather(
                session,
                brand_id,
                parts.clock.now(),
                model=parts.reader.model_id,
                promises=parts.settings.promises,
                recruiting=parts.settings.recruiting,
            )
        readings = measure_all(facts)
        with parts.store.write() as session:
            save_all(session, brand_id, readings)
        report.count("measured", len(readings))
        report.count("too few", sum(reading.value is None for reading in readings))
        progress("measuring", done, len(brands.by_id))
    return report
