"""One step of a fetch: what is asked for there, and what may be told there."""

from __future__ import annotations

from dataclasses import dataclass, replace

from listener.gate import Target
from listener.sources.base import Request


@dataclass(frozen=True, slots=True)
class Validators:
    """What makes the next question conditional: kept and echoed verbatim, to the same URL only."""

    url: str
    etag: str | None
    last_modified: str | None

    def lines(self) -> dict[str, str]:
        """As header lines."""
        lines = {"if-none-match": self.etag, "if-modified-since": self.last_modified}
        return {name: value for name, value in lines.items() if value}


@dataclass(frozen=True, slots=True)
class Hop:
    """One step of a fetch.

    at_home   : every hop so far had the origin of the request, so its secrets may be told
    permanent : every redirect so far was 301 or 308
    """

    target: Target
    request: Request
    offered: Validators | None
    at_home: bool = True
    permanent: bool = True

    @property
    def url(self) -> str:
        """What is asked for; the first time in the caller's own spelling."""
        return self.target.url if self.target.hops else self.request.url

    @property
    def validators(self) -> Validators | None:
        """Those offered, if they came from this very URL; another one's mean nothing here."""
        if self.offered is None or self.offered.url not in (self.url, self.target.url):
            return None
        return self.offered if self.offered.lines() else None

    def onward(self, target: Target, *, for_ever: bool) -> Hop:
        """The next step, after a redirect."""
        same = target.origin == self.target.origin
        return replace(
            self,
            target=target,
            at_home=self.at_home and same,
            permanent=self.permanent and for_ever,
        )
