"""Who counts: people speaking for themselves, each once however many accounts are theirs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from store import tables

NOT_PEOPLE = ("employee", "bot", "media")


@dataclass(frozen=True, slots=True)
class Counted:
    """Whose word counts.

    others : accounts that are no customer speaking for themselves: staff, bots and media
    staff  : those of them who speak for the brand
    first  : account -> first account of its person, where accounts were found to be one person
    """

    others: frozenset[int]
    staff: frozenset[int]
    first: Mapping[int, int]

    def whose(self, author_id: int | None) -> int | None:
        """The first account of the person; None for nobody, and for those who do not count."""
        if author_id is None or author_id in self.others:
            return None
        return self.first.get(author_id, author_id)

    def accounts(self, people: frozenset[int]) -> set[int]:
        """Every account of these people."""
        return {*people, *(account for account, one in self.first.items() if one in people)}


def who_counts(session: Session, brand_id: int | None = None) -> Counted:
    """Whose word counts towards a brand; without one, those flagged towards any do not.

    A person with one account on the staff is staff with all of them.
    """
    first, together = _linked(session)
    told = session.exec(
        select(
            tables.Author.id, tables.Author.is_staff, tables.Author.is_bot, tables.Author.is_media
        ).where(
            col(tables.Author.is_staff) | col(tables.Author.is_bot) | col(tables.Author.is_media)
        )
    ).all()
    flagged = session.exec(_flags(brand_id)).all()
    bots = {i for i, _, bot, _ in told if bot} | {i for i, kind in flagged if kind == "bot"}
    staff = {i for i, is_staff, _, _ in told if is_staff}
    staff |= {i for i, kind in flagged if kind == "employee"}
    others = {i for i, *_ in told} | {i for i, _ in flagged}
    return Counted(
        others=frozenset(_with_all_accounts(others, first, together)),
        staff=frozenset(_with_all_accounts(staff, first, together)) - bots,
        first=first,
    )


def _flags(brand_id: int | None) -> Any:
    query = select(tables.Flag.author_id, tables.Flag.kind).where(
        col(tables.Flag.kind).in_(NOT_PEOPLE),
        col(tables.Flag.excludes),
        col(tables.Flag.overridden_at).is_(None),
    )
    return query if brand_id is None else query.where(col(tables.Flag.brand_id) == brand_id)


def _linked(session: Session) -> tuple[dict[int, int], dict[int, set[int]]]:
    """Account -> first account of its person, and first account -> all of them."""
    query = select(tables.Author.id, tables.Author.person_id).where(
        col(tables.Author.person_id).is_not(None)
    )
    together: dict[int, set[int]] = {}
    for author_id, person_id in session.exec(query):
        together.setdefault(person_id or 0, set()).add(author_id or 0)
    by_first = {min(accounts): accounts for accounts in together.values()}
    return {one: first for first, accounts in by_first.items() for one in accounts}, by_first


def _with_all_accounts(
    some: set[int | None], first: Mapping[int, int], together: Mapping[int, set[int]]
) -> set[int]:
    known = {one for one in some if one is not None}
    return known.union(*(together[first[one]] for one in known if one in first))
