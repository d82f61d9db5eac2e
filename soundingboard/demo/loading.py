"""The demo inside a house that is still empty: filled with one click, taken out with another."""

from __future__ import annotations

from config.clock import PinnedClock
from config.errors import RuleError
from config.settings import Settings
from soundingboard.demo import world
from soundingboard.demo.programme import make_programme
from soundingboard.demo.run import Demo, collect_demo, demo_settings_of, work_demo
from soundingboard.demo.server import DemoServer
from soundingboard.pipeline.report import Progress, silent
from soundingboard.settings_changes import drop_brand, keep_brand
from soundingboard.wiring import Parts
from store import brands, sources, tables

INVENTED = "an invented site of the demo: it is not asked any more"


def load_demo(parts: Parts, progress: Progress = silent) -> None:
    """Fill an empty house with the demo's invented world.

    Raises RuleError where anything is listened to already: what is invented would be mixed with
    what is not.
    """
    with parts.store.read() as session:
        if brands.all_brands(session) or sources.all_sources(session):
            raise RuleError(
                "This house is not empty, so the demo would mix with what is yours.",
                mend="Look at the demo in a folder of its own: soundingboard demo",
            )
    keep_brand(parts, world.demo_brand())
    with DemoServer() as server:
        house = Parts(
            _as_the_demo(parts.settings),
            parts.folder,
            PinnedClock(world.NOW),
            reader=parts.reader,
            resolve=server.resolve,
            connect=server.connect,
            store=parts.store,
        )
        try:
            demo = Demo(house, server, seen_before=False)
            collect_demo(demo, progress)
            work_demo(demo, progress)
            make_programme(house, demo.brand, progress)
        finally:
            _stop_asking(parts)
            house.close()


def _as_the_demo(settings: Settings) -> Settings:
    """This house's settings while the demo is told: its invented colleague, and nobody waits."""
    told = demo_settings_of(world.demo_brand())
    return settings.model_copy(
        update={"fetch": told.fetch, "recruiting": told.recruiting, "mail": told.mail}
    )


def is_loaded(parts: Parts) -> bool:
    """Whether the demo's brand is one of this house."""
    return _brand(parts) is not None


def remove_demo(parts: Parts) -> None:
    """Take the demo out again, with everything that hangs on it. Raises RuleError without one."""
    brand = _brand(parts)
    if brand is None:
        raise RuleError("The demo is not in this house.")
    own = {address for _, address, _ in world.SOURCES}
    with parts.store.write() as session:
        for source in sources.all_sources(session):
            if source.address in own or source.kind == "file":
                sources.remove_source(session, source)
        brands.drop_brand(session, brand)
    drop_brand(parts, brand.name)


def _brand(parts: Parts) -> tables.BrandRow | None:
    name = world.demo_brand().name
    with parts.store.read() as session:
        return next((b for b in brands.all_brands(session) if b.name == name), None)


def _stop_asking(parts: Parts) -> None:
    own = {address for _, address, _ in world.SOURCES}
    with parts.store.write() as session:
        for source in sources.all_sources(session):
            if source.address in own:
                source.paused, source.problem, source.failures = INVENTED, None, 0
