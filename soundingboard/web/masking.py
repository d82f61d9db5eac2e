"""What roles that need not know a person see in place of their name or address."""

from __future__ import annotations

MASK = "•••"
_KNOWS_NAMES = frozenset({"moderator", "marketer", "admin"})
_KNOWS_ADDRESSES = frozenset({"marketer", "admin"})


def masked(text: str, role: str) -> str:
    """A person's name, or for a viewer its first character: enough to tell rows apart."""
    return text if role in _KNOWS_NAMES else f"{text.lstrip('@')[:1]}{MASK}"


def may_see_names(role: str) -> bool:
    """Whether a role is shown what people outside are called."""
    return role in _KNOWS_NAMES


def may_see_addresses(role: str) -> bool:
    """Whether a role is shown mail addresses: only who writes to people needs them."""
    return role in _KNOWS_ADDRESSES
