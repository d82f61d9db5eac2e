"""The header lines of a question and of its answer; secrets stay with their own origin."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from importlib.metadata import version

from ada_url import URL

from config.errors import ConfigError
from config.settings import FetchSettings
from listener.hop import Hop, Validators

MAX_VALIDATOR_CHARS = 1024

_BEYOND_ASCII = re.compile(rb"[\x80-\xff]")
_SAFE_ANYWHERE = frozenset({"accept", "accept-language"})


class Letterhead:
    """Our header lines for one question."""

    def __init__(self, settings: FetchSettings) -> None:
        self._secrets = dict(_secrets(settings))
        # A contact in another script must not break the line: HTTP knows ASCII only.
        contact = "".join(c for c in settings.contact if c.isascii() and c.isprintable()).strip()
        about = f" (+{contact})" if contact else ""
        self._agent = f"soundingboard/{version('soundingboard')}{about}"

    def lines(self, hop: Hop) -> dict[str, str]:
        """Ours over the source's; away from home no secret, and nothing unusual of the source's."""
        lines = {"accept": "*/*"}
        for name, value in hop.request.headers.items():
            if hop.at_home or name.lower() in _SAFE_ANYWHERE:
                lines[name.lower()] = value
        lines |= {
            "host": hop.target.netloc,
            "user-agent": self._agent,
            "accept-encoding": "gzip",
            "connection": "close",
        }
        if hop.at_home and (secret := self._secrets.get(hop.target.origin)):
            lines["authorization"] = secret
        return lines | (hop.validators.lines() if hop.validators else {})


def lower(headers: Iterable[tuple[bytes, bytes]]) -> dict[str, str]:
    """Header lines by lower-case name; several of one name joined by commas (RFC 9110, 5.3)."""
    lines: dict[str, list[str]] = {}
    for name, value in headers:
        lines.setdefault(name.decode("latin-1").lower(), []).append(value.decode("latin-1"))
    return {name: ", ".join(values) for name, values in lines.items()}


def encoded(lines: Mapping[str, str]) -> list[tuple[bytes, bytes]]:
    """As they go over the wire; what Latin-1 cannot say becomes UTF-8, as browsers do."""
    return [(name.encode(), _bytes(value)) for name, value in lines.items()]


def declared_size(headers: Mapping[str, str]) -> int:
    """The announced length of the body in bytes, 0 where there is none that can be read."""
    size = headers.get("content-length", "")
    return int(size) if size.isascii() and size.isdecimal() and len(size) < 20 else 0


def locations(headers: Iterable[tuple[bytes, bytes]]) -> set[str]:
    """Every different Location; bytes beyond ASCII, in whatever encoding, are escaped."""
    return {
        _BEYOND_ASCII.sub(lambda byte: b"%%%02X" % byte[0][0], value).decode("ascii")
        for name, value in headers
        if name.lower() == b"location"
    }


def validators_of(
    url: str, headers: Mapping[str, str], old: Validators | None
) -> Validators | None:
    """What to echo next time; a 304 may renew either of the two (RFC 9110, 15.4.5)."""
    etag = headers.get("etag") or (old.etag if old else None)
    modified = headers.get("last-modified") or (old.last_modified if old else None)
    if len(etag or "") > MAX_VALIDATOR_CHARS or len(modified or "") > MAX_VALIDATOR_CHARS:
        return None
    return Validators(url, etag, modified) if etag or modified else None


def _secrets(settings: FetchSettings) -> Iterator[tuple[str, str]]:
    """Origin, as the gate writes it, and Authorization header."""
    for address, secret in settings.credentials.items():
        try:
            yield URL(address).origin, secret.get_secret_value()
        except ValueError:
            mend = 'Write the site without a path, like "https://forum.example".'
            raise ConfigError(
                f"fetch.credentials: {address!r} is not an origin.", mend=mend
            ) from None


def _bytes(value: str) -> bytes:
    try:
        return value.encode("latin-1")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")
