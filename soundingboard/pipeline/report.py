"""What a step says when it is done, and how it says that it goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

Progress = Callable[[str, int, int], None]
"""Called with (what is done, done so far, of how many; 0 = not known)."""


def silent(what: str, done: int, total: int) -> None:
    """Progress for those who do not watch."""


@dataclass(slots=True)
class Report:
    """One step's result.

    counts   : what was done, by plain words
    failed   : what could not be done: its name -> why (and what to do)
    """

    step: str
    counts: dict[str, int] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)

    def count(self, what: str, number: int = 1) -> None:
        """Add to one of the counts."""
        self.counts[what] = self.counts.get(what, 0) + number

    def as_json(self) -> dict[str, Any]:
        return {"step": self.step, **self.counts, "failed": self.failed}
