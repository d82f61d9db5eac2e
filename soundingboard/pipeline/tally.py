"""Within step 2: count what each day brought, so that a year can be drawn without reading it."""

from __future__ import annotations

from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.wiring import Parts
from store import tallies, tally_due
from store.upsert import chunks

DAYS_AT_ONCE = 31
"""Counted in one short transaction; a stop loses no more."""


def tally(parts: Parts, progress: Progress = silent, *, anew: bool = True) -> Report:
    """Count the days on which a post came, went or was read since the last time.

    anew : all days, which also takes in who was found to be staff, bot or media since then
    Counts: days.
    """
    report = Report("tally")
    for brand_id, brand in parts.brands().by_id.items():
        with parts.store.read() as session:
            due = tallies.every_day if anew else tally_due.due_days
            days = due(session, brand_id)
        for done, some in enumerate(chunks(days, DAYS_AT_ONCE), start=1):
            with parts.store.write() as session:
                tallies.count_days(session, brand_id, some)
            report.count("days", len(some))
            progress(f"counting {brand.name}", min(len(days), done * DAYS_AT_ONCE), len(days))
    return report
