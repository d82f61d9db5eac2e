"""Declared languages, however they are written, as ISO 639-1."""

from __future__ import annotations

import re

_TAG = re.compile(r"\s*([a-zA-Z]{2})(?![a-zA-Z])")


def language_code(declared: str | None) -> str | None:
    """The two letters a declared language tag begins with, or None where it does not.

    >>> language_code("en-US"), language_code("english")
    ('en', None)
    """
    match = _TAG.match(declared or "")
    return match[1].lower() if match else None
