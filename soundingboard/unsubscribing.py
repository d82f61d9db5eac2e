"""Links by which a reader stops a digest; they carry a mark of the address, never the address."""

from __future__ import annotations

from config.errors import RuleError
from soundingboard.wiring import Parts

PURPOSE = "unsubscribe"


def link(parts: Parts, address: str) -> str:
    """The page where this reader stops the digest, or takes that back."""
    token = parts.signer.sign(PURPOSE, parts.marker.address(address))
    return f"{parts.settings.web.public_url}/unsubscribe/{token}"


def headers(parts: Parts, address: str) -> dict[str, str]:
    """The headers by which a mail program offers it with one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{link(parts, address)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def mark_of(parts: Parts, token: str) -> str:
    """The mark of the address a link speaks of, whether it carries the mark or the address.

    Raises RuleError if it is not one of ours.
    """
    values = parts.signer.read(PURPOSE, token)
    if len(values) != 1 or not isinstance(values[0], str):
        raise RuleError("This link is not one of ours.", mend="Open it from the mail.")
    return parts.marker.address(values[0]) if "@" in values[0] else values[0]
