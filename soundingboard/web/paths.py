"""Addresses that readers hand us, held to our own site."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit

HOME = "/"


def safe_path(wanted: str) -> str:
    r"""A path on our own site, or the home page.

    Only what starts with one slash, has neither backslash nor control characters (browsers drop
    or turn them) and parses as a bare path is followed: "//evil", "/\evil", "https:evil" are not.
    """
    if not wanted.startswith("/") or wanted.startswith("//") or "\\" in wanted:
        return HOME
    if any(ord(character) <= 32 or ord(character) == 127 for character in wanted):
        return HOME
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return HOME
    if parts.scheme or parts.netloc or parts.path.startswith("//"):
        return HOME
    return wanted if wanted.isascii() else HOME


def with_query(path: str, query: Mapping[str, object], **changes: object) -> str:
    """The path with a query; changes win, and what is empty or None is left out."""
    kept = {**query, **changes}
    told = urlencode([(k, str(v)) for k, v in kept.items() if v not in (None, "")])
    return f"{path}?{told}" if told else path
