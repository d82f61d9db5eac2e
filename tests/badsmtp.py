"""A scripted SMTP server on loopback that fails where it is told to, and keeps what it accepted.

What it keeps is the truth about "twice": a mail counts as accepted the moment the server decides
so, whether or not its 250 ever arrives.
"""

from __future__ import annotations

import random
import re
import socket
import ssl
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email import message_from_bytes

FAULTS = (
    "drop on connect",
    "421 banner",
    "slow greeting",
    "421 at EHLO",
    "554 at EHLO",
    "451 at MAIL",
    "550 at MAIL",
    "451 at RCPT",
    "550 at RCPT",
    "partial recipients",
    "drop at RCPT",
    "451 at DATA",
    "554 at DATA",
    "drop before 354",
    "drop mid-data",
    "451 after dot",
    "554 after dot",
    "drop after dot, taken",
    "drop after dot, not taken",
    "slow verdict",
    "nonsense after dot",
    "250 then drop",
    "drop at QUIT",
)
"""Every point at which it can fail; "" = it works."""


class Hangup(Exception):
    """The script says to close the connection now."""


@dataclass
class BadSmtp:
    """Listens on a free loopback port.

    fault   : one of FAULTS, or "" for a healthy server; may be changed while it runs
    slow_s  : how long its slow answers take, seconds
    pause_s : how long any answer takes, at random up to this, seconds
    odd     : which receivers "partial recipients" refuses
    watch   : called with each line a client says, before it is answered
    tls     : offers STARTTLS with this; features : further EHLO lines
    """

    fault: str = ""
    slow_s: float = 1.0
    pause_s: float = 0.0
    tls: ssl.SSLContext | None = None
    features: Sequence[str] = ()
    odd: Callable[[str], bool] = lambda receiver: receiver.startswith("odd")
    watch: Callable[[str], None] = lambda line: None
    accepted: list[tuple[str, bytes]] = field(default_factory=list)
    heard: list[str] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> BadSmtp:
        self._closing = threading.Event()
        self._lock = threading.Lock()
        self.reached = threading.Event()
        """Set by every connection; whoever waits for one clears it first."""
        self._ear = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.port: int = self._ear.getsockname()[1]
        self._threads = [threading.Thread(target=self._listen)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.set()
        self._ear.shutdown(socket.SHUT_RDWR)
        self._threads[0].join()
        self._ear.close()
        for thread in self._threads:
            thread.join(timeout=10)

    def copies(self) -> Counter[str]:
        """How often each mail was accepted, by its Message-ID."""
        with self._lock:
            bodies = [body for _, body in self.accepted]
        return Counter(str(message_from_bytes(body)["Message-ID"]) for body in bodies)

    def take(self, receiver: str, body: bytes) -> None:
        """Accept a mail, for good."""
        self.watch("taken")
        with self._lock:
            self.accepted.append((receiver, body))

    def wait(self, seconds: float) -> None:
        """Stop answering for that long, or until the server closes."""
        self._closing.wait(seconds)

    def _listen(self) -> None:
        while True:
            try:
                wire, _ = self._ear.accept()
            except OSError:
                return
            self.connections += 1
            self.reached.set()
            thread = threading.Thread(target=self._serve, args=(wire,))
            self._threads.append(thread)
            thread.start()

    def _serve(self, wire: socket.socket) -> None:
        wire.settimeout(10)
        talk = _Talk(self, wire)
        with suppress(OSError, Hangup):
            talk.whole()
        talk.wire.close()


class _Talk:
    """One connection."""

    def __init__(self, server: BadSmtp, wire: socket.socket) -> None:
        self.server, self.wire, self.unread = server, wire, b""
        self.receiver = ""

    def whole(self) -> None:
        self._fails("drop on connect")
        if self.server.fault == "slow greeting":
            self.server.wait(self.server.slow_s)
        self._answers("421 banner", "421 too busy") or self.say("220 bad.example")
        while True:
            line = self._line().decode("utf-8")
            self.server.heard.append(line)
            self.server.watch(line)
            verb = re.split(r"[ :]", line, maxsplit=1)[0].upper()
            getattr(self, f"do_{verb.lower()}", self.do_unknown)(line)

    def do_ehlo(self, line: str) -> None:
        if self._answers("421 at EHLO", "421 not now"):
            raise Hangup
        if self._answers("554 at EHLO", "554 not you"):
            return
        offers = ["bad.example", "SIZE 10000000", *self.server.features]
        if self.server.tls is not None and not isinstance(self.wire, ssl.SSLSocket):
            offers.append("STARTTLS")
        for offer in offers[:-1]:
            self.say(f"250-{offer}")
        self.say(f"250 {offers[-1]}")

    def do_helo(self, line: str) -> None:
        self._answers("554 at EHLO", "554 not you") or self.say("250 bad.example")

    def do_starttls(self, line: str) -> None:
        self.say("220 go on")
        assert self.server.tls is not None
        self.wire = self.server.tls.wrap_socket(self.wire, server_side=True)

    def do_auth(self, line: str) -> None:
        self.say("535 wrong password")

    def do_mail(self, line: str) -> None:
        if self._answers("451 at MAIL", "451 later") or self._answers("550 at MAIL", "550 no"):
            return
        self.say("250 ok")

    def do_rcpt(self, line: str) -> None:
        self._fails("drop at RCPT")
        self.receiver = line[line.index("<") + 1 : line.index(">")]
        if self._answers("451 at RCPT", "451 grey") or self._answers("550 at RCPT", "550 unknown"):
            return
        if self.server.fault == "partial recipients" and self.server.odd(self.receiver):
            self.say("550 unknown")
            return
        self.say("250 ok")

    def do_data(self, line: str) -> None:
        if self._answers("451 at DATA", "451 later") or self._answers("554 at DATA", "554 no"):
            return
        self._fails("drop before 354")
        self.say("354 go on")
        body = self._body()
        fault = self.server.fault
        if fault == "451 after dot":
            self.say("451 later")
        elif fault == "554 after dot":
            self.say("554 spam")
        elif fault == "drop after dot, not taken":
            raise Hangup
        else:
            self.server.take(self.receiver, body)
            self._fails("drop after dot, taken")
            if fault == "slow verdict":
                self.server.wait(self.server.slow_s)
            self.say("what?" if fault == "nonsense after dot" else "250 taken")
            self._fails("250 then drop")

    def do_rset(self, line: str) -> None:
        self.say("250 ok")

    def do_quit(self, line: str) -> None:
        self._fails("drop at QUIT")
        self.say("221 bye")
        raise Hangup

    def do_unknown(self, line: str) -> None:
        self.say("502 what?")

    def say(self, line: str) -> None:
        if self.server.pause_s:
            self.server.wait(random.uniform(0, self.server.pause_s))
        self.wire.sendall(line.encode() + b"\r\n")

    def _answers(self, fault: str, line: str) -> bool:
        if self.server.fault != fault:
            return False
        self.say(line)
        if line.startswith("421"):
            raise Hangup
        return True

    def _fails(self, fault: str) -> None:
        if self.server.fault == fault:
            raise Hangup

    def _body(self) -> bytes:
        lines = []
        while (line := self._line()) != b".":
            lines.append(line.removeprefix(b".") if line.startswith(b".") else line)
            self._fails("drop mid-data")
        return b"\r\n".join(lines) + b"\r\n"

    def _line(self) -> bytes:
        while b"\r\n" not in self.unread:
            piece = self.wire.recv(65536)
            if not piece:
                raise Hangup
            self.unread += piece
        line, _, self.unread = self.unread.partition(b"\r\n")
        return line
