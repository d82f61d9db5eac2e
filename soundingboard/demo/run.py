"""The demo's house: the real steps over the invented world, on a day of its own."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from config.brand import Brand
from config.clock import PinnedClock
from config.loading import FILE_NAME, load
from config.settings import Settings
from models.reading import Reader
from soundingboard.demo import world
from soundingboard.demo.server import DemoServer
from soundingboard.pipeline.collect import collect
from soundingboard.pipeline.digest import digest
from soundingboard.pipeline.importing import import_file
from soundingboard.pipeline.measure import measure
from soundingboard.pipeline.recruit import recruit
from soundingboard.pipeline.report import Progress, Report, silent
from soundingboard.pipeline.tally import tally
from soundingboard.pipeline.understand import understand
from soundingboard.pipeline.weigh import weigh_brands
from soundingboard.wiring import Parts
from store import brands as brand_queries
from store import sources as source_queries
from store import tables


@dataclass(frozen=True, slots=True)
class Demo:
    """The demo, open: its parts, its server, and whether this folder saw it before."""

    parts: Parts
    server: DemoServer
    seen_before: bool

    @property
    def brand(self) -> str:
        return self.parts.settings.brand[0].name


@contextmanager
def open_demo(folder: Path, *, reader: Reader | None = None) -> Iterator[Demo]:
    """The demo in `folder`, its server running while the block lasts."""
    folder.mkdir(parents=True, exist_ok=True)
    seen_before = (folder / "soundingboard.db").exists()
    with DemoServer() as server:
        parts = Parts(
            demo_settings(folder),
            folder,
            PinnedClock(world.NOW),
            reader=reader,
            resolve=server.resolve,
            connect=server.connect,
        )
        try:
            yield Demo(parts, server, seen_before)
        finally:
            parts.close()


def demo_settings(folder: Path) -> Settings:
    """As a company would set them, from a file in the demo's folder: every command works there."""
    path = folder / FILE_NAME
    if not path.exists():
        path.write_text(_configuration(world.demo_brand()), encoding="utf-8")
    return load(folder, {}).settings


def demo_settings_of(brand: Brand) -> Settings:
    """The same, without a file."""
    return Settings.model_validate(tomllib.loads(_configuration(brand)))


def _configuration(brand: Brand) -> str:
    told = brand.model_dump(mode="json").items()
    return "\n".join(
        (
            "# The demo's own settings; `soundingboard init` writes yours.",
            "[fetch]",
            'contact = "demo@wendlow.example"',
            "host_gap_s = 0  # nobody has to be waited for on our own server",
            "",
            "[digest]",
            'timezone = "Europe/Berlin"',
            "",
            "[recruiting]",
            'contact = "Kim Arden, kim@wendlow.example"',
            "",
            "[mail]  # without a host nothing leaves: mails wait in the outbox, to be looked at",
            'sender = "Wendlow <voices@wendlow.example>"',
            'postal_address = "Wendlow, 7 Mill Lane, Harrowmere"',
            "",
            "[[brand]]",
            *(f"{name} = {json.dumps(value)}" for name, value in told if value),
            "",
        )
    )


def collect_demo(demo: Demo, progress: Progress = silent) -> list[Report]:
    """Collect what the sites show: in the morning, then in the evening of the same day, when some
    posts were added, edited and deleted. A folder that was here before sees the evening again."""
    _make_sources(demo)
    reports = []
    moments: tuple[world.Moment, ...] = ("evening",) if demo.seen_before else ("morning", "evening")
    for moment in moments:
        demo.server.moment = moment
        reports.append(collect(demo.parts, progress))
    reports.append(_import_reviews(demo, progress))
    return reports


def _make_sources(demo: Demo) -> None:
    with demo.parts.store.write() as session:
        brand = brand_queries.make_brand(session, demo.brand, demo.parts.clock.now())
        for kind, address, name in world.SOURCES:
            if source_queries.find_source(session, kind, address) is None:
                own = kind == "discourse"  # in the brand's own forum everybody speaks of it
                source_queries.add_source(
                    session,
                    tables.Source(
                        kind=kind,
                        address=address,
                        name=name,
                        about_id=brand.id if own else None,
                        added_at=demo.parts.clock.now(),
                    ),
                )


def _import_reviews(demo: Demo, progress: Progress) -> Report:
    path = world.write_reviews(demo.parts.folder)
    done = import_file(demo.parts, path, demo.brand, progress=progress)
    report = Report("import")
    for what in ("added", "updated", "unchanged", "removed", "suppressed"):
        report.count(what, getattr(done.saved, what))
    report.count("rejected", len(done.rejected))
    report.failed.update({f"line {reject.line}": reject.reason for reject in done.rejected})
    return report


def work_demo(demo: Demo, progress: Progress = silent) -> list[Report]:
    """Every step after collecting."""
    return [
        step(demo.parts, progress)
        for step in (understand, weigh_brands, recruit, tally, measure, digest)
    ]
