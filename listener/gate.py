"""Which addresses may be asked and dialled: the gate before the one outbound door."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv6Address, ip_address, ip_network

from ada_url import URL

from config.errors import ConfigError, FetchRefusedError

PORTS = (80, 443)
MAX_URL_CHARS = 8192

_HTTP = re.compile(r"https?://([^/?#]+)", re.IGNORECASE)
_UNSAFE = re.compile(r"[\s\\\x00-\x1f\x7f-\x9f]")
_USERINFO = re.compile(r"(?<=//)[^/?#]*@")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\u2028\u2029]")

_LIST_IT = (
    "If this is a server of your own network, add its host:port to fetch.allow_private; "
    "otherwise use the site's public address."
)

_ASK_OWNER = "Only the site's owner can mend this; or use the address where a browser ends up."

# The IANA special-purpose registries (2025), the multicast and reserved space, and what clouds hide
# behind public-looking addresses. `is_global` alone lets two dozen of these through.
_SPECIAL = tuple(
    (ip_network(block), what)
    for what, blocks in {
        "this machine itself": "0.0.0.0/8 127.0.0.0/8 ::/127",
        "inside a private network": "10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 fc00::/7 fec0::/10",
        "inside a provider's network": "100.64.0.0/10",
        "a link-local address, where clouds keep their secrets": "169.254.0.0/16 fe80::/10",
        "a cloud's own service": "168.63.129.16/32 192.0.0.0/24",
        "an example or test address": "192.0.2.0/24 198.51.100.0/24 203.0.113.0/24 198.18.0.0/15 "
        "2001:db8::/32 3fff::/20",
        "a relay of the network itself": "192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 "
        "192.175.48.0/24 2620:4f:8000::/48",
        "not an address of one server": "224.0.0.0/4 240.0.0.0/4 ff00::/8",
        # ::a.b.c.d, ::ffff:a.b.c.d, NAT64, 6to4; 2001::/23 holds Teredo.
        "an address wrapped in another": "::/96 ::ffff:0:0/96 ::ffff:0:0:0/96 64:ff9b::/96 "
        "64:ff9b:1::/48 2002::/16 2001::/23",
    }.items()
    for block in blocks.split()
)
_PUBLIC_IPV6 = ip_network("2000::/3")


@dataclass(frozen=True, slots=True)
class Target:
    """One address that may be asked, if all it resolves to may be dialled (`Gate.dialable`).

    asked      : the request's own URL, fit to be shown; every error names it
    url        : what is asked at this hop, as WHATWG writes it, without fragment
    host       : lower case ASCII; IPv6 in brackets
    path       : with the query
    private_ok : the operator listed this host:port, and every hop before it
    """

    asked: str
    url: str
    scheme: str
    host: str
    port: int
    path: str
    private_ok: bool
    hops: int = 0

    @property
    def bare_host(self) -> str:
        """The host as resolvers and certificates know it, without brackets."""
        return self.host.strip("[]")

    @property
    def is_numeric(self) -> bool:
        """Whether the host is an address already and needs no resolver."""
        try:
            ip_address(self.bare_host)
        except ValueError:
            return False
        return True

    @property
    def netloc(self) -> str:
        """The Host header: without the port where it is the scheme's own."""
        own = self.port == {"http": 80, "https": 443}[self.scheme]
        return self.host if own else f"{self.host}:{self.port}"

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.netloc}"

    def tell(self, reason: str) -> str:
        """The reason, and where we were sent if it is not what was asked for.

        Without the query: a redirect's may hold somebody's session.
        """
        where = show(self.url.partition("?")[0])
        return f"sent us on to {where}, which {reason}" if self.hops else reason


