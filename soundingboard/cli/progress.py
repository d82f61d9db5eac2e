"""Progress on stderr: a bar while somebody watches, a line now and then where nobody does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from config.clock import Clock
from soundingboard.cli.output import plain, say
from soundingboard.pipeline.report import Progress

SECONDS_BETWEEN_LINES = 10.0


@contextmanager
def progress(clock: Clock) -> Iterator[Progress]:
    """What a step calls as it goes on; a bar leaves nothing behind when it is done."""
    if not sys.stderr.isatty():
        yield _lines(clock)
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bars

    bars = Bars(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=Console(stderr=True),
        transient=True,
    )
    with bars:
        bar = bars.add_task("starting", total=None)

        def move(what: str, done: int, total: int) -> None:
            bars.update(bar, description=plain(what), completed=done, total=total or None)

        yield move


def _lines(clock: Clock) -> Progress:
    last = clock.monotonic()

    def tell(what: str, done: int, total: int) -> None:
        nonlocal last
        if clock.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = clock.monotonic()
            say(f"{what}: {done} of {total}" if total else f"{what}: {done}")

    return tell
