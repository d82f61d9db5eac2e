"""Parts: everything the steps work with, made once, handed in, and each only when first needed."""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from config.brand import Brand
from config.clock import Clock
from config.errors import ConfigError
from config.settings import Settings

if TYPE_CHECKING:
    from community.links import Signer
    from listener.fetch import Connect, Fetcher, Resolve
    from listener.pace import Pace
    from listener.parsing.worker import Worker
    from models.reading import Reader
    from soundingboard.access.sightings import Sightings
    from soundingboard.brands import Brands
    from soundingboard.errands import Errands
    from store.session import Store
    from store.tombstones import Marker

KEY_FILE = "soundingboard.key"


class Parts:
    """The parts of one running house.

    Nothing heavy is imported or opened before a step asks for it, so that `--help` is quick and a
    listing loads no model. The demo hands in how its invented hosts are found (`resolve`,
    `connect`), and the `store` it fills; tests hand in their own `reader` as well.
    """

    def __init__(
        self,
        settings: Settings,
        folder: Path,
        clock: Clock,
        *,
        reader: Reader | None = None,
        resolve: Resolve | None = None,
        connect: Connect | None = None,
        store: Store | None = None,
    ) -> None:
        self.settings, self.folder, self.clock = settings, folder, clock
        self._reader, self._resolve, self._connect = reader, resolve, connect
        self._store = store

    @cached_property
    def store(self) -> Store:
        from store.session import open_store

        return self._store or open_store(_absolute(self.settings.database_url, self.folder))

    @cached_property
    def pace(self) -> Pace:
        from listener.pace import Pace
        from store.sources import holds

        with self.store.read() as session:
            known = holds(session)
        return Pace(self.settings.fetch.host_gap_s, self.clock, known)

    @cached_property
    def fetcher(self) -> Fetcher:
        from listener.fetch import Fetcher, system_resolve

        return Fetcher(
            self.settings.fetch,
            self.clock,
            pace=self.pace,
            resolve=self._resolve or system_resolve,
            connect=self._connect,
        )

    @cached_property
    def worker(self) -> Worker:
        from listener.parsing.worker import Worker

        return Worker(self.clock, max_posts=self.settings.listen.max_posts)

    @cached_property
    def reader(self) -> Reader:
        from models.reader import EmbeddedReader

        return self._reader or EmbeddedReader(self.settings.model)

    @cached_property
    def marker(self) -> Marker:
        from store.tombstones import Marker

        return Marker(secret_key(self.settings, self.folder))

    @cached_property
    def signer(self) -> Signer:
        from community.links import Signer

        return Signer(secret_key(self.settings, self.folder))

    @cached_property
    def sightings(self) -> Sightings:
        from soundingboard.access.sightings import Sightings

        return Sightings()

    @cached_property
    def errands(self) -> Errands:
        from soundingboard.errands import Errands

        return Errands()

    def brand_config(self, name: str) -> Brand:
        """What the settings say of a brand; one that only an import made has just its name."""
        for brand in self.settings.brand:
            if brand.name.casefold() == name.casefold():
                return brand
        return Brand(name=name)

    def brands(self) -> Brands:
        """All brands, those of the settings made known to the store."""
        from soundingboard.brands import Brands
        from store.brands import all_brands, make_brand

        with self.store.write() as session:
            for brand in self.settings.brand:
                make_brand(session, brand.name, self.clock.now())
            rows = all_brands(session)
        return Brands({row.id: self.brand_config(row.name) for row in rows if row.id is not None})

    def close(self) -> None:
        """Let go of what was opened; a store that was handed in is its owner's to close."""
        for name in ("fetcher", "worker", "store"):
            if name in self.__dict__ and not (name == "store" and self._store):
                self.__dict__[name].close()


def secret_key(settings: Settings, folder: Path) -> bytes:
    """The key of the do-not-contact hashes: from the settings, else a file made on first use.

    Raises ConfigError if the file is there but empty or unreadable.
    """
    if settings.privacy.secret_key is not None:
        return settings.privacy.secret_key.get_secret_value().encode()
    path = folder / KEY_FILE
    if not path.exists():
        _make_key(path)
    key = path.read_bytes().strip()
    if not key:
        raise ConfigError(f"{path} is empty.", mend="Restore it from a backup.")
    return key


def _make_key(path: Path) -> None:
    """Write a new key whole before it is seen; whoever else made one first keeps theirs."""
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    try:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_hex(32))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)
    finally:
        os.unlink(draft)


def _absolute(url: str, folder: Path) -> str:
    """A relative SQLite path is meant from the folder of the configuration."""
    prefix = "sqlite:///"
    if url.startswith(prefix) and url != prefix + ":memory:":
        return f"{prefix}{folder / url.removeprefix(prefix)}"
    return url
