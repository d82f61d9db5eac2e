"""A message as its reader gets it, whoever renders and sends it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """A subject and the same words twice: as plain text, and as a page a mail program shows."""

    subject: str
    text: str
    html: str | None = None
