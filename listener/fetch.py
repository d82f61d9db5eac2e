"""The only door to the outside: asks one URL, politely, within limits, and brings the answer."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Self, TypeVar

import httpcore
import httpx

from config.clock import Clock
from config.errors import (
    CollectError,
    FetchFailedError,
    FetchRefusedError,
    RateLimitedError,
    TooLargeError,
)
from config.settings import FetchSettings
from listener import status as statuses
from listener.dial import (
    LATER,
    Connect,
    Deadline,
    Dialler,
    Line,
    Resolve,
    system_connect,
    system_resolve,
)
from listener.gate import Gate, Target
from listener.headers import (
    Letterhead,
    declared_size,
    encoded,
    locations,
    lower,
    validators_of,
)
from listener.hop import Hop, Validators
from listener.pace import Pace, retry_at, wished_wait_s
from listener.sources.base import Request
from listener.unpack import BodyTooLarge, BrokenBody, Caps, beginning, unpack

__all__ = ["Connect", "Fetched", "Fetcher", "Posted", "Resolve", "Validators", "system_resolve"]

PEEK_BYTES = 16 * 1024
_LEAVING = "http11.send_request_headers.started"
"""What httpcore says right before the first byte of a question leaves."""
_Said = TypeVar("_Said")
_Speak = Callable[[Line, list[tuple[bytes, bytes]]], _Said]

_TOO_LARGE = "Ask the site for a shorter feed, or raise fetch.max_bytes if you trust it."


@dataclass(frozen=True, slots=True)
class Fetched:
    """One whole answer.

    url          : the final one, after redirects
    headers      : names in lower case; of the packed form only, so without Content-Encoding
    body         : unpacked; empty when `not_modified`, and where the server had nothing to say
    validators   : for the next fetch; None where the server gave none
    moved_to     : the final URL, if every hop to it was permanent (301, 308)
    wait_s       : the server's own wish for the pause until the next look, 0 to 86 400 seconds
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    not_modified: bool
    validators: Validators | None
    moved_to: str | None
    wait_s: float | None


@dataclass(frozen=True, slots=True)
class Posted:
    """What became of something we told a server.

    status   : its answer, whatever it is; None = it was told, but no whole answer came back
    retry_at : when it asked to be told again, aware UTC, 1 minute to 24 hours from now
    words    : the beginning of what it answered, as text
    """

    status: int | None
    retry_at: datetime | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class _Answer:
    """What one hop said; `body` is empty where it was not worth reading."""

    status: int
    headers: Mapping[str, str]
    locations: set[str]
    body: bytes = b""


