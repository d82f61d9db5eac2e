"""The word lists the cues read: `config/lexicon/*.toml`, loaded once and compiled."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

_NAMES = ("advocacy", "civility", "ideas", "languages", "passion")


@cache
def lexicon(name: str) -> dict[str, Any]:
    """One list by its file's name."""
    return tomllib.loads(_bytes(name).decode("utf-8"))


@cache
def version() -> str:
    """First 8 digits of the lists' sha256: a reading names the lists it was made with."""
    return hashlib.sha256(b"".join(_bytes(name) for name in _NAMES)).hexdigest()[:8]


def phrases(words: Iterable[str]) -> re.Pattern[str]:
    """Any of the words or phrases, whole, in case-folded text; the longest wins."""
    longest_first = sorted(set(words), key=lambda word: (-len(word), word))
    return re.compile(rf"(?<![\w'])(?:{'|'.join(map(re.escape, longest_first))})(?![\w'])")


def any_of(patterns: Iterable[str]) -> re.Pattern[str]:
    """Any of the regular expressions."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _bytes(name: str) -> bytes:
    return (files("config") / "lexicon" / f"{name}.toml").read_bytes()
