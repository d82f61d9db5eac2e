"""What runs when: one ticker over steps that are safe to run again; the store knows what is due."""

from __future__ import annotations

import logging
import signal
import threading
from contextlib import nullcontext
from datetime import UTC

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import BaseScheduler

from soundingboard.access.upkeep import keep_up
from soundingboard.pipeline.alert import alert
from soundingboard.pipeline.collect import collect
from soundingboard.pipeline.deliver import deliver
from soundingboard.pipeline.digest import digest, is_due, mail_digests
from soundingboard.pipeline.lapse import lapse
from soundingboard.pipeline.measure import measure
from soundingboard.pipeline.moderate import moderate
from soundingboard.pipeline.recruit import recruit
from soundingboard.pipeline.report import Report
from soundingboard.pipeline.tally import tally
from soundingboard.pipeline.understand import understand
from soundingboard.pipeline.weigh import weigh_brands
from soundingboard.web.app import serve_pages
from soundingboard.wiring import Parts

TICK_MIN = 5
"""Minutes between two looks at what is due; each source has its own time."""

log = logging.getLogger("soundingboard.jobs")


def tick(parts: Parts) -> list[Report]:
    """Do what is due now: collect, and if anything came, read, weigh and look it over; the digests
    once a day; what waits in the outbox leaves.

    A tick that was missed (the machine slept) is made up for by the next one: what is due is
    written with the sources, digests and messages, not with the scheduler.
    """
    reports = [collect(parts, only_due=True)]
    news = any(reports[0].counts.get(what) for what in ("added", "updated", "removed"))
    due = is_due(parts)
    if news:
        reports += [understand(parts), weigh_brands(parts), recruit(parts), moderate(parts)]
    reports += [tally(parts, anew=due)]
    if news or due:
        reports += [alert(parts)]
    if due:
        parts.store.settle()
        reports += [lapse(parts), measure(parts), digest(parts), mail_digests(parts)]
    reports += [deliver(parts)]
    keep_up(parts.store, parts.sightings, parts.clock.now())
    for report in reports:
        log.info("%s %s", report.step, report.counts)
        for name, problem in report.failed.items():
            log.warning("%s: %s", name, problem)
    return reports


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


def run_forever(parts: Parts, *, pages: bool) -> None:
    """Tick, and serve the pages, until stopped; what is just being done is done to its end.

    A service manager's SIGTERM ends it well; Ctrl-C is told to whoever called.
    """
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: stop.set())
    scheduler = BackgroundScheduler(timezone=UTC)
    schedule(scheduler, parts)
    with serve_pages(parts) if pages else nullcontext(None) as address:
        if address:
            log.info("pages are served at %s", address)
        scheduler.start()
        try:
            stop.wait()
        finally:
            scheduler.shutdown(wait=True)
