"""What runs when: one ticker over steps that are safe to run again; the store knows what is due."""

from __future__ import annotations

import logging
from datetime import UTC
from zoneinfo import ZoneInfo

from apscheduler.schedulers.base import BaseScheduler
from apscheduler.schedulers.blocking import BlockingScheduler

from soundingboard.pipeline.collect import collect
from soundingboard.pipeline.digest import digest, digest_of_day
from soundingboard.pipeline.measure import measure
from soundingboard.pipeline.recruit import recruit
from soundingboard.pipeline.report import Report
from soundingboard.pipeline.understand import understand
from soundingboard.pipeline.weigh import weigh_brands
from soundingboard.wiring import Parts

TICK_MIN = 5
"""Minutes between two looks at what is due; each source has its own time."""

log = logging.getLogger("soundingboard.jobs")


def tick(parts: Parts) -> list[Report]:
    """Do what is due now: collect, and if anything came, read and weigh it; the digest once a day.

    A tick that was missed (the machine slept) is made up for by the next one: what is due is
    written with the sources and digests, not with the scheduler.
    """
    reports = [collect(parts, only_due=True)]
    if any(reports[0].counts.get(what) for what in ("added", "updated", "removed")):
        reports += [understand(parts), weigh_brands(parts), recruit(parts)]
    if digest_is_due(parts):
        reports += [measure(parts), digest(parts)]
    for report in reports:
        log.info("%s %s", report.step, report.counts)
        for name, problem in report.failed.items():
            log.warning("%s: %s", name, problem)
    return reports


def digest_is_due(parts: Parts) -> bool:
    """Whether today's digest hour has come, where its readers live, and none was written yet."""
    settings = parts.settings.digest
    local = parts.clock.now().astimezone(ZoneInfo(settings.timezone))
    return local.hour >= settings.hour and digest_of_day(parts, local.date()) is None


def schedule(scheduler: BaseScheduler, parts: Parts) -> None:
    """Never two ticks at once; those missed while asleep are one."""
    scheduler.add_job(
        tick,
        "interval",
        args=[parts],
        id="tick",
        minutes=TICK_MIN,
        next_run_time=parts.clock.now(),
        max_instances=1,
        coalesce=True,
        misfire_grace_time=None,
    )


def run_forever(parts: Parts) -> None:
    """Tick until stopped; a stop in the middle of a step loses nothing."""
    scheduler = BlockingScheduler(timezone=UTC)
    schedule(scheduler, parts)
    scheduler.start()
