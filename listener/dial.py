"""The wire under the outbound door: one look-up, checked addresses, one deadline for every read."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any

import httpcore
import httpx

from config.clock import Clock
from config.errors import (
    CollectError,
    FetchFailedError,
    FetchRefusedError,
    FetchTimeoutError,
    TooLargeError,
)
from listener.gate import Gate, Target

Resolve = Callable[[str, int], Sequence[str]]
"""(host, port) -> every numeric address of it. Raises OSError if there is none."""

Connect = Callable[[str, int, float], socket.socket]
"""(numeric address, port, seconds) -> a connected socket. Raises OSError."""

MAX_TRIED = 8
HEAD_BYTES = 256 * 1024

_TLS_REASONS = {
    9: "has a certificate that is not valid yet",
    10: "has a certificate that has expired",
    18: "has a certificate it signed itself",
    19: "has a certificate from an issuer nobody knows",
    20: "has a certificate from an issuer nobody knows",
    62: "has a certificate for another name",
    64: "has a certificate for another address",
}
_ASK_OWNER = "Only the site's owner can mend this; there is no switch to read it all the same."
LATER = "We try again by ourselves; if it stays so, check the address in a browser."


def system_resolve(host: str, port: int) -> Sequence[str]:
    """The machine's own resolver."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def system_connect(address: str, port: int, seconds: float) -> socket.socket:
    """A plain TCP connection to a numeric address."""
    return socket.create_connection((address, port), timeout=seconds)


class Deadline:
    """One end for everything a fetch does; time spent in `stopped` does not count."""

    def __init__(self, clock: Clock, seconds: float, asked: str) -> None:
        self._clock, self._seconds, self._asked = clock, seconds, asked
        self._end = clock.monotonic() + seconds

    def left_s(self) -> float:
        """Seconds left, more than 0. Raises FetchTimeoutError when there are none."""
        left = self._end - self._clock.monotonic()
        if left <= 0:
            raise self.passed()
        return left

    def passed(self) -> FetchTimeoutError:
        reason = f"gave no whole answer within {self._seconds:g} seconds"
        return FetchTimeoutError(self._asked, reason, mend=LATER)

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Waiting for our own manners is not the server's fault."""
        since = self._clock.monotonic()
        try:
            yield
        finally:
            self._end += self._clock.monotonic() - since


