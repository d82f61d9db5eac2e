"""Links that open what is a person's own, without a login: their place with us, and their data."""

from __future__ import annotations

from config.errors import NotFoundError, RuleError
from soundingboard.wiring import Parts

MEMBER, DATA = "member", "my-data"
"""Purposes: a link signed for one opens nothing of the other."""


def member_link(parts: Parts, member_id: int) -> str:
    """The page of a member: charter, meetings, suggestions and what became of them."""
    return f"{parts.settings.web.public_url}/member/{parts.signer.sign(MEMBER, member_id)}"


def data_link(parts: Parts, author_id: int) -> str:
    """The page where somebody sees, corrects and erases what is held of them."""
    return f"{parts.settings.web.public_url}/my-data/{data_token(parts, author_id)}"


def data_token(parts: Parts, author_id: int) -> str:
    """What the address of that page ends in."""
    return parts.signer.sign(DATA, author_id)


def read(parts: Parts, purpose: str, token: str) -> int:
    """Whose link it is. Raises RuleError for one that is not ours."""
    values = parts.signer.read(purpose, token)
    if len(values) != 1 or not isinstance(values[0], int):
        raise RuleError("This link is not one of ours.", mend="Open it from the message.")
    return values[0]


def gone() -> NotFoundError:
    """What is raised where nothing is held any more under a link that is ours."""
    return NotFoundError("We keep nothing under this link any more.")
