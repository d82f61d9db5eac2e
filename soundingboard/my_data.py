"""Everything held of one person, as they may ask for it (GDPR art. 15): whole, and as JSON."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from soundingboard.cards import iso
from store import held, tables
from store.suppression import objecting
from store.tombstones import Marker

_LEFT_OUT = {"nonce", "message", "reporter"}
"""What opens their signed links, a letter once more as bytes, and who else reported them."""


def held_of(
    session: Session, marker: Marker, accounts: Sequence[tables.Author], now: datetime
) -> dict[str, Any]:
    """All rows that hang on these accounts, by table, and why each account is here.

    accounts : one person's; given together they make one copy
    """
    ids = [account.id for account in accounts if account.id is not None]
    rows = held.rows_of(session, ids)
    silent = objecting(session, marker, accounts)
    return {
        "made_at": iso(now),
        "accounts": [_basis(rows, account, account.id in silent) for account in accounts],
        "held": {name: [_plain(row) for row in some] for name, some in rows.items()},
    }


def _basis(
    rows: Mapping[str, Sequence[Mapping[str, Any]]], account: tables.Author, silent: bool
) -> dict[str, Any]:
    """Where an account was found, since when it is here, and what it was told or said itself."""
    posts = [row for row in rows.get("post", ()) if row["author_id"] == account.id]
    offers = {row["id"] for row in rows.get("offer", ()) if row["author_id"] == account.id}
    letters = [row for row in rows.get("invitation", ()) if row["offer_id"] in offers]
    sources = {row["id"]: row["address"] for row in rows.get("source", ())}
    given = [row for row in rows.get("address", ()) if row["author_id"] == account.id]
    return {
        "name": account.name,
        "site": account.site,
        "profile": account.url,
        "first_seen": iso(account.first_seen),
        "found_at": sorted({sources[row["source_id"]] for row in posts}),
        "links": sorted({row["url"] for row in posts if row["url"]}),
        "told": [
            {
                "sent_at": iso(row["sent_at"]),
                "channel": row["channel"],
                "answer": row["answer"],
                "answered_at": iso(row["answered_at"]),
            }
            for row in letters
        ],
        "gave_an_address": [row["basis"] for row in given],
        "asked_not_to_be_contacted": silent,
    }


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in row.items() if name not in _LEFT_OUT}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return iso(value)
    return base64.b64encode(value).decode() if isinstance(value, bytes) else value