class Dialler(httpcore.NetworkBackend):
    """Resolves one target once, has every answer judged, and dials what was judged."""

    def __init__(
        self,
        target: Target,
        gate: Gate,
        deadline: Deadline,
        *,
        resolve: Resolve,
        connect: Connect,
    ) -> None:
        self._target, self._gate, self._deadline = target, gate, deadline
        self._resolve, self._connect = resolve, connect

    def connect_tcp(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        """A stream to the target, whatever host httpcore names."""
        addresses = self._gate.dialable(self._target, self._look_up())[:MAX_TRIED]
        if not addresses:
            raise self._no_such_host()
        trouble: OSError | None = None
        for tried, address in enumerate(addresses):
            share_s = self._deadline.left_s() / (len(addresses) - tried)
            try:
                line = self._connect(address, self._target.port, share_s)
            except OSError as error:
                trouble = error
            else:
                return Wire(line, self._target, self._deadline)
        self._deadline.left_s()
        reason = self._target.tell("does not answer")
        raise FetchFailedError(self._target.asked, reason, mend=LATER) from trouble

    def _look_up(self) -> Sequence[str]:
        """In a thread of its own, since the system's resolver knows no time limit."""
        if self._target.is_numeric:
            return (self._target.bare_host,)
        answer: Future[Sequence[str]] = Future()

        def ask() -> None:
            try:
                answer.set_result(self._resolve(self._target.bare_host, self._target.port))
            except Exception as error:  # noqa: BLE001  raised again in the asking thread
                answer.set_exception(error)

        threading.Thread(target=ask, name="resolve", daemon=True).start()
        try:
            return answer.result(timeout=self._deadline.left_s())
        except TimeoutError:
            raise self._deadline.passed() from None
        except (OSError, UnicodeError) as error:
            raise self._no_such_host() from error

    def _no_such_host(self) -> CollectError:
        reason = self._target.tell("has a name that leads to no server")
        mend = "Check the spelling of the address, and this machine's own connection."
        return FetchFailedError(self._target.asked, reason, mend=mend)


class Line(httpx.BaseTransport):
    """What an httpx client speaks through: one connection of ours, to one target, asked once."""

    def __init__(self, target: Target, dialler: Dialler, tls: ssl.SSLContext | None) -> None:
        self._url = httpcore.URL(
            scheme=target.scheme, host=target.bare_host, port=target.port, target=target.path
        )
        self._connection = httpcore.HTTPConnection(self._url.origin, tls, network_backend=dialler)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Asks our own target, however httpx spells its address."""
        question = httpcore.Request(
            request.method,
            self._url,
            headers=request.headers.raw,
            content=request.read(),
            extensions=request.extensions,
        )
        answer = self._connection.handle_request(question)
        return httpx.Response(
            answer.status,
            headers=answer.headers,
            stream=_Body(answer),
            extensions=answer.extensions,
        )

    def close(self) -> None:
        self._connection.close()


class _Body(httpx.SyncByteStream):
    """A body as it comes over the wire, still packed."""

    def __init__(self, answer: httpcore.Response) -> None:
        self._answer = answer

    def __iter__(self) -> Iterator[bytes]:
        yield from self._answer.iter_stream()

    def close(self) -> None:
        self._answer.close()


class Wire(httpcore.NetworkStream):
    """One connection on which no read or write outlives the deadline, nor exceeds the room.

    room : bytes that may still be read; the head's alone until the reader adds the body's
    """

    def __init__(self, line: socket.socket, target: Target, deadline: Deadline) -> None:
        self._line, self._target, self._deadline = line, target, deadline
        self.room = HEAD_BYTES

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._line.settimeout(self._deadline.left_s())
        try:
            data = self._line.recv(max_bytes)
        except TimeoutError:
            raise self._deadline.passed() from None
        except OSError as error:
            raise self._broken("broke the connection off") from error
        self.room -= len(data)
        if self.room < 0:
            reason = self._target.tell("sends more than any honest answer needs")
            raise TooLargeError(self._target.asked, reason, mend=_ASK_OWNER)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._line.settimeout(self._deadline.left_s())
        try:
            self._line.sendall(buffer)
        except TimeoutError:
            raise self._deadline.passed() from None
        except OSError as error:  # the server may have answered before it hung up: read on
            raise httpcore.WriteError from error

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        """The same wire under TLS, the certificate checked against the host's name."""
        try:
            self._line.settimeout(self._deadline.left_s())
            line = ssl_context.wrap_socket(self._line, server_hostname=self._target.bare_host)
        except TimeoutError:
            raise self._deadline.passed() from None
        except ssl.SSLCertVerificationError as error:
            reason = _TLS_REASONS.get(error.verify_code, "has a certificate that is not trusted")
            raise self._broken(reason, _ASK_OWNER) from error
        except ssl.SSLError as error:
            raise self._broken("could not agree on a safe connection", _ASK_OWNER) from error
        except OSError as error:
            raise self._broken("broke the connection off") from error
        except ValueError as error:
            reason = self._target.tell("has a name no certificate can hold")
            raise FetchRefusedError(self._target.asked, reason, mend=_ASK_OWNER) from error
        finally:
            self.close()  # wrap_socket took the connection over, or it failed
        return Wire(line, self._target, self._deadline)

    def close(self) -> None:
        self._line.close()

    def _broken(self, reason: str, mend: str = LATER) -> FetchFailedError:
        return FetchFailedError(self._target.asked, self._target.tell(reason), mend=mend)
