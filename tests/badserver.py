"""A raw server that misbehaves by script, a scripted resolver, and the wires between them.

Public test addresses are led to this machine by `Switchboard`, so every check of the door stays on.
"""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Heard:
    """One question as it arrived; header names in lower case."""

    path: str
    headers: Mapping[str, str]


@dataclass
class Line:
    """The server's end of one connection, after the question was read.

    begun : as much of the question's body as came with its head
    """

    heard: Heard
    wire: socket.socket
    closing: threading.Event
    sent: int = 0
    begun: bytes = b""

    def say(self, *pieces: bytes) -> None:
        for piece in pieces:
            self.wire.sendall(piece)
            self.sent += len(piece)

    def drip(self, pieces: Iterable[bytes], every_s: float) -> None:
        """One piece at a time until they end, the peer hangs up, or the server closes."""
        for piece in pieces:
            self.say(piece)
            if self.closing.wait(every_s):
                return


Script = Callable[[Line], None]


def answer(body: bytes = b"", status: int = 200, **headers: str) -> Script:
    """A correct answer; header names are given with _ for -."""
    lines = {"Content-Length": str(len(body))}
    lines |= {name.replace("_", "-").title(): value for name, value in headers.items()}
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return raw(f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + body)


def redirect(to: str, status: int = 302) -> Script:
    return answer(status=status, location=to)


def raw(*pieces: bytes) -> Script:
    """Exactly these bytes, then the connection is closed."""
    return lambda line: line.say(*pieces)


class BadServer:
    """Listens on a free loopback port; counts connections, and questions per path."""

    def __init__(
        self, routes: Mapping[str, Script] | None = None, tls: ssl.SSLContext | None = None
    ) -> None:
        self.routes = dict(routes or {})
        self.connections = 0
        self.requests: Counter[str] = Counter()
        self.heard: list[Heard] = []
        self.lines: list[Line] = []
        self._tls = tls
        self._closing = threading.Event()
        self._ear = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._ear.getsockname()[1]
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()

    def __enter__(self) -> BadServer:
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._ear.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self._ear.close()
        for thread in self._threads:
            thread.join(timeout=5)

    def _listen(self) -> None:
        while True:
            try:
                wire, _ = self._ear.accept()
            except OSError:
                return
            self.connections += 1
            wire.settimeout(5)
            thread = threading.Thread(target=self._serve, args=(wire,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, wire: socket.socket) -> None:
        # A peer that hangs up, or refuses our certificate, is what many tests want to see.
        with suppress(OSError), wire:
            if self._tls is None:
                self._converse(wire)
            else:
                with self._tls.wrap_socket(wire, server_side=True) as safe:
                    self._converse(safe)

    def _converse(self, wire: socket.socket) -> None:
        question = b""
        while b"\r\n\r\n" not in question:
            data = wire.recv(65536)
            if not data:
                return
            question += data
        first, *rest = question.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
        headers = {name.lower(): value for name, value in (x.split(": ", 1) for x in rest)}
        path = first.split(" ")[1]
        heard = Heard(path, headers)
        self.heard.append(heard)
        self.requests[path] += 1
        line = Line(heard, wire, self._closing, begun=question.partition(b"\r\n\r\n")[2])
        self.lines.append(line)
        self.routes.get(path, answer(b"nothing here", status=404))(line)


@dataclass
class FakeDns:
    """Scripted answers per name; each call takes the next one, the last one stays."""

    answers: Mapping[str, Sequence[Sequence[str]]]
    asked: list[str] = field(default_factory=list)

    def __call__(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        script = self.answers.get(host)
        if script is None:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return script[min(self.asked.count(host), len(script)) - 1]


@dataclass
class Switchboard:
    """Leads numeric addresses to ports of this machine; all others stay silent."""

    lines: Mapping[str, int]
    dialled: list[tuple[str, int]] = field(default_factory=list)
    made: list[socket.socket] = field(default_factory=list)

    def __call__(self, address: str, port: int, seconds: float) -> socket.socket:
        self.dialled.append((address, port))
        if address not in self.lines:
            raise ConnectionRefusedError(address)
        self.made.append(socket.create_connection(("127.0.0.1", self.lines[address]), seconds))
        return self.made[-1]


class Authority:
    """A certificate authority made for one test run with the openssl command."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.file = folder / "authority.pem"
        (folder / "index").touch()
        (folder / "config").write_text(_OPENSSL_CONFIG)
        self._openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "key")
        self._openssl(
            *("req", "-x509", "-new", "-key", "key", "-days", "30", "-config", "config"),
            *("-extensions", "authority", "-subj", "/CN=Test authority", "-out", "authority.pem"),
        )

    def twin(self, name: str, *, until: str = "20991231000000Z", own: bool = False) -> Path:
        """A certificate with its key, for `name` until then (openssl's notation)."""
        (self._folder / "names").write_text(f"subjectAltName=DNS:{name}\n")
        self._openssl("req", "-new", "-key", "key", "-subj", f"/CN={name}", "-out", "request")
        signer = ("-selfsign",) if own else ("-cert", "authority.pem")
        self._openssl(
            *("ca", "-batch", "-notext", "-config", "config", "-keyfile", "key", *signer),
            *("-startdate", "20200101000000Z", "-enddate", until),
            *("-extfile", "names", "-in", "request", "-out", "made"),
        )
        twin = self._folder / f"{name}-{until}-{own}.pem"
        twin.write_bytes((self._folder / "made").read_bytes() + (self._folder / "key").read_bytes())
        return twin

    def _openssl(self, *arguments: str) -> None:
        subprocess.run(["openssl", *arguments], cwd=self._folder, check=True, capture_output=True)


def tls_of(twin: Path) -> ssl.SSLContext:
    """The server's side of TLS with this certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(twin)
    return context


_OPENSSL_CONFIG = """
[ca]
default_ca = here
[here]
database = index
new_certs_dir = .
rand_serial = yes
default_md = sha256
policy = any
unique_subject = no
[any]
commonName = supplied
[req]
distinguished_name = nobody
[nobody]
[authority]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign
subjectKeyIdentifier = hash
"""
