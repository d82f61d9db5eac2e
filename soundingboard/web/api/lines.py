"""Every address of the interface for programs, with the scope a token needs for it."""

from __future__ import annotations

API_LINES: tuple[tuple[str, str, str | None], ...] = ()
"""(method, path, scope); no scope = everybody."""
