"""The settings as a table people may see: secrets are masked, each value has its origin."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from config import complaints
from config.brand import Brand
from config.loading import Loaded
from config.settings import Settings

MASK = "(hidden)"


@dataclass(frozen=True, slots=True)
class SettingRow:
    """One setting; `shown` and `default` are written as in the TOML file."""

    name: str
    shown: str
    origin: str
    default: str
    description: str


def described(loaded: Loaded) -> list[SettingRow]:
    """Every setting in the order of the file, for `soundingboard config show`."""
    return [
        SettingRow(name, shown(_value(loaded.settings, name)), loaded.origins[name], default, about)
        for name, default, about in _known()
    ]


def shown(value: Any) -> str:
    """A value as TOML, its secrets masked.

    >>> shown(("en", "fr")), shown("postgresql+psycopg://anna:geheim@host/db")
    ('["en", "fr"]', '"postgresql+psycopg://anna:(hidden)@host/db"')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value}"
    if isinstance(value, SecretStr):
        return MASK
    if isinstance(value, dict):
        return "{" + ", ".join(f"{shown(key)} = {shown(each)}" for key, each in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(shown(each) for each in value) + "]"
    if isinstance(value, Brand):
        return shown(value.name)
    text = value.as_posix() if isinstance(value, Path) else _without_password(str(value))
    return json.dumps(text, ensure_ascii=False)


def _known() -> Iterator[tuple[str, str, str]]:
    defaults = Settings()
    for name, field in complaints.leaves():
        yield name, shown(_value(defaults, name)), field.description or ""


def _value(settings: Settings, name: str) -> Any:
    value: Any = settings
    for part in name.split("."):
        value = getattr(value, part)
    return value


def _without_password(url: str) -> str:
    if "://" not in url:
        return url
    try:
        password = urlsplit(url).password
    except ValueError:
        return url.split("://", 1)[0] + f"://{MASK}"
    return url.replace(f":{password}@", f":{MASK}@") if password else url
