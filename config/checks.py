"""What a setting must be beyond its type; every message says what to write instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from difflib import get_close_matches
from email.utils import parseaddr
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import SecretStr

STAKEHOLDERS = (
    "client",
    "sales_consultant",
    "management",
    "supplier",
    "partner",
    "agent",
    "influencer",
    "regulator",
)
"""What somebody can be to the brand; the words of `store.tables.community.STAKEHOLDERS`."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def ordered(fewest_and_most: tuple[int, int]) -> tuple[int, int]:
    """A pair that rises."""
    fewest, most = fewest_and_most
    if fewest > most:
        raise ValueError(f"the fewest ({fewest}) comes first and cannot exceed the most ({most})")
    return fewest_and_most


def zone(name: str) -> str:
    """A time zone this machine knows."""
    try:
        ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        close = get_close_matches(name, available_timezones(), n=1, cutoff=0.5)
        hint = close[0] if close else "Europe/Vienna"
        raise ValueError(f"there is no time zone {name!r}; names look like {hint!r}") from None
    return name


def language(code: str) -> str:
    """A language by its two letters (ISO 639-1)."""
    if not re.fullmatch("[a-zA-Z]{2}", code):
        raise ValueError(f"a language is two letters, as in 'en', not {code!r}")
    return code.lower()


def stakeholder(kind: str) -> str:
    """One of STAKEHOLDERS."""
    if kind not in STAKEHOLDERS:
        close = get_close_matches(kind, STAKEHOLDERS, n=1)
        hint = f"write {close[0]!r}" if close else f"known are {', '.join(STAKEHOLDERS)}"
        raise ValueError(f"{kind!r} is no kind of stakeholder; {hint}")
    return kind


def database_url(url: str) -> str:
    """An address of a database we can use; never quoted in an error, it may hold a password."""
    if url == "sqlite://" or url.startswith(("sqlite:///", "postgresql+psycopg://")):
        return url
    if url.startswith(("postgres:", "postgresql:", "postgresql+")):
        raise ValueError("PostgreSQL is reached by postgresql+psycopg://user@host/name")
    if url.startswith("sqlite:"):
        raise ValueError("a file is written with three slashes: sqlite:///soundingboard.db")
    raise ValueError("write sqlite:///file or postgresql+psycopg://user@host/name")


def contact(text: str) -> str:
    """A mail or web address, or nothing; it travels in a header, so it is one line."""
    if text and ("@" not in text and not text.startswith(("https://", "http://"))):
        raise ValueError("write a mail address or a web address (https://…)")
    if _CONTROL.search(text):
        raise ValueError("it travels in a header, so it must be one line")
    return text


def host_and_port(text: str) -> str:
    """`host:port`, as in `10.0.0.7:8080` or `[fd00::7]:8080`."""
    try:
        parts = urlsplit(f"//{text}")
        good = bool(parts.hostname) and parts.port is not None and parts.netloc == text
    except ValueError:
        good = False
    if not good or "@" in text:
        raise ValueError("write host:port, as in 10.0.0.7:8080")
    return text.lower()


def origin(address: str) -> str:
    """Scheme and host (and port) in lower case, nothing after them."""
    try:
        parts = urlsplit(address.strip())
        good = (
            parts.scheme in ("https", "http") and bool(parts.hostname) and "@" not in parts.netloc
        )
        bare = not (parts.path.strip("/") or parts.query or parts.fragment)
        _ = parts.port  # raises if it is none
    except ValueError:
        good = bare = False
    if not (good and bare):
        raise ValueError("its keys are origins, as in https://api.github.com")
    return f"{parts.scheme}://{parts.netloc.lower()}"


def header_value(secret: SecretStr) -> SecretStr:
    """A header is one line and not empty."""
    value = secret.get_secret_value().strip()
    if not value or _CONTROL.search(value) or not value.isascii():
        raise ValueError("a credential must be one line of plain characters, not empty")
    return SecretStr(value)


def given(secret: SecretStr | None) -> SecretStr | None:
    """A secret, or None where it was left empty."""
    return secret if secret and secret.get_secret_value().strip() else None


def all_unlike(names: Sequence[str]) -> None:
    """No two names are the same but for capitals and spaces."""
    seen: dict[str, str] = {}
    for name in names:
        key = " ".join(name.casefold().split())
        if key in seen:
            raise ValueError(f"two brands are called {name!r}; every brand needs its own name")
        seen[key] = name


def mail_address(text: str) -> str:
    """A bare mail address."""
    name, _, host = text.rpartition("@")
    if not name or "." not in host.strip(".") or re.search(r"[\s<>,;:\"()\x00-\x1f\x7f]", text):
        raise ValueError(f"{text!r} is no mail address; write one as ann@example.com")
    return text


def mailbox(text: str) -> str:
    """A mail address, with or without a name before it, or nothing."""
    if not text:
        return text
    if _CONTROL.search(text):
        raise ValueError("it travels in a header, so it must be one line")
    _, address = parseaddr(text)
    mail_address(address)
    return text


def web_address(url: str) -> str:
    """An address that links can begin with: scheme and host, no slash at the end."""
    parts = urlsplit(url.strip())
    if parts.scheme not in ("https", "http") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("write how readers reach the pages, as in https://voices.example.com")
    return url.strip().rstrip("/")


def no_address_twice(addresses: Sequence[str]) -> None:
    """Nobody gets the same mail twice."""
    seen: set[str] = set()
    for address in addresses:
        if address.casefold() in seen:
            raise ValueError(f"{address!r} is there twice; every reader needs one block only")
        seen.add(address.casefold())
