"""Records of JSON lines, or of one JSON array, as flat texts by key; a bad one is a Reject."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, NoReturn

from config.errors import UnreadableError
from listener.parsing.opening import Line, Opened
from listener.record import Reject

MAX_ARRAY_CHARS = 64 * 2**20

_SPACE = re.compile(r"[\s,]*")


class Record(NamedTuple):
    """One object: the line it begins on (1-based), its texts by key (`author.name`)."""

    line: int
    cells: Mapping[str, str]


def read_objects(lines: Iterator[Line]) -> Iterator[Record | Reject]:
    """One object per line, blank lines passed over."""
    for number, text in lines:
        if text is None:
            yield Reject(number, "longer than 1 MiB")
        elif text.strip("\ufeff \t\r\n"):
            yield _record(number, text)


def read_array(opened: Opened) -> Iterator[Record | Reject]:
    """The objects of one JSON array; it is read whole, so it may not be large.

    Raises UnreadableError if it is larger than `MAX_ARRAY_CHARS`. After a broken element the rest
    is one Reject, for nobody can say where the next begins.
    """
    text = _whole(opened)
    line, seen, at = 1, 0, text.index("[") + 1
    while True:
        at = _past_space(text, at)
        if at >= len(text) or text[at] == "]":
            return
        line, seen = line + text.count("\n", seen, at), at
        try:
            value, at = _DECODER.raw_decode(text, at)
        except (ValueError, RecursionError) as error:
            yield Reject(line, f"{_reason(error)}; nothing after it could be read")
            return
        yield _checked(line, value)


def _past_space(text: str, at: int) -> int:
    space = _SPACE.match(text, at)
    return space.end() if space else at


def _whole(opened: Opened) -> str:
    parts, size = [], 0
    for line in opened.lines():
        parts.append(line.text or "")
        size += len(parts[-1])
        if line.text is None or size > MAX_ARRAY_CHARS:
            raise UnreadableError(
                str(opened.path),
                "a JSON array this large is not read",
                mend="Write one object per line: jq -c '.[]' file.json > file.jsonl",
            )
    return "".join(parts)


def _record(number: int, text: str) -> Record | Reject:
    try:
        value = _DECODER.decode(text.strip("\ufeff \t\r\n"))
    except (ValueError, RecursionError) as error:
        return Reject(number, _reason(error))
    return _checked(number, value)


def _checked(number: int, value: Any) -> Record | Reject:
    if not isinstance(value, dict):
        return Reject(number, f"not an object but {_kind(value)}")
    return Record(number, _flat(value))


def _flat(value: Mapping[str, Any]) -> dict[str, str]:
    """Texts by key, an inner object's keys after a dot; lists and what lies deeper are left."""
    cells: dict[str, str] = {}
    for key, item in value.items():
        if isinstance(item, dict):
            cells.update(
                (f"{key}.{inner}", _text(leaf))
                for inner, leaf in item.items()
                if not isinstance(leaf, dict | list)
            )
        elif not isinstance(item, list):
            cells[key] = _text(item)
    return cells


def _text(value: Any) -> str:
    if value is None:
        return ""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _unlike_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        [(twice, _)] = Counter(key for key, _ in pairs).most_common(1)
        raise ValueError(f"the key {twice[:40]!r} stands in it twice")
    return value


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _reason(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, json.JSONDecodeError):
        return f"not JSON: {error.msg} at character {error.colno}"
    return str(error)[:120]


def _kind(value: Any) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


_DECODER = json.JSONDecoder(object_pairs_hook=_unlike_keys, parse_constant=_refuse)
