"""A theme's name, given by a person in place of its most telling words."""

from __future__ import annotations

from sqlmodel import Session

from community.history import clean, named
from config.errors import RuleError
from store import tables

LONGEST = 60


def name_theme(session: Session, theme: tables.Theme, name: str, actor: str | None) -> None:
    """Call a theme so from now on; found again it keeps that name.

    actor : who named it; None = its words did, and the next time it is found they do so anew
    Raises RuleError for an empty or long name.
    """
    called = " ".join(clean(name).split())
    if not called:
        raise RuleError("A theme needs a name.", mend="Say in a few words what it is about.")
    if len(called) > LONGEST:
        raise RuleError(
            "That name is too long.", mend=f"At most {LONGEST} characters; a few words will do."
        )
    theme.name, theme.named_by = called, named(actor) if actor is not None else None
    session.add(theme)
    session.flush()