class Gate:
    """Reads URLs strictly and judges what they resolve to.

    allow_private : host:port pairs that may be private or on another port; a public site cannot
                    send us there, only the operator can
    """

    def __init__(self, allow_private: Iterable[str] = ()) -> None:
        self._private = frozenset(_host_and_port(entry) for entry in allow_private)

    def read(self, url: str) -> Target:
        """The target of a URL. Raises FetchRefusedError unless it is plain http(s) on 80 or 443."""
        return self._target(url, show(url))

    def follow(self, target: Target, location: str) -> Target:
        """Where a redirect leads, judged anew. Raises FetchRefusedError."""
        asked = target.asked
        if _UNSAFE.search(location):
            reason = f"redirects to an odd address ({show(location)})"
            raise FetchRefusedError(asked, reason, mend=_ASK_OWNER)
        try:
            url = URL(location, base=target.url).href
        except ValueError:
            reason = f"redirects to something that is not an address ({show(location)})"
            raise FetchRefusedError(asked, reason, mend=_ASK_OWNER) from None
        step = self._target(url, asked)
        if target.scheme == "https" and step.scheme == "http":
            reason = f"redirects from a safe connection to an unsafe one ({show(url)})"
            raise FetchRefusedError(asked, reason, mend=_ASK_OWNER)
        return replace(step, private_ok=step.private_ok and target.private_ok, hops=target.hops + 1)

    def dialable(self, target: Target, answers: Sequence[str]) -> tuple[str, ...]:
        """The addresses to dial. One bad answer among good ones refuses the whole name."""
        if not target.private_ok:
            for answer in answers:
                if (what := why_not(answer)) is not None:
                    reason = f"points to {answer}, which is {what}"
                    raise FetchRefusedError(target.asked, target.tell(reason), mend=_LIST_IT)
        return tuple(dict.fromkeys(answers))

    def _target(self, url: str, asked: str) -> Target:
        parts = _parse(url, asked)
        port = int(parts.port) if parts.port else {"http:": 80, "https:": 443}[parts.protocol]
        private_ok = (parts.hostname, port) in self._private
        if port not in PORTS and not private_ok:
            reason = f"uses port {port}; public posts are read on 80 and 443 only"
            raise FetchRefusedError(asked, reason, mend=_LIST_IT)
        return Target(
            asked=asked,
            url=parts.href,
            scheme=parts.protocol.removesuffix(":"),
            host=parts.hostname,
            port=port,
            path=parts.pathname + parts.search,
            private_ok=private_ok,
        )


def why_not(address: str) -> str | None:
    """What a numeric address is, if it must not be dialled; None = a public server's."""
    try:
        ip = ip_address(address)
    except ValueError:
        return "no address at all"
    for block, what in _SPECIAL:
        if ip.version == block.version and ip in block:
            return what
    outside = isinstance(ip, IPv6Address) and (ip not in _PUBLIC_IPV6 or ip.scope_id is not None)
    return "not on the public internet" if outside or not ip.is_global else None


def show(url: str) -> str:
    """A URL fit for a page or a log: one line, no user name or password, not endless."""
    one_line = _CONTROL.sub("\N{REPLACEMENT CHARACTER}", url)
    return _USERINFO.sub("***@", one_line)[:300]


def _parse(url: str, asked: str) -> URL:
    """Refuses whatever two parsers could read in two ways, then reads it with one."""
    authority = _HTTP.match(url)
    if authority is None:
        mend = "Give the address as the browser shows it, beginning with https://."
        raise FetchRefusedError(asked, "is not an http or https address", mend=mend)
    if "@" in authority[1]:
        mend = "Put a login into fetch.credentials, never into the address."
        raise FetchRefusedError(asked, "holds a user name or an @ before the host", mend=mend)
    if _UNSAFE.search(url) or len(url) > MAX_URL_CHARS:
        mend = "Copy the address again, without spaces and line breaks."
        raise FetchRefusedError(asked, "holds characters no address may hold", mend=mend)
    try:
        parts = URL(url)
        parts.hash = ""
        again = URL(parts.href)
    except ValueError:
        raise FetchRefusedError(asked, "is not a valid web address", mend="Check it.") from None
    if again.href != parts.href or not parts.hostname or parts.username or parts.password:
        raise FetchRefusedError(asked, "can be read in two ways", mend="Check the address.")
    return parts


def _host_and_port(entry: str) -> tuple[str, int]:
    """An entry of allow_private, its host spelt as `Target.host` is."""
    host, _, port = entry.rpartition(":")
    try:
        return URL(f"http://{host}/").hostname, int(port)
    except ValueError:
        mend = 'Write it like "intranet.example:8080" or "[fd00::1]:80".'
        raise ConfigError(f"fetch.allow_private: {entry!r} is not host:port.", mend=mend) from None
