"""Looks the installation over: what is there, what is not, and what to do about it."""

from __future__ import annotations

import platform
import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from config.clock import Clock
from config.errors import SoundingBoardError
from config.settings import Settings
from soundingboard.wiring import KEY_FILE, Parts

OLDEST_PYTHON = (3, 11)
LEAST_FREE_MB = 500
MANY_FAILURES = 3

State = Literal["ok", "note", "problem"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at.

    state : ok, note (works, but look at it) or problem (something will not work)
    mend  : what to do; empty where nothing need be done
    """

    name: str
    state: State
    found: str
    mend: str = ""


def examine(settings: Settings, folder: Path, clock: Clock) -> list[Check]:
    """Every check, in order; one that fails itself is a problem and never stops the others."""
    parts = Parts(settings, folder, clock)
    checks: list[tuple[str, Callable[[Parts], Iterator[Check]]]] = [
        ("python", _python),
        ("disk", _disk),
        ("contact", _contact),
        ("secret key", _key),
        ("database", _database),
        ("sources", _sources),
        ("retention", _retention),
        ("models", _models),
        ("torch", _torch),
    ]
    found: list[Check] = []
    try:
        for name, check in checks:
            try:
                found += check(parts)
            except SoundingBoardError as error:
                found.append(Check(name, "problem", error.problem, error.mend))
            except (OSError, ImportError) as error:
                found.append(Check(name, "problem", f"{type(error).__name__}: {error}"))
    finally:
        parts.close()
    return found


def _python(_: Parts) -> Iterator[Check]:
    version = platform.python_version()
    if sys.version_info < OLDEST_PYTHON:
        yield Check("python", "problem", version, "Install Python 3.11 or newer.")
    else:
        yield Check("python", "ok", version)


def _disk(parts: Parts) -> Iterator[Check]:
    free_mb = shutil.disk_usage(parts.folder).free // 2**20
    found = f"{free_mb} MB free"
    if free_mb < LEAST_FREE_MB:
        yield Check("disk", "problem", found, f"Make room: {LEAST_FREE_MB} MB or more.")
    else:
        yield Check("disk", "ok", found)


def _contact(parts: Parts) -> Iterator[Check]:
    if contact := parts.settings.fetch.contact:
        yield Check("contact", "ok", contact)
    else:
        mend = "Set fetch.contact to a mail or web address of yours; sites block strangers first."
        yield Check("contact", "note", "sites are not told whom to write to", mend)


def _key(parts: Parts) -> Iterator[Check]:
    if parts.settings.privacy.secret_key is not None:
        yield Check("secret key", "ok", "from the settings")
        return
    path = parts.folder / KEY_FILE
    if not path.exists():
        yield Check(
            "secret key", "note", f"{path} is not there yet", "It is made when first needed."
        )
        return
    mode = stat.S_IMODE(path.stat().st_mode)
    if not path.read_bytes().strip():
        yield Check("secret key", "problem", f"{path} is empty", "Restore it from a backup.")
    elif mode & 0o077:
        found = f"{path} can be read by others (mode {mode:04o})"
        yield Check("secret key", "problem", found, f"chmod 600 {path}")
    else:
        yield Check("secret key", "ok", f"{path}, mode {mode:04o}; keep it with your backups")


def _database(parts: Parts) -> Iterator[Check]:
    """Its address, tables and integrity; one that is not there yet is not made."""
    from store.posts import count_posts
    from store.session import make_safe

    address = make_safe(parts.settings.database_url)
    if not _is_there(parts):
        yield Check(
            "database", "note", f"{address} is not there yet", "It is made when first needed."
        )
        return
    with parts.store.read() as session:
        posts = count_posts(session)
    whole = "reachable, this version's tables"
    yield Check("database", "ok", f"{address}: {whole}, {posts} posts")


def _is_there(parts: Parts) -> bool:
    prefix, url = "sqlite:///", parts.settings.database_url
    return not url.startswith(prefix) or (parts.folder / url.removeprefix(prefix)).exists()


def _sources(parts: Parts) -> Iterator[Check]:
    if not _is_there(parts):
        return
    from store.sources import all_sources

    with parts.store.read() as session:
        sources = all_sources(session)
    for source in sources:
        if source.paused:
            mend = f"soundingboard source resume {source.name!r}, or: source remove"
            yield Check("source", "note", f"{source.name}: {source.paused}", mend)
        elif source.problem:
            state: State = "problem" if source.failures >= MANY_FAILURES else "note"
            found = f"{source.name}: {source.problem}"
            yield Check("source", state, found, "See: soundingboard source list")
    healthy = sum(not source.paused and not source.problem for source in sources)
    yield Check("sources", "ok", f"{healthy} of {len(sources)} are well")


def _retention(parts: Parts) -> Iterator[Check]:
    settings = parts.settings
    kept, window = settings.privacy.text_days, settings.stance.window_days
    found = f"posts are deleted after {kept} days"
    if kept > window:
        mend = f"Posts older than {window} days weigh nothing; privacy.text_days could be {window}."
        yield Check("retention", "note", found, mend)
    else:
        yield Check("retention", "ok", found)


def _models(parts: Parts) -> Iterator[Check]:
    """The files and digests of what reads the posts; damaged ones raise a ModelError."""
    from models import manifest

    if parts.settings.model.encoder == "embedded":
        manifest.embedded_encoder()
    if parts.settings.model.sentiment == "embedded":
        manifest.embedded_sentiment()
    yield Check("models", "ok", f"{parts.reader.model_id}; files and digests are right")


def _torch(_: Parts) -> Iterator[Check]:
    """A build for graphics cards is gigabytes of nothing on a machine that has none."""
    from importlib.metadata import version

    if find_spec("torch") is None:
        yield Check("torch", "problem", "is not installed", "pip install torch")
        return
    build = version("torch")
    has_libraries = find_spec("nvidia") is not None
    if has_libraries and shutil.which("nvidia-smi") is None:
        mend = "The CPU build does the same and is gigabytes smaller; see Makefile, TORCH."
        yield Check("torch", "note", f"{build} for CUDA, on a machine without a GPU", mend)
    else:
        yield Check("torch", "ok", build)
