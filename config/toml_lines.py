"""On which line of a TOML text each key stands, which `tomllib` does not tell."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

Path = tuple[str | int, ...]

_HEADER = re.compile(r"\s*(\[\[?)")
_CLOSERS = ("]", "}", '"""', "'''")


class Statement(NamedTuple):
    """One table header or one `key = value`, which may run over several lines."""

    line: int
    text: str
    content: dict[str, Any] | None  # None: it never became TOML


def statements(text: str) -> Iterator[Statement]:
    """Cut a TOML text where each piece is TOML by itself; of a broken text the last one is open."""
    start, piece = 1, ""
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), start=1):
        if not piece:
            start = number
        elif not any(closer in line for closer in _CLOSERS):
            piece += f"{line}\n"  # a value that runs on cannot end here: spare the attempt
            continue
        piece += f"{line}\n"
        if (content := _parsed(piece)) is not None:
            if content:
                yield Statement(start, piece, content)
            piece = ""
    if piece.strip():
        yield Statement(start, piece, None)


def lines_of(text: str) -> dict[Path, int]:
    """Every key's path -> its line (1-based); members of `[[array]]` tables are numbered from 0.

    >>> lines_of('[digest]\\nhour = 7\\n[[brand]]\\nname = "Lumen"')[("brand", 0, "name")]
    4
    """
    found: dict[Path, int] = {}
    members: dict[Path, int] = {}
    table: Path = ()
    for line, piece, content in statements(text):
        if content is None:
            break
        if header := _HEADER.match(piece):
            table = _table(content, header[1] == "[[", members)
            _note(found, table, line)
        else:
            for path in _paths(content):
                _note(found, table + path, line)
    return found


def _parsed(piece: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(piece)
    except (ValueError, RecursionError):
        return None


def _table(content: Mapping[str, Any], is_member: bool, members: dict[Path, int]) -> Path:
    """The path a header opens, with the number of each array member it passes."""
    path: Path = ()
    node: Any = content
    while isinstance(node, dict) and node:
        name, node = next(iter(node.items()))
        path += (name,)
        last = not (isinstance(node, dict) and node)
        if last and is_member:
            members[path] = members.get(path, -1) + 1
        if path in members:
            path += (members[path],)
    return path


def _paths(content: Mapping[str, Any]) -> Iterator[Path]:
    for key, value in content.items():
        yield (key,)
        if isinstance(value, dict):
            yield from ((key, *rest) for rest in _paths(value))


def _note(found: dict[Path, int], path: Path, line: int) -> None:
    """Remember the first line of a path, and of the tables it opens on the way."""
    for end in range(1, len(path) + 1):
        found.setdefault(path[:end], line)
