"""What must not come back: keyed hashes of accounts, posts and addresses, nothing else."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import datetime
from typing import Literal

from sqlmodel import Session, col, delete, select

from store import tables
from store.upsert import chunks, insert_new

Kind = Literal["do_not_contact", "erased", "deleted", "unsubscribed", "name"]


class Marker:
    """Makes the keyed hashes; without the key nobody can test a guessed name against them."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def account(self, site: str, key: str) -> str:
        """The mark of an account, HMAC-SHA256 in hex."""
        return self._mark("account", site, key)

    def post(self, source: str, native_key: str) -> str:
        """The mark of a post of a source (its kind and address)."""
        return self._mark("post", source, native_key)

    def address(self, address: str) -> str:
        """The mark of a mail address, in whatever case it was written."""
        return self._mark("address", address.strip().casefold())

    def visitor(self, kind: str, who: str) -> str:
        """The mark of who tried to sign in: what they called themselves, or whence they came."""
        return self._mark("visitor", kind, who)

    def word(self, kind: str, word: str) -> str:
        """The mark of a folded name, or of a piece of a text, of somebody erased."""
        return self._mark(kind, word)

    def _mark(self, *parts: str) -> str:
        message = "\x00".join(parts).encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, message, "sha256").hex()


def bury(session: Session, marks: Collection[str], kind: Kind, now: datetime) -> None:
    """Remember these marks; burying twice changes nothing."""
    rows = [{"mark": mark, "kind": kind, "at": now} for mark in sorted(marks)]
    insert_new(session, tables.Tombstone, rows, key=("mark", "kind"))


def unbury(session: Session, mark: str, kind: Kind) -> bool:
    """Forget a mark, if a person takes it back; True if there was one."""
    gone = session.execute(
        delete(tables.Tombstone).where(
            col(tables.Tombstone.mark) == mark, col(tables.Tombstone.kind) == kind
        )
    )
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def buried(session: Session, marks: Collection[str], *kinds: Kind) -> set[str]:
    """Which of these marks are remembered as one of `kinds`."""
    found: set[str] = set()
    for some in chunks(sorted(marks)):
        found.update(
            session.exec(
                select(tables.Tombstone.mark).where(
                    col(tables.Tombstone.mark).in_(some), col(tables.Tombstone.kind).in_(kinds)
                )
            )
        )
    return found
