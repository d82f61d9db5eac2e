"""Settings changed while the house runs: written to the file, then in force at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

import tomlkit
from tomlkit import TOMLDocument

from config.brand import Brand
from config.editing import Edit, blocks, drop_block, edit, put, table
from config.errors import NotFoundError, RuleError
from config.outgoing import RecipientSettings
from soundingboard.wiring import Parts

LISTS = ("aliases", "handles", "products", "competitors", "excluded", "staff", "domains")


def change(parts: Parts, how: Edit) -> None:
    """Change the file and let it count now. Raises ConfigError for what would be wrong.

    What was opened with the settings before (connections, models) keeps to them until a restart.
    """
    parts.settings = edit(parts.folder, os.environ, how).settings


def keep_brand(parts: Parts, brand: Brand, was: str | None = None) -> None:
    """Add a brand, or change the one that `was` called so."""

    def how(document: TOMLDocument) -> None:
        found = blocks(document, "brand")
        block = _one(found, "name", was) if was is not None else None
        if block is None:
            if was is not None and was != brand.name:
                raise RuleError(
                    "A brand keeps its name: everything heard hangs on it.",
                    mend="Add the other spelling to its aliases.",
                )
            block = tomlkit.table()
            found.append(block)
        put(block, {"name": brand.name, **{name: getattr(brand, name) for name in LISTS}})

    change(parts, how)


def drop_brand(parts: Parts, name: str) -> None:
    """Take a brand out of the settings; what was heard of it stays until it is forgotten."""

    def how(document: TOMLDocument) -> None:
        drop_block(document, "brand", "name", name)

    change(parts, how)


def keep_recipient(parts: Parts, recipient: RecipientSettings) -> None:
    """Add a reader of the digest, or change the one with this address."""

    def how(document: TOMLDocument) -> None:
        found = blocks(table(document, "digest"), "recipient")
        block = _one(found, "address", recipient.address)
        if block is None:
            block = tomlkit.table()
            found.append(block)
        put(block, recipient.model_dump(mode="json"))

    change(parts, how)


def drop_recipient(parts: Parts, address: str) -> RecipientSettings:
    """Take a reader of the digest out; what they were. Raises NotFoundError."""
    known = {one.address.casefold(): one for one in parts.settings.digest.recipient}
    gone = known.get(address.casefold())
    if gone is None:
        raise NotFoundError(f"{address} gets no digest.", mend="Look at the list once more.")

    def how(document: TOMLDocument) -> None:
        drop_block(table(document, "digest"), "recipient", "address", address)

    change(parts, how)
    return gone


def set_values(parts: Parts, group: str, values: Mapping[str, Any]) -> None:
    """Set values of one group, as [privacy] or [digest]."""

    def how(document: TOMLDocument) -> None:
        put(table(document, group), values)

    change(parts, how)


def lines(text: str) -> tuple[str, ...]:
    """A list as people type it: one a line, or with commas."""
    parts = (piece.strip() for line in text.splitlines() for piece in line.split(","))
    return tuple(dict.fromkeys(piece for piece in parts if piece))


def _one(found: Sequence[Any], key: str, value: str | None) -> Any:
    wanted = (value or "").casefold()
    return next((block for block in found if str(block.get(key, "")).casefold() == wanted), None)
