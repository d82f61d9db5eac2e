"""The seam of every source: what to ask for, what the answer says; none opens a connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from listener.record import Parsed

Cursor = Mapping[str, Any]
"""Where a source stands; plain JSON, stored together with the posts it stands behind."""


@dataclass(frozen=True, slots=True)
class Request:
    """One question to a server.

    headers : on top of our own (User-Agent, Accept-Encoding); the fetch door adds credentials
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Source(Protocol):
    """One kind of place where people talk; pure, so that recordings test it without a network.

    kind     : short name, stored with each source ("feed")
    in_worker : whether the answer must be parsed in the killable worker (hostile formats)
    """

    kind: str
    in_worker: bool

    def first(self, address: str, cursor: Cursor) -> Request:
        """What to ask for now. Raises ConfigError if the address is not one of this kind."""

    def parse(self, body: bytes, headers: Mapping[str, str], url: str) -> Parsed:
        """The posts of one answer. Raises UnreadableError if there is no record to be read in it.

        headers : names in lower case; url : the final one, after redirects
        """

    def following(
        self, parsed: Parsed, address: str, cursor: Cursor
    ) -> tuple[Cursor, Request | None]:
        """The cursor after this page, and the next page to ask for in this run, if any."""
