"""The audit log: who did or looked at what, each entry chained to the one before it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from sqlmodel import Session

from config.errors import RuleError
from store import audit as rows
from store import tables

START = "0" * 64
"""What stands before the first entry."""
_CODE = re.compile(r"[A-Za-z0-9_.:/+-]{0,80}")


class Actor(Protocol):
    """Somebody of ours, by number and name."""

    @property
    def id(self) -> int | None: ...
    @property
    def name(self) -> str: ...


class Head(NamedTuple):
    """The newest entry as somebody remembers it, so that a log cut short is noticed."""

    number: int
    sha: str

    @classmethod
    def read(cls, text: str) -> Head:
        """The head written as NUMBER:SHA. Raises RuleError if it is not."""
        number, _, sha = text.strip().partition(":")
        if not (number.isdecimal() and number.isascii() and re.fullmatch("[0-9a-f]{64}", sha)):
            raise RuleError(
                f"{text!r} is not the end of a log.",
                mend="Copy it whole, as in 12:9f…, from what an earlier check said.",
            )
        return cls(int(number), sha)


def note(
    session: Session,
    actor: Actor | str,
    action: str,
    subject: str,
    now: datetime,
    **details: object,
) -> tables.AuditEntry:
    """Append what somebody did, within the transaction that does it.

    Call it last: on PostgreSQL nobody else can append until this transaction ends.

    actor   : one of ours, or the name told at the command line
    action  : a code, as in "role_changed"; subject : what it concerned, as in "author:12"
    details : numbers, truths, codes, and lists of codes; of any other words only their length is
              kept, so that nobody's name or post can come to stand here and outlive its erasure
    """
    rows.hold(session)
    last = rows.last(session)
    entry = tables.AuditEntry(
        number=last.number + 1 if last else 1,
        at=now,
        user_id=None if isinstance(actor, str) else actor.id,
        actor=_one_line(actor if isinstance(actor, str) else actor.name),
        action=action,
        subject=subject,
        details={name: _bare(value) for name, value in details.items()},
        before_sha=last.sha if last else START,
        sha="",
    )
    entry.sha = sha_of(entry)
    session.add(entry)
    session.flush()
    return entry


def sha_of(entry: Any) -> str:
    """SHA-256 over the hash of the entry before and everything this one says, as sorted JSON.

    entry : an AuditEntry, or a row with its columns
    """
    said = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "user_id": entry.user_id,
        "actor": entry.actor,
        "action": entry.action,
        "subject": entry.subject,
        "details": entry.details,
    }
    text = json.dumps(said, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(f"{entry.before_sha}{text}".encode()).hexdigest()


def verify(session: Session, remembered: Head | None = None) -> int | None:
    """The number of the first entry that is missing, moved or changed; None = the log is whole.

    remembered : an end of the log seen earlier; without one, entries cut off the end leave no gap
                 and are not noticed
    """
    before, number = START, 0
    for number, entry in enumerate(rows.in_order(session), start=1):
        if (entry.number, entry.before_sha, entry.sha) != (number, before, sha_of(entry)):
            return number
        if remembered and remembered.number == number and remembered.sha != entry.sha:
            return number
        before = entry.sha
    return number + 1 if remembered and remembered.number > number else None


def head(session: Session) -> Head | None:
    """The newest entry's number and hash, to be written down elsewhere."""
    last = rows.last(session)
    return Head(last.number, last.sha) if last else None


def _bare(value: object) -> object:
    """A detail without words about anybody."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        return value if value == value and abs(value) != float("inf") else None
    if isinstance(value, Mapping):
        return {str(_bare(str(name))): _bare(one) for name, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_bare(one) for one in (sorted(map(str, value)) if _unordered(value) else value)]
    text = str(value)
    return text if _CODE.fullmatch(text) else f"{len(text)} characters"


def _unordered(value: object) -> bool:
    return isinstance(value, set | frozenset)


def _one_line(name: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in name).split())
