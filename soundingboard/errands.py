"""Long work started from a page: one errand at a time, in a thread, its progress to be seen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from config.errors import RuleError, SoundingBoardError

log = logging.getLogger("soundingboard.web")

Progress = Callable[[str, int, int], None]
"""Called with (what is done, done so far, of how many), as by the steps of the pipeline."""

Work = Callable[[Progress], str]
"""Does it, and says in a line what came of it."""


@dataclass(slots=True)
class Errand:
    """One piece of long work.

    step, done, total : what it is at (total 0 = not known); words : what came of it, or why not
    over : set when it ended, well or not
    """

    name: str
    started_at: datetime
    step: str = "starting"
    done: int = 0
    total: int = 0
    words: str = ""
    state: str = "running"
    over: threading.Event = field(default_factory=threading.Event, repr=False)

    @property
    def share(self) -> float | None:
        """How much of the present step is done, 0..1; None where that is not known."""
        return min(1.0, self.done / self.total) if self.total else None


class Errands:
    """The errands of one house; a second one waits its turn by being refused."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.last: Errand | None = None

    def start(self, name: str, work: Work, now: datetime) -> Errand:
        """Begin it in the background. Raises RuleError while another one runs."""
        with self._lock:
            if self.last is not None and self.last.state == "running":
                raise RuleError(
                    f"{self.last.name} is still at work.", mend="Wait until it is done."
                )
            self.last = errand = Errand(name, now)
        thread = threading.Thread(target=_run, args=(errand, work), name="errand", daemon=True)
        thread.start()
        return errand


def _run(errand: Errand, work: Work) -> None:
    def progress(what: str, done: int, total: int) -> None:
        errand.step, errand.done, errand.total = what, done, total

    try:
        errand.words = work(progress)
        errand.state = "done"
    except SoundingBoardError as error:
        errand.words, errand.state = str(error), "failed"
    except Exception as error:
        log.error("an errand broke", exc_info=error)
        errand.words = "Something broke on our side; nothing more was done."
        errand.state = "failed"
    finally:
        errand.over.set()
