"""Hands one mail at a time to an SMTP server, and knows at every moment how far it came.

Until the server has said 354 nothing of the mail is there, and any trouble is worth another try.
The mail is then written without its last line, the dot. Before the dot the server must not deliver
(RFC 5321, 4.1.1.4: the dot is what hands it over; 3.8: a connection that ends without it drops the
mail), so a connection that breaks there is safe to repeat too. From the written dot to the server's
verdict nobody can know (RFC 1047): whatever breaks then is uncertain.
"""

from __future__ import annotations

import ipaddress
import re
import smtplib
import socket
import ssl
from collections.abc import Callable
from contextlib import suppress
from email.utils import parseaddr
from typing import Any

from config.clock import Clock
from config.errors import ConfigError
from config.outgoing import MailSettings
from soundingboard.delivery.mime import read_mailbox
from store.dispatch import Outcome

MAX_REPLY_BYTES = 16 * 1024
WORDS = 200
OUR_SETTINGS = frozenset({530, 534, 535, 538})
"""Refusals of our login, not of the mail: they end once the settings are right."""

_END = b".\r\n"
_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")


class _Line(smtplib.SMTP):
    """smtplib's client, reading every whole reply before one deadline instead of one per read."""

    def __init__(self, clock: Clock, timeout_s: float, tls: ssl.SSLContext | None) -> None:
        self._clock, self._unread, self._wrap = clock, b"", tls
        self.reply_s, self._name = timeout_s, ""
        own = socket.gethostname()  # not getfqdn: it may ask a resolver that never answers
        own = own if "." in own and own.isascii() else "[127.0.0.1]"
        super().__init__(timeout=timeout_s, local_hostname=own)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        self._name = host
        line = socket.create_connection((host, port), timeout)
        return line if self._wrap is None else self._wrap.wrap_socket(line, server_hostname=host)

    def getreply(self) -> tuple[int, bytes]:
        end = self._clock.monotonic() + self.reply_s
        said: list[bytes] = []
        while True:
            line = self._one_line(end)
            said.append(line[4:].strip())
            if not re.match(rb"[2-5]\d\d([ -]|$)", line):
                self.close()
                raise smtplib.SMTPServerDisconnected("the server does not speak SMTP")
            if line[3:4] != b"-" and self.sock is not None:
                self.sock.settimeout(self.reply_s)
                return int(line[:3]), b"\n".join(said)
            if sum(map(len, said)) > MAX_REPLY_BYTES:
                self.close()
                raise smtplib.SMTPServerDisconnected("the server talks without end")

    def starttls(self, *, context: ssl.SSLContext) -> tuple[int, bytes]:  # type: ignore[override]
        """Also refuses a server, or somebody between, that slips words in before the lock."""
        code, words = self.docmd("STARTTLS")
        if code == 220:
            if self._unread:
                self.close()
                raise smtplib.SMTPServerDisconnected("words were slipped in before the lock")
            assert self.sock is not None  # noqa: S101 - a reply came over it
            self.sock = context.wrap_socket(self.sock, server_hostname=self._name)
            self.helo_resp = self.ehlo_resp = None
            self.esmtp_features, self.does_esmtp = {}, False
        return code, words

    def write(self, data: bytes) -> None:
        """All of these bytes, before the deadline of one reply."""
        assert self.sock is not None  # noqa: S101 - 354 came over it
        self.sock.settimeout(self.reply_s)
        self.sock.sendall(data)

    def _one_line(self, end: float) -> bytes:
        while b"\n" not in self._unread:
            left = end - self._clock.monotonic()
            if left <= 0 or self.sock is None or len(self._unread) > MAX_REPLY_BYTES:
                self.close()
                raise TimeoutError("the server gave no whole reply in time")
            self.sock.settimeout(left)
            piece = self.sock.recv(4096)
            if not piece:
                self.close()
                raise smtplib.SMTPServerDisconnected("the server hung up")
            self._unread += piece
        line, _, self._unread = self._unread.partition(b"\n")
        return line.rstrip(b"\r")


