"""Where a reader of the community's pages is: their brand, its committees, and the tabs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form, Path, Request
from sqlmodel import Session

from config.errors import NotFoundError, RuleError
from soundingboard.web.reader import Reader, brand_of, reader_of
from store import tables
from store.committee import all_committees

Number = Annotated[int, Path(ge=1, le=2**31 - 1)]
"""A row's number in an address; a larger one is none of ours, and too large for PostgreSQL."""
Chosen = Annotated[int, Form(ge=1, le=2**31 - 1)]
"""A row's number in a form."""


@dataclass(frozen=True, slots=True)
class Place:
    """Who reads, of which brand, and the committee they look at; None where there is none yet."""

    reader: Reader
    brand: tables.BrandRow | None
    committee: tables.Committee | None
    committees: Sequence[tables.Committee]

    @property
    def brand_id(self) -> int:
        return (self.brand.id or 0) if self.brand else 0

    @property
    def committee_id(self) -> int:
        return (self.committee.id or 0) if self.committee else 0

    @property
    def tabs(self) -> list[tuple[str, str]]:
        """Addresses and names of the community's pages."""
        own = f"/committees/{self.committee_id}" if self.committee else "/committees"
        return [
            ("/community", "Overview"),
            ("/members", "Members"),
            (own, "Committee"),
            ("/meetings", "Meetings"),
            ("/pay", "Compensation"),
            ("/suggestions", "Suggestions"),
            ("/invitations", "Invitations"),
            ("/offers", "Offers"),
        ]

    def needed(self) -> tables.Committee:
        """The committee. Raises RuleError where none was made yet."""
        if self.committee is None:
            raise RuleError("There is no committee yet.", mend="Make one on the Committee page.")
        return self.committee


def place_of(request: Request, session: Session, committee_id: int | None = None) -> Place:
    """The committee in the address, else the brand's first open one, else its first.

    Raises NotFoundError for one that does not exist, or is another brand's.
    """
    reader = reader_of(request)
    brand = brand_of(request, session, reader)
    found = all_committees(session, brand.id) if brand else ()
    asked = request.query_params.get("committee", "")
    wanted = committee_id or (int(asked) if asked.isdecimal() and len(asked) < 10 else None)
    if wanted is not None:
        for one in found:
            if one.id == wanted:
                return Place(reader, brand, one, found)
        raise NotFoundError("There is no such committee here.", mend="Choose one of the list.")
    standing = [one for one in found if one.closed_at is None]
    return Place(reader, brand, next(iter(standing or found), None), found)
