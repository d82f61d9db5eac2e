"""Who reads a page, and which brand they are looking at."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from fastapi import Request
from sqlmodel import Session

from config.errors import NotFoundError
from soundingboard.web.policy import Who
from store import tables
from store.brands import all_brands


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of ours, signed in.

    token : of this very session, to tell it from their others
    """

    id: int
    name: str
    role: str
    address: str
    zone: ZoneInfo
    prefs: dict[str, Any] = field(default_factory=dict)
    token: str = field(default="", repr=False)

    @classmethod
    def of(cls, user: tables.User, token: str) -> Reader:
        """The reader that a row of the users describes."""
        return cls(
            id=user.id or 0,
            name=user.name,
            role=user.role,
            address=user.address,
            zone=_zone(user.timezone),
            prefs=dict(user.prefs),
            token=token,
        )

    def may(self, who: Who) -> bool:
        """Whether a line of the policy table lets them in."""
        return who.open or self.role in who.roles

    @property
    def theme(self) -> str:
        """light, dark, or auto: as their machine has it."""
        chosen = self.prefs.get("theme")
        return chosen if chosen in ("light", "dark") else "auto"

    @property
    def shortcuts(self) -> bool:
        """Whether single keys do something (WCAG 2.1.4: they can be switched off)."""
        return bool(self.prefs.get("shortcuts", True))


def reader_of(request: Request) -> Reader:
    """Who asks; there is one wherever the policy table asks for a role."""
    reader: Reader = request.state.reader
    return reader


def brand_of(request: Request, session: Session, reader: Reader) -> tables.BrandRow | None:
    """The brand in the address (?brand=3), else the one they last chose, else the first.

    None while there is no brand. Raises NotFoundError for one that does not exist.
    """
    brands = all_brands(session)
    asked = request.query_params.get("brand")
    if asked:
        for brand in brands:
            if asked == str(brand.id):
                return brand
        raise NotFoundError("There is no such brand.", mend="Choose one of the list.")
    chosen = reader.prefs.get("brand")
    return next((brand for brand in brands if brand.id == chosen), brands[0] if brands else None)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo("UTC")
