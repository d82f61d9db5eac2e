"""JSON from strangers: bytes in, plain values out, or one clear error."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NoReturn, TypeGuard

from config.errors import UnreadableError

MAX_DEPTH = 64


def read_json(body: bytes, url: str) -> Any:
    """The value of one JSON document; UTF-8, -16 and -32 with or without a BOM.

    NaN and Infinity are refused (Python would take them), and so is nesting beyond `MAX_DEPTH`.
    Raises UnreadableError naming `url`.
    """
    try:
        value = json.loads(body, parse_constant=_refuse)
    except (ValueError, RecursionError) as error:
        raise UnreadableError(url, f"not JSON we can read ({_short(error)})") from error
    if _depth(value) > MAX_DEPTH:
        raise UnreadableError(url, f"JSON nested deeper than {MAX_DEPTH} levels")
    return value


def text_of(record: Mapping[str, Any], name: str) -> str:
    """A field that should be text; "" where it is absent or anything else."""
    value = record.get(name)
    return value if isinstance(value, str) else ""


def object_of(record: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A field that should be an object; {} where it is absent or anything else."""
    value = record.get(name)
    return value if isinstance(value, dict) else {}


def count_of(record: Mapping[str, Any], name: str) -> int | None:
    """A field that should count something; None, which is not 0, where it does not."""
    value = record.get(name)
    return value if is_whole(value) and value >= 0 else None


def is_whole(value: Any) -> TypeGuard[int]:
    """Whether a value is a whole number; true and false are not."""
    return isinstance(value, int) and not isinstance(value, bool)


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not a JSON number")


def _short(error: Exception) -> str:
    return "nested too deeply" if isinstance(error, RecursionError) else str(error)[:120]


def _depth(value: Any) -> int:
    """How many containers lie inside each other, without recursion."""
    depth, level = 0, [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        depth += 1
        if depth > MAX_DEPTH:
            break
        level = [
            item
            for holder in level
            for item in (holder.values() if isinstance(holder, dict) else holder)
        ]
    return depth
