"""A theme's name, given by a person in place of its most telling words."""

from __future__ import annotations

from sqlmodel import Session

from community.history import clean, named
from config.errors import RuleError
from store import tables

LONGEST = 60


def name_theme(session: Session, theme: tables.Theme, name: str, actor: str) -> None:
    """Call a theme so from now on; found again it keeps that name.

    Raises RuleError for an empty or long name.
    """
    called = " ".join(clean(name).split())
    if not called:
        raise RuleError("A theme needs a name.", mend="Say in a few words what it is about.")
    if len(called) > LONGEST:
        raise RuleError(
            "That name is too long.", mend=f"At most {LONGEST} characters; a few words will do."
        )
    theme.name, theme.named_by = called, named(actor)
    session.add(theme)
    session.flush()


def call_as_before(session: Session, theme: tables.Theme, name: str, named_by: str | None) -> None:
    """Take a name back: the theme is called as it was, by whoever or whatever named it then."""
    theme.name, theme.named_by = name, named_by
    session.add(theme)
    session.flush()
