"""The demo's internet: one loopback server that answers for all its invented hosts."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Self
from urllib.parse import parse_qsl, urlsplit

from soundingboard.demo import world

PUBLIC_IP = "93.184.215.14"
"""What every invented host resolves to: a global address, so that the fetch door's gate stays shut
to private ones. Nothing is ever sent there; `connect` dials the loopback server instead."""

HTTP_PORT = 80
ROBOTS = (b"User-agent: *\nAllow: /\n", {"Content-Type": "text/plain; charset=utf-8"})


class DemoServer:
    """Serves the demo's sites while the `with` block lasts; set `moment` to let time pass.

    `resolve` and `connect` are handed to the fetch door in place of the real ones.
    """

    def __init__(self, moment: world.Moment = "morning") -> None:
        self.moment: world.Moment = moment
        self.asked: list[str] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), _handler_of(self))
        self._thread = threading.Thread(
            target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )

    @property
    def port(self) -> int:
        return int(self._http.server_address[1])

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def resolve(self, host: str, port: int) -> Sequence[str]:
        """The addresses of an invented host. Raises socket.gaierror for any other host or port."""
        if host not in world.HOSTS or port != HTTP_PORT:
            raise socket.gaierror(socket.EAI_NONAME, f"{host} is not part of the demo")
        return [PUBLIC_IP]

    def connect(self, ip: str, port: int, timeout: float) -> socket.socket:
        """A connection to this server. Raises ConnectionRefusedError for any other address."""
        if (ip, port) != (PUBLIC_IP, HTTP_PORT):
            raise ConnectionRefusedError(f"the demo has nothing at {ip}:{port}")
        return socket.create_connection(("127.0.0.1", self.port), timeout)


def _handler_of(server: DemoServer) -> type[BaseHTTPRequestHandler]:
    """The request handler class of one server; http.server asks for a class, not an object."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        server_version = "demo"
        sys_version = ""

        def do_GET(self) -> None:
            host = (self.headers.get("Host") or "").split(":")[0].lower()
            parts = urlsplit(self.path)
            server.asked.append(f"{host}{self.path}")
            query = dict(parse_qsl(parts.query))
            if parts.path == "/robots.txt" and host in world.HOSTS:
                self._answer(*ROBOTS)
            elif found := world.page(host, parts.path, query, server.moment):
                self._answer(*found)
            else:
                self._send(HTTPStatus.NOT_FOUND, b"no such page", {"Content-Type": "text/plain"})

        def _answer(self, body: bytes, headers: dict[str, str]) -> None:
            etag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
            headers = {**headers, "ETag": etag}
            if self.headers.get("If-None-Match") == etag:
                self._send(HTTPStatus.NOT_MODIFIED, b"", headers)
            else:
                self._send(HTTPStatus.OK, body, headers)

        def _send(self, status: HTTPStatus, body: bytes, headers: dict[str, str]) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status is not HTTPStatus.NOT_MODIFIED:
                self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Quiet: the demo tells its own story."""

    return Handler
