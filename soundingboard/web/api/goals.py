"""Goals: what the KPIs shall reach, and where each stands. Read only."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from community.steering.goals import read_of, standing
from config.errors import NotFoundError
from soundingboard.web.api.brands import chosen
from soundingboard.web.api.etags import answered
from soundingboard.web.api.shapes import JsonObject, Moment, Number, OfBrand, Told
from soundingboard.wiring import Parts
from store import tables
from store.goals import goals


class Standing(Told):
    """Where a goal stands; `sure` if the whole interval says so."""

    state: str
    sure: bool
    value: float | None
    low: float | None
    high: float | None
    n: int
    at: Moment | None


class Goal(Told):
    """What a KPI shall reach, for whose good, and where it stands."""

    number: int
    title: str
    kpi: str
    level: str
    direction: str
    owner: str
    benefit_customer: str
    benefit_company: str
    baseline: JsonObject
    target: float
    stretch: float | None
    status_every: str
    starts_at: Moment
    ends_at: Moment
    made_at: Moment
    closed_at: Moment | None
    closed_why: str | None
    standing: Standing


class Goals(Told):
    """The goals of one brand."""

    brand: int
    items: list[Goal]


Closed = Annotated[bool, Query(description="Those closed as well.")]


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["goals"])

    @routes.get("/goals", response_model=Goals)
    def list_goals(request: Request, brand: OfBrand = None, closed: Closed = False) -> Response:
        """A brand's goals in the order they end."""
        with parts.store.read() as session:
            row, now = chosen(session, brand), parts.clock.now()
            found = goals(session, row.id or 0, closed=closed)
            read = {goal.kpi: read_of(session, goal) for goal in found}
            told = [_shown(goal, read[goal.kpi], now) for goal in found]
        return answered(request, Goals(brand=row.id or 0, items=told))

    @routes.get("/goals/{number}", response_model=Goal)
    def one_goal(request: Request, number: Number) -> Response:
        """One goal."""
        with parts.store.read() as session:
            row = session.get(tables.Goal, number)
            if row is None:
                raise NotFoundError(f"There is no goal {number}.", mend="See /api/v1/goals.")
            return answered(request, _shown(row, read_of(session, row), parts.clock.now()))

    return routes


def _shown(row: tables.Goal, read: Sequence[tables.Measurement], now: datetime) -> Goal:
    stands = standing(row, read, now)
    kept = row.model_dump(exclude={"id", "brand_id"})
    told = {name: getattr(stands, name) for name in Standing.model_fields}
    return Goal(number=row.id or 0, standing=Standing(**told), **kept)