class Postman:
    """One connection, used for as many mails as it lasts for.

    tls : how the server's certificate is checked; None = against this machine's authorities
    Raises ConfigError for settings under which no mail may leave.
    """

    def __init__(
        self, mail: MailSettings, clock: Clock, *, tls: ssl.SSLContext | None = None
    ) -> None:
        _check(mail)
        self._mail, self._clock = mail, clock
        self._tls = tls
        self._line: _Line | None = None
        self.is_fresh = True
        """The connection carried nothing yet."""

    def open(self) -> Outcome | None:
        """Make the connection ready; an outcome says why no mail can be handed over now."""
        if self._line is not None:
            return None
        phase, self.is_fresh = "connect", True
        try:
            secure = self._context() if self._mail.security != "none" else None
            wrap = secure if self._mail.security == "tls" else None
            line = self._line = _Line(self._clock, self._mail.timeout_s, wrap)
            self._good(line.connect(self._mail.host, self._mail.port))
            phase = "ehlo"
            line.ehlo_or_helo_if_needed()
            if self._mail.security == "starttls":
                phase = "starttls"
                self._lock(line, secure)
            if self._mail.user:
                phase = "auth"
                password = self._mail.password
                line.login(self._mail.user, password.get_secret_value() if password else "")
        except (OSError, UnicodeError, smtplib.SMTPException) as error:
            self.drop()
            return _trouble(phase, error)
        return None

    def hand_over(
        self, receiver: str, message: bytes, may_go: Callable[[], bool]
    ) -> Outcome | None:
        """Give the server one mail; None = `may_go`, asked right before its first byte, said no.

        The connection must be open.
        """
        line = self._line
        assert line is not None  # noqa: S101 - opened by the caller
        phase, self.is_fresh = "mail", False
        try:
            if (refused := self._envelope(line, receiver, message)) is not None:
                return refused
            phase = "data"
            code, words = line.docmd("DATA")
            if code != 354:
                return self._refused("data", code, words)
            if not may_go():
                self.drop()  # the only way out of DATA without sending anything
                return None
            phase = "body"
            line.write(_stuffed(message))
            line.reply_s = self._mail.verdict_s
            line.write(_END)
            phase = "verdict"
            code, words = line.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            return _trouble(phase, error)
        except BaseException:
            self.drop()  # in the middle of a mail there is no goodbye
            raise
        line.reply_s = self._mail.timeout_s
        if 200 <= code < 300:
            return Outcome("sent", "verdict", _shown(words), code)
        if code < 400:
            self.drop()
            return Outcome(
                "uncertain", "verdict", f"an answer without sense: {_shown(words)}", code
            )
        return self._refused("verdict", code, words)

    def close(self) -> None:
        """Say goodbye; what was accepted stays accepted, whatever comes of it."""
        if self._line is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._line.docmd("QUIT")
        self.drop()

    def drop(self) -> None:
        """Let the connection go without a word."""
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def _envelope(self, line: _Line, receiver: str, message: bytes) -> Outcome | None:
        sender = read_mailbox(self._mail.sender).addr_spec
        to = read_mailbox(receiver).addr_spec
        options = []
        if not (sender.isascii() and to.isascii()):
            if not line.has_extn("smtputf8"):
                why = f"{to} is beyond ASCII, and the mail server does not know such addresses"
                return Outcome("failed", "mail", why)
            options = ["SMTPUTF8", "BODY=8BITMIME"]
            line.command_encoding = "utf-8"
        if line.has_extn("size"):
            options.append(f"size={len(message)}")
        code, words = line.mail(sender, options)
        if not 200 <= code < 300:
            return self._refused("mail", code, words)
        code, words = line.rcpt(to)
        return None if 200 <= code < 300 else self._refused("rcpt", code, words)

    def _refused(self, phase: str, code: int, words: bytes) -> Outcome:
        """A clear no, and the connection fit for the next mail or gone."""
        if code == 421:
            self.drop()
        elif self._line is not None:
            self._line.reply_s = self._mail.timeout_s
            try:
                if self._line.docmd("RSET")[0] != 250:
                    self.drop()
            except (OSError, smtplib.SMTPException):
                self.drop()
        for_good = 500 <= code < 600 and code not in OUR_SETTINGS
        return Outcome("failed" if for_good else "retry", phase, _shown(words), code)

    def _lock(self, line: _Line, secure: ssl.SSLContext | None) -> None:
        """TLS or nothing: a server that does not offer it gets no mail and no password."""
        if not line.has_extn("starttls") or secure is None:
            raise smtplib.SMTPNotSupportedError(
                "the server offers no STARTTLS, and mail.security asks for it"
            )
        self._good(line.starttls(context=secure))
        self._good(line.ehlo())

    def _good(self, reply: tuple[int, bytes]) -> None:
        if reply[0] not in (220, 250):
            raise smtplib.SMTPResponseException(*reply)

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:
            self._tls = ssl.create_default_context()
        return self._tls


def _check(mail: MailSettings) -> None:
    if not parseaddr(mail.sender)[1]:
        raise ConfigError("mail.sender is not set.", mend='Set it, as in "Lumen <a@b.example>".')
    if mail.security == "none" and not _is_this_machine(mail.host):
        raise ConfigError(
            f"mail.security is none, but {mail.host} is not this machine.",
            mend="Use starttls or tls.",
        )


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.casefold() == "localhost"


def _trouble(phase: str, error: Exception) -> Outcome:
    """What a broken conversation means for the mail in hand."""
    code, words = None, str(error)
    if isinstance(error, smtplib.SMTPResponseException):
        code, told = error.smtp_code, error.smtp_error
        words = _shown(told) if isinstance(told, bytes) else told
    elif isinstance(error, TimeoutError):
        words = "the server gave no answer in time"
    elif isinstance(error, UnicodeError):
        words = "the server's name, the user or the password is beyond ASCII"
    elif isinstance(error, ssl.SSLError):
        words = f"no safe connection: {getattr(error, 'verify_message', '') or error.reason}"
    elif isinstance(error, ConnectionError):
        words = "the connection broke" if phase != "connect" else "the server does not answer"
    return Outcome("uncertain" if phase == "verdict" else "retry", phase, _shown(words), code)


def _shown(words: Any) -> str:
    """The server's words on one short line."""
    text = words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words)
    return _UNSAFE.sub(" ", text).strip()[:WORDS]


def _stuffed(message: bytes) -> bytes:
    """The mail with its own dots doubled, so that only ours can end it (RFC 5321, 4.5.2)."""
    body = re.sub(rb"(?m)^\.", b"..", message)
    return body if body.endswith(b"\r\n") else body + b"\r\n"
