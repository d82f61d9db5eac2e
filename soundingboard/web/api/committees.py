"""Committees and their charters."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response
from sqlmodel import Session

from config.errors import NotFoundError
from soundingboard.web.api.etags import answered
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, number_after, numbered
from soundingboard.web.api.shapes import Moment, Number, Of, Told
from soundingboard.wiring import Parts
from store import pages, tables
from store.committee import newest_charter
from store.members import members


class Charter(Told):
    """What a committee is for, and what it asks and gives."""

    version: int
    purpose: str
    hours_a_year: float
    meetings_a_year: int
    cadence: str
    compensation: str
    seniors: list[str]
    answer_days: int
    published_at: Moment


class Committee(Told):
    """A brand's customer advisory committee."""

    number: int
    brand: int
    name: str
    made_at: Moment
    closed_at: Moment | None


class WholeCommittee(Committee):
    """A committee with its charter in force, and how many are on it."""

    charter: Charter | None
    members: int
    community: int


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["committees"])

    @routes.get("/committees", response_model=Page[Committee])
    def list_committees(
        request: Request, brand: Of = None, limit: Limit = DEFAULT, cursor: Cursor = None
    ) -> Response:
        """Every committee, or those of one brand, the oldest first."""
        after = number_after(parts, "committees", cursor)
        with parts.store.read() as session:
            rows = pages.page(
                session, tables.Committee, limit + 1, after=after, newest=False, brand_id=brand
            )
        return numbered(
            request, parts, "committees", rows, limit, lambda some: list(map(_shown, some))
        )

    @routes.get("/committees/{number}", response_model=WholeCommittee)
    def one_committee(request: Request, number: Number) -> Response:
        """One committee with its charter."""
        with parts.store.read() as session:
            row = committee(session, number)
            charter = newest_charter(session, number)
            here = members(session, number, here=True)
        told = charter.model_dump() if charter else {}
        whole = WholeCommittee(
            **_shown(row).model_dump(),
            charter=Charter(**told) if charter else None,
            members=sum(one.door == "committee" for one in here),
            community=sum(one.door == "community" for one in here),
        )
        return answered(request, whole)

    return routes


def committee(session: Session, number: int) -> tables.Committee:
    """The committee of that number. Raises NotFoundError."""
    row = session.get(tables.Committee, number)
    if row is None:
        raise NotFoundError(f"There is no committee {number}.", mend="See /api/v1/committees.")
    return row


def _shown(row: tables.Committee) -> Committee:
    return Committee(
        number=row.id or 0,
        brand=row.brand_id,
        name=row.name,
        made_at=row.made_at,
        closed_at=row.closed_at,
    )
