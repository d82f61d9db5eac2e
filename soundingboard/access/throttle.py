"""How long a stranger waits before a password is even looked at; longer after every failure."""

from __future__ import annotations

import ipaddress
import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from store import sign_ins
from store.sign_ins import Failures
from store.tombstones import Marker

WINDOW = timedelta(days=1)
FIRST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(hours=4)
FREE_PER_ACCOUNT = 5
FREE_PER_CLIENT = 8


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who tries to sign in, as marks that nobody can read back.

    account : of the address they typed, whether or not it is somebody's
    client  : of where they come from
    device  : of their browser, if this account signed in from it before; else None
    """

    account: str
    client: str
    device: str | None

    @classmethod
    def of(cls, marker: Marker, address: str, client: str, device: str | None) -> Visitor:
        return cls(
            marker.visitor("account", address), marker.visitor("client", place(client)), device
        )


def place(client: str) -> str:
    """An address of the net; of IPv6 the first 64 bits, since whoever has one has all of them.

    >>> place("2001:db8:1:2:3::4")
    '2001:db8:1:2::'
    """
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is None:
        return str(ipaddress.ip_network(f"{address}/64", strict=False).network_address)
    return str(getattr(address, "ipv4_mapped", None) or address)


def wait_s(session: Session, visitor: Visitor, now: datetime) -> int:
    """Seconds until this visitor may try; 0 = now.

    A browser the account knows has a budget of its own: whatever strangers do, its owner gets in.
    Everybody else shares those of the account and of the place they come from.
    """
    since = now - WINDOW
    tried = sign_ins.failures_of_account(session, visitor.account, visitor.device, since)
    wait = _left(tried, FREE_PER_ACCOUNT, now)
    if visitor.device is None:
        here = sign_ins.failures_of_client(session, visitor.client, since)
        wait = max(wait, _left(here, FREE_PER_CLIENT, now))
    return wait


def _left(tried: Failures, free: int, now: datetime) -> int:
    if tried.last is None or tried.times < free:
        return 0
    doublings: int = min(tried.times - free, 16)
    wait = min(FIRST_WAIT * (1 << doublings), LONGEST_WAIT)
    left = min(tried.last + wait - now, wait)  # a clock set back makes nobody wait longer
    return max(0, math.ceil(left.total_seconds()))
