"""Finds whom a name on the command line means; where that is not clear, lists the accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from config.errors import NotFoundError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlmodel import Session

    from store.tables import Author, Candidate, Flag

LISTED = 10


def one_author(
    session: Session, name: str, source: str | None, *, among: Collection[int] | None = None
) -> Author:
    """The one account called so, with or without @.

    source : where it lives; among : ids of the accounts that are meant at all

    Raises NotFoundError if there is none, or several and no `source` tells them apart.
    """
    from store.candidates import find_authors

    found = [author for author in find_authors(session, name) if source in (None, author.site)]
    if among is not None:
        found = [author for author in found if author.id in among]
    if not found:
        where = f" on {source}" if source else ""
        raise NotFoundError(
            f"There is no author called {name!r}{where}.",
            mend="Names are written as in: soundingboard stances",
        )
    if len(found) > 1:
        listed = ", ".join(f"{author.name} on {author.site}" for author in found[:LISTED])
        raise NotFoundError(
            f"{len(found)} accounts are called {name!r}: {listed}.",
            mend="Add --source to say which.",
        )
    return found[0]


def one_candidate(
    session: Session, name: str, source: str | None, brand_id: int
) -> tuple[Author, Candidate]:
    """The author of that name who stands as a candidate for the brand. Raises NotFoundError."""
    from store.candidates import cards

    standing = {card.author.id or 0: card for card in cards(session, brand_id, listed=None)}
    author = one_author(session, name, source, among=standing)
    return author, standing[author.id or 0].candidate


def one_flag(session: Session, author: Author, brand_id: int, kind: str) -> Flag:
    """The author's flag of that kind. Raises NotFoundError naming those there are."""
    from store.flags import flags_against

    raised = {flag.kind: flag for flag in flags_against(session, author.id or 0, brand_id)}
    if kind not in raised:
        there_are = ", ".join(raised) or "none"
        raise NotFoundError(
            f"{author.name} has no flag {kind!r}.", mend=f"Flags of theirs: {there_are}."
        )
    return raised[kind]


def account_called(session: Session, name: str, source: str | None, *, now: datetime) -> Author:
    """The one account called so; with `source`, one we never saw as its name says (no id).

    Raises NotFoundError as `one_author` does.
    """
    from store.tables import Author

    try:
        return one_author(session, name, source)
    except NotFoundError:
        from store.candidates import find_authors

        seen = [author for author in find_authors(session, name) if author.site == source]
        if source is None or seen:
            raise
        bare = name.removeprefix("@")
        return Author(site=source, key=bare, name=bare, first_seen=now)
