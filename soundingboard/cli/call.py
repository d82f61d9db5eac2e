"""One call of the command line: where it works, how much it says, and the parts it opens."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from config.clock import Clock, SystemClock

if TYPE_CHECKING:
    from config.loading import Loaded
    from config.settings import Settings
    from models.reading import Reader
    from soundingboard.wiring import Parts


@dataclass(frozen=True)
class Call:
    """What every command is handed; tests hand in their own clock, environment and reader.

    folder : where soundingboard.toml stands, if there is one; relative paths are meant from here
    """

    folder: Path = Path()
    verbose: bool = False
    clock: Clock = field(default_factory=SystemClock)
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ)
    reader: Reader | None = None

    @classmethod
    def of(cls, ctx: typer.Context) -> Call:
        """The call a command belongs to."""
        return ctx.ensure_object(cls)

    def at(self, folder: Path, *, verbose: bool) -> Call:
        """The same call with the global options of this one."""
        return replace(self, folder=folder, verbose=verbose)

    def loaded(self) -> Loaded:
        """The settings with their origins. Raises ConfigError, also for a folder that is none."""
        from config.errors import ConfigError
        from config.loading import load

        if not self.folder.is_dir():
            raise ConfigError(
                f"There is no folder {self.folder}.", mend="Make it, or give another --folder."
            )
        return load(self.folder, self.environ)

    @contextmanager
    def parts(self, **changed: Any) -> Iterator[Parts]:
        """The parts of the house in this folder, closed afterwards.

        changed : groups of settings to turn for this call only, as `digest={"folder": …}`
        """
        from soundingboard.wiring import Parts

        settings = _turned(self.loaded().settings, changed)
        parts = Parts(settings, self.folder, self.clock, reader=self.reader)
        try:
            yield parts
        finally:
            parts.close()


def _turned(settings: Settings, changed: Mapping[str, Mapping[str, Any]]) -> Settings:
    groups = {
        name: getattr(settings, name).model_copy(update=dict(values))
        for name, values in changed.items()
    }
    return settings.model_copy(update=groups)
