"""Settings from `soundingboard.toml` and the environment, each with where it came from."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsConfigDict

from config import complaints, toml_lines
from config.errors import ConfigError
from config.settings import Settings

FILE_NAME = "soundingboard.toml"
PREFIX = "SOUNDINGBOARD_"
DEFAULT = "default"


@dataclass(frozen=True)
class Loaded:
    """The settings, and for each its dotted name -> where it came from.

    origins : "default", "soundingboard.toml, line 12" or "environment SOUNDINGBOARD_DIGEST__HOUR"
    """

    settings: Settings
    origins: Mapping[str, str]


def load(folder: Path, environ: Mapping[str, str]) -> Loaded:
    """The environment wins over `soundingboard.toml` in `folder`, that over the defaults.

    Raises ConfigError naming every setting that is wrong, with its line or variable and the mend.
    """
    file = _File.read(folder / FILE_NAME)
    environment = _Environment.read(environ)
    merged = _over(file.content, environment.content)
    problems = list(environment.strangers())
    settings = None
    try:
        settings = Settings.model_validate(merged)
    except ValidationError as error:
        # The details leave the block alone: a chained ValidationError could show a secret.
        problems += [
            _placed(*complaints.complaint(detail), detail["loc"], file, environment)
            for detail in error.errors(include_url=False)
        ]
    if problems or settings is None:
        raise _all_of(problems)
    return Loaded(settings, dict(_origins(file, environment)))


@dataclass(frozen=True)
class _File:
    path: Path
    content: dict[str, Any] = field(default_factory=dict)
    lines: Mapping[complaints.Loc, int] = field(default_factory=dict)

    @classmethod
    def read(cls, path: Path) -> _File:
        try:
            text = path.read_bytes().decode("utf-8-sig")
        except FileNotFoundError:
            return cls(path)
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            raise ConfigError(
                "this is not UTF-8.", mend="Save it as UTF-8.", file=str(path), line=line
            ) from None
        except OSError as error:
            raise ConfigError(
                f"cannot be read: {error.strerror}.",
                mend="Make it a file this user may read.",
                file=str(path),
            ) from error
        try:
            content = tomllib.loads(text)
        except (ValueError, RecursionError) as error:
            raise _broken(error, text, path) from None
        return cls(path, content, toml_lines.lines_of(text))

    def line(self, loc: complaints.Loc) -> int | None:
        """Where a setting stands; where a part of it is not written, where the whole is."""
        ends = range(len(loc), 0, -1)
        return next((self.lines[loc[:end]] for end in ends if loc[:end] in self.lines), None)


@dataclass(frozen=True)
class _Environment:
    content: dict[str, Any]
    variables: Mapping[tuple[str, ...], str]  # ("digest", "hour") -> the variable as it is spelled

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> _Environment:
        variables = {
            tuple(name[len(PREFIX) :].lower().split("__")): name
            for name, value in environ.items()
            if name.upper().startswith(PREFIX) and value
        }
        return cls(_Variables(environ)(), variables)

    def variable(self, loc: complaints.Loc) -> str | None:
        """The variable a setting, or a part of its group, was read from."""
        node: Any = self.content
        for part in loc:
            if isinstance(node, dict) and part not in node:
                return None
            node = node[part] if isinstance(node, dict) else node
        path = tuple(part.lower() for part in loc if isinstance(part, str))
        for end in range(len(path), 0, -1):
            if path[:end] in self.variables:
                return self.variables[path[:end]]
        return next((name for at, name in self.variables.items() if at[: len(path)] == path), None)

    def strangers(self) -> Iterator[ConfigError]:
        """Variables that set nothing but were meant to: nested, or close to one that does."""
        for path, name in self.variables.items():
            if path[0] in Settings.model_fields:
                continue
            meant = complaints.closest_setting(".".join(path))
            if meant or len(path) > 1:
                mend = f"Did you mean {variable_of(meant)}?" if meant else "Unset it."
                yield ConfigError("it sets nothing.", mend=mend, file=f"environment {name}")


class _FromEnvironment(Settings, BaseSettings):
    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", env_ignore_empty=True
    )


class _Variables(EnvSettingsSource):
    """pydantic's reading of variables, but from a mapping we were handed."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(_FromEnvironment)
        self.env_vars = {name.lower(): value for name, value in environ.items() if value}

    def decode_complex_value(self, field_name: str, field: FieldInfo, value: Any) -> Any:
        """A list may be written as JSON or simply with commas: `en,fr`."""
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            return [part.strip() for part in value.split(",")]


def variable_of(name: str) -> str:
    """The variable that sets a setting.

    >>> variable_of("digest.hour")
    'SOUNDINGBOARD_DIGEST__HOUR'
    """
    return PREFIX + name.upper().replace(".", "__")


def _over(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Two layers of tables as one; what the upper one says counts."""
    merged = dict(below)
    for key, value in above.items():
        under = merged.get(key)
        if isinstance(under, Mapping) and isinstance(value, Mapping):
            value = _over(under, value)
        merged[key] = value
    return merged


def _origins(file: _File, environment: _Environment) -> Iterator[tuple[str, str]]:
    for name, _ in complaints.leaves():
        path = tuple(name.split("."))
        if variable := environment.variable(path):
            yield name, f"environment {variable}"
        elif path in file.lines:
            yield name, f"{FILE_NAME}, line {file.lines[path]}"
        else:
            yield name, DEFAULT


def _broken(error: Exception, text: str, path: Path) -> ConfigError:
    """TOML that cannot be read, at the line `tomllib` names, else where the open piece began."""
    said = re.search(r"^(.*) \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
    if said and said[2]:
        line = int(said[2])
    else:
        last = text.rstrip().count("\n") + 1
        pieces = toml_lines.statements(text)
        line = next((piece.line for piece in pieces if piece.content is None), last)
    reason = said[1] if said else "something is nested too deeply, or a number is too long"
    mend = 'Lines read name = value; texts stand in "quotes".'
    return ConfigError(f"this is not TOML: {reason}.", mend=mend, file=str(path), line=line)


def _placed(
    problem: str, mend: str, loc: complaints.Loc, file: _File, environment: _Environment
) -> ConfigError:
    if variable := environment.variable(loc):
        return ConfigError(problem, mend=mend, file=f"environment {variable}")
    line = file.line(loc)
    return ConfigError(problem, mend=mend, file=str(file.path) if line else None, line=line)


def _all_of(problems: list[ConfigError]) -> ConfigError:
    """One error as it is; several as a list."""
    if len(problems) == 1:
        return problems[0]
    problems.sort(key=lambda problem: problem.line or 0)
    listed = "".join(f"\n  {problem}" for problem in problems)
    return ConfigError(f"{len(problems)} settings are wrong:{listed}")
