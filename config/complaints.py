"""From what pydantic says of a wrong setting to a sentence an operator can act on."""

from __future__ import annotations

import typing
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from config.brand import Brand
from config.outgoing import HookSettings, RecipientSettings
from config.settings import Settings

Loc = tuple[str | int, ...]

_NOUNS: dict[Any, str] = {
    int: "a whole number",
    float: "a number",
    bool: "true or false",
    str: 'a text, as in "text"',
    Path: 'a path, as in "folder/file"',
    SecretStr: 'a text, as in "text"',
}
_TABLES: dict[Any, str] = {
    Brand: "a list of tables [[brand]]",
    HookSettings: "a list of tables [[hook]]",
    RecipientSettings: "a list of tables [[digest.recipient]]",
}
_NUMBERS = (int, float, bool)
_BOUNDS = {
    "ge": "from {:g}",
    "gt": "above {:g}",
    "le": "up to {:g}",
    "lt": "and below {:g}",
    "min_length": "of {:g}",
    "max_length": "to {:g} characters",
}


def leaves(group: type[BaseModel] = Settings, prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every setting by its dotted name, in the order of `config/settings.py`."""
    for name, field in group.model_fields.items():
        if inner := _group(field.annotation):
            yield from leaves(inner, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", field


def complaint(error: ErrorDetails) -> tuple[str, str]:
    """What is wrong with a setting, and what to do; a value is said only where it is a number."""
    loc, kind = error["loc"], error["type"]
    if kind == "extra_forbidden":
        where = f" in {dotted(loc[:-1])}" if len(loc) > 1 else ""
        return f"there is no setting {loc[-1]!r}{where}.", _known_names(loc)
    if kind == "missing" and isinstance(loc[-1], str):
        return f"{dotted(loc)} is missing.", "Add it."
    if kind == "value_error":
        return f"{dotted(loc)}: {error['ctx']['error']}.", ""
    value, field = error["input"], _field_at(loc)
    is_sayable = isinstance(value, _NUMBERS) or (field and field.annotation in _NUMBERS)
    said = f"is {str(value)[:40]!r}" if is_sayable else "cannot be used"
    return f"{dotted(loc)} {said}.", f"Give {_allowed(loc)}."


def dotted(loc: Loc) -> str:
    """A place as people read it: `digest.hour`, `brand 2: name`; keys and items are left out."""
    at = next((i for i, part in enumerate(loc) if isinstance(part, int)), None)
    if at is not None and len(_groups_on((*loc[:at], 0, ""))) > at:
        rest = f": {loc[at + 1]}" if len(loc) > at + 1 else ""
        return f"{'.'.join(map(str, loc[:at]))} {int(loc[at]) + 1}{rest}"
    names = [str(part) for part in loc]
    depth = len(_groups_on(loc))
    return ".".join(names[:depth])


def _groups_on(loc: Loc) -> list[type[BaseModel]]:
    """The groups a path passes, from the top down to the one its last setting stands in."""
    groups: list[type[BaseModel]] = [Settings]
    for part in loc[:-1]:
        if isinstance(part, int):
            continue
        field = groups[-1].model_fields.get(part)
        inner = _group(field.annotation) or _listed(field.annotation) if field else None
        if inner is None:
            break
        groups.append(inner)
    return groups


def _field_at(loc: Loc) -> FieldInfo | None:
    names = [part for part in loc if isinstance(part, str)]
    groups = _groups_on(loc[: loc.index(names[-1]) + 1]) if names else []
    return groups[-1].model_fields.get(names[len(groups) - 1]) if groups else None


def _known_names(loc: Loc) -> str:
    """The closest setting to a mistyped one, else all that the place has."""
    group, wrong = _groups_on(loc)[-1], str(loc[-1])
    names = list(group.model_fields)
    prefix = "" if group is Settings or group in _TABLES else f"{dotted(loc[:-1])}."
    if close := get_close_matches(wrong, names, n=1, cutoff=0.6):
        return f"Did you mean {prefix}{close[0]}?"
    elsewhere = {name.rsplit(".")[-1]: name for name, _ in leaves()}
    if group not in _TABLES and (close := get_close_matches(wrong, elsewhere, n=1, cutoff=0.75)):
        return f"Did you mean {elsewhere[close[0]]}?"
    return f"Known here: {', '.join(names)}."


def _allowed(loc: Loc) -> str:
    """What a setting may be, in words: `a whole number from 0 to 23`."""
    field = _field_at(loc)
    if field is None:
        return "something else"
    if inner := _group(field.annotation):
        return f"a table, as in [{dotted(loc)}], with {', '.join(inner.model_fields)}"
    return _noun(field.annotation) + _range(field.metadata)


def _noun(annotation: Any) -> str:
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is tuple and inner[-1] is Ellipsis:
        return _TABLES.get(inner[0], 'a list, as in ["a", "b"]')
    if origin is tuple:
        return "two whole numbers from 0 up, the fewest and the most, as in [4, 6]"
    if origin is dict and inner[1] is not SecretStr:
        return 'a table of the fewest and the most, as in {"name" = [1, 3]}'
    if origin is dict:
        return 'a table of texts, as in {"https://host" = "text"}'
    return _NOUNS.get(inner[0] if inner else annotation, "something else")


def _range(metadata: Iterable[Any]) -> str:
    """The bounds of a number or a text: ` from 0 to 23`, ` above 0, below 1`."""
    bounds = {
        name: getattr(mark, name)
        for mark in metadata
        for name in _BOUNDS
        if getattr(mark, name, None) is not None
    }
    words = [_BOUNDS[name].format(bound) for name, bound in bounds.items()]
    return "".join(f" {word}" for word in words)


def _group(annotation: Any) -> type[BaseModel] | None:
    is_group = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return annotation if is_group else None


def _listed(annotation: Any) -> type[BaseModel] | None:
    """The group a list is made of, if it is one of groups."""
    inner = typing.get_args(annotation)
    return _group(inner[0]) if typing.get_origin(annotation) is tuple and inner else None


def closest_setting(wrong: str) -> str | None:
    """The setting somebody meant by a name with dots lost or letters swapped, if one is close."""
    names = {name.replace(".", "_"): name for name, _ in leaves()}
    found = get_close_matches(wrong.replace(".", "_"), names, n=1, cutoff=0.8)
    return names[found[0]] if found else None
