"""Changes to soundingboard.toml by a program: comments stay, and nothing wrong is written."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.container import OutOfOrderTableProxy
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Table

from config.errors import ConfigError
from config.files import write_whole
from config.loading import FILE_NAME, Loaded, load

Edit = Callable[[TOMLDocument], None]
Section = Table | OutOfOrderTableProxy
"""A table, written in one piece or with others between its pieces."""


def edit(folder: Path, environ: Mapping[str, str], change: Edit) -> Loaded:
    """Change the settings' file in `folder`, and read it anew; the file is made if there is none.

    What the change makes of it is read first, as at a start: a setting that would be wrong raises
    ConfigError and nothing is written.
    """
    path = folder / FILE_NAME
    document = _parsed(path)
    change(document)
    text = tomlkit.dumps(document)
    with tempfile.TemporaryDirectory() as trial:
        (Path(trial) / FILE_NAME).write_text(text, encoding="utf-8")
        load(Path(trial), environ)
    write_whole(path, text)
    return load(folder, environ)


def table(document: TOMLDocument | Section, name: str) -> Section:
    """The table of that name, made at the end if it is missing."""
    if name not in document:
        document[name] = tomlkit.table()
    found = document[name]
    if not isinstance(found, Section):
        raise ConfigError(f"{name} is no table in {FILE_NAME}.", mend=f"Write it as [{name}].")
    return found


def blocks(parent: TOMLDocument | Section, name: str) -> AoT:
    """The blocks [[name]], an empty list of them if there is none."""
    if not parent.get(name):  # missing, or written as an empty list
        parent.pop(name, None)
        parent[name] = tomlkit.aot()
    found = parent[name]
    if not isinstance(found, AoT):
        raise ConfigError(f"{name} is no list of blocks.", mend=f"Write each as [[{name}]].")
    return found


def drop_block(parent: TOMLDocument | Section, name: str, key: str, value: str) -> None:
    """Take the blocks [[name]] out whose `key` has this value, in whatever case it is written."""
    found = blocks(parent, name)
    for place in reversed(range(len(found))):
        if str(found[place].get(key, "")).casefold() == value.casefold():
            del found[place]
    if not found:
        parent.pop(name)


def put(block: Section, values: Mapping[str, Any]) -> None:
    """Set values; an empty one is taken out, so that its default counts again."""
    for name, value in values.items():
        if value in (None, "", [], ()):
            block.pop(name, None)
        else:
            block[name] = list(value) if isinstance(value, tuple) else value


def _parsed(path: Path) -> TOMLDocument:
    if not path.exists():
        return tomlkit.document()
    try:
        return tomlkit.parse(path.read_text(encoding="utf-8-sig"))
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"cannot be changed, it is broken: {error}", mend="Mend it by hand.", file=str(path)
        ) from error