class Fetcher:
    """Asks servers; safe to share between threads.

    Everything it raises is a CollectError: FetchRefusedError (our gate), FetchTimeoutError (the one
    deadline), FetchFailedError (connection, TLS, transfer), TooLargeError, SourceGoneError (410),
    RateLimitedError (429, or 403 and 503 with Retry-After; the host is then held) or
    HttpStatusError.

    resolve, connect : how names become addresses and addresses connections
    """

    def __init__(
        self,
        settings: FetchSettings,
        clock: Clock,
        *,
        pace: Pace | None = None,
        resolve: Resolve = system_resolve,
        connect: Connect | None = None,
    ) -> None:
        self._settings, self._clock = settings, clock
        self._pace = pace or Pace(settings.host_gap_s, clock)
        self._resolve, self._connect = resolve, connect or system_connect
        self._gate = Gate(settings.allow_private)
        self._letterhead = Letterhead(settings)
        self._caps = Caps(settings.max_wire_bytes, settings.max_bytes)

    def fetch(self, request: Request, *, validators: Validators | None = None) -> Fetched:
        """The answer to one question, redirects followed; `validators` go to their own URL only."""
        hop = Hop(self._gate.read(request.url), request, validators)
        deadline = Deadline(self._clock, self._settings.timeout_s, hop.target.asked)
        for _ in range(self._settings.max_redirects + 1):
            answer = self._ask(hop, deadline)
            if answer.status not in statuses.REDIRECTS:
                return self._fetched(hop, answer)
            hop = self._next_hop(hop, answer)
        raise FetchFailedError(
            hop.target.asked,
            f"redirects more than {self._settings.max_redirects} times without ever answering",
            mend="Open the address in a browser and use the one it ends at.",
        )

    def post(self, url: str, body: bytes, headers: Mapping[str, str]) -> Posted:
        """Tell one address something, once; no redirect is followed and nothing is repeated.

        The gate, the deadline and the limits are those of `fetch`, and every status is an answer.
        What is raised was raised before anything left: FetchRefusedError, FetchTimeoutError,
        FetchFailedError, or RateLimitedError where the host is held.
        """
        hop = Hop(self._gate.read(url), Request(url, headers), None)
        deadline = Deadline(self._clock, self._settings.timeout_s, hop.target.asked)
        left = threading.Event()

        def notice(event: str, _: object) -> None:
            if event == _LEAVING:
                left.set()

        def tell(line: Line, lines: list[tuple[bytes, bytes]]) -> Posted:
            question = httpx.Request(
                "POST", hop.target.url, headers=lines, content=body, extensions={"trace": notice}
            )
            return self._posted(hop.target, line.handle_request(question))

        try:
            return self._in_turn(hop, deadline, tell)
        except CollectError:
            if not left.is_set():
                raise
            return Posted(None)

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        """Trusts this machine's authorities and certifi's; made when first needed (0.1 s)."""
        return httpcore.default_ssl_context()

    def close(self) -> None:
        """Nothing stays open between two fetches; here so that callers need not know that."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _ask(self, hop: Hop, deadline: Deadline) -> _Answer:
        """One hop: one question, one answer."""

        def ask(line: Line, headers: list[tuple[bytes, bytes]]) -> _Answer:
            # The transport itself, not a client: a client reads where a redirect leads even if it
            # does not follow, and looks for proxies and passwords in the environment.
            question = httpx.Request("GET", hop.target.url, headers=headers)
            return self._hear(hop, line.handle_request(question))

        return self._in_turn(hop, deadline, ask)

    def _in_turn(self, hop: Hop, deadline: Deadline, speak: _Speak[_Said]) -> _Said:
        """Speak when it is our turn at the host."""
        self._stop_if_held(hop.target)
        with ExitStack() as turn:
            with deadline.stopped():
                turn.enter_context(self._pace.wait(hop.target.host))
            self._stop_if_held(hop.target)
            return self._connected(hop, deadline, speak)

    def _stop_if_held(self, target: Target) -> None:
        if (until := self._pace.held(target.host)) is not None:
            raise RateLimitedError(target.asked, 429, until)

    def _connected(self, hop: Hop, deadline: Deadline, speak: _Speak[_Said]) -> _Said:
        """One connection, closed whatever happens."""
        target = hop.target
        dialler = Dialler(
            target, self._gate, deadline, resolve=self._resolve, connect=self._connect
        )
        line = Line(target, dialler, self._tls if target.scheme == "https" else None)
        headers = encoded(self._letterhead.lines(hop))
        with _in_our_words(target), line:
            return speak(line, headers)

    def _posted(self, target: Target, response: httpx.Response) -> Posted:
        """Reads no more of the answer than tells what was wrong."""
        status, headers = response.status_code, lower(response.headers.raw)
        until = None
        if statuses.asks_to_wait(status, headers):
            until = retry_at(headers.get("retry-after"), self._clock.now())
            self._pace.hold(target.host, until)
        words = b"" if 200 <= status < 300 else _head(response, headers.get("content-encoding", ""))
        return Posted(status, until, words.decode("utf-8", "replace"))

    def _hear(self, hop: Hop, response: httpx.Response) -> _Answer:
        """Reads the body of a success, and of nothing else."""
        status, headers = response.status_code, lower(response.headers.raw)
        answer = _Answer(status, headers, locations(response.headers.raw))
        if status in statuses.REDIRECTS or (status == 304 and hop.validators):
            return answer
        if not statuses.is_good(status) or statuses.is_challenge(headers):
            raise self._refusal(hop.target, response, headers)
        response.extensions["network_stream"].room += self._caps.wire
        encoding = headers.pop("content-encoding", "")
        if (size := declared_size(headers)) > self._caps.wire:
            raise BodyTooLarge(f"{size / 2**20:.3g} MB are announced")
        return replace(answer, body=unpack(response.iter_raw(), encoding, self._caps))

    def _refusal(
        self, target: Target, response: httpx.Response, headers: Mapping[str, str]
    ) -> CollectError:
        """The error a status stands for; a host that asks for it is held."""
        status = response.status_code
        if statuses.is_challenge(headers):
            return statuses.challenged(target, status)
        if statuses.asks_to_wait(status, headers):
            until = retry_at(headers.get("retry-after"), self._clock.now())
            self._pace.hold(target.host, until)
            return RateLimitedError(target.asked, status, until)
        if statuses.may_be_challenge(status, headers) and statuses.is_challenge(
            headers, _head(response, headers.get("content-encoding", ""))
        ):
            return statuses.challenged(target, status)
        return statuses.bad(target, status)

    def _next_hop(self, hop: Hop, answer: _Answer) -> Hop:
        if len(answer.locations) != 1 or "" in answer.locations:
            reason = f"redirects without saying where to (HTTP {answer.status})"
            raise FetchFailedError(hop.target.asked, hop.target.tell(reason), mend=LATER)
        (location,) = answer.locations
        target = self._gate.follow(hop.target, location)
        return hop.onward(target, for_ever=answer.status in statuses.FOR_EVER)

    def _fetched(self, hop: Hop, answer: _Answer) -> Fetched:
        target = hop.target
        not_modified = answer.status == 304
        old = hop.validators if not_modified else None
        return Fetched(
            url=target.url,
            status=answer.status,
            headers=answer.headers,
            body=answer.body,
            not_modified=not_modified,
            validators=validators_of(hop.url, answer.headers, old),
            moved_to=target.url if target.hops and hop.permanent else None,
            wait_s=wished_wait_s(answer.headers, self._clock.now()),
        )


@contextmanager
def _in_our_words(target: Target) -> Iterator[None]:
    """Turns what the transfer raises into our errors; never with the server's own bytes in them."""
    try:
        yield
    except BodyTooLarge as error:
        reason = target.tell(f"is too large to read: {error}")
        raise TooLargeError(target.asked, reason, mend=_TOO_LARGE) from None
    except BrokenBody as error:
        reason = target.tell(f"sent an answer, but {error}")
        raise FetchFailedError(target.asked, reason, mend=LATER) from None
    except httpx.InvalidURL:
        mend = "Check the address."
        raise FetchRefusedError(target.asked, "can be read in two ways", mend=mend) from None
    except httpcore.LocalProtocolError:
        reason = target.tell("could not be asked: a header of the question is not valid")
        mend = "Check fetch.credentials and the source's own headers."
        raise FetchFailedError(target.asked, reason, mend=mend) from None
    except (httpcore.RemoteProtocolError, httpcore.NetworkError):
        reason = target.tell("sent an answer that was cut short or is not proper HTTP")
        raise FetchFailedError(target.asked, reason, mend=LATER) from None


def _head(response: httpx.Response, encoding: str) -> bytes:
    """The beginning of an error's body, as far as it comes; only to name the error better."""
    try:
        return beginning(response.iter_raw(), encoding, PEEK_BYTES)
    except (CollectError, httpcore.RemoteProtocolError):
        return b""
