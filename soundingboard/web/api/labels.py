"""Labels: what a person says a post of the blind sample feels; the model is measured against it."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter, Request
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import Session

from community.moderating.labels import label_blind
from soundingboard.access import audit
from soundingboard.web.api.brands import chosen
from soundingboard.web.api.callers import caller_of
from soundingboard.web.api.idempotency import KEY, once
from soundingboard.web.api.shapes import LARGEST, Asked, Moment, Told
from soundingboard.wiring import Parts

Feeling = Literal["negative", "neutral", "positive"]


class NewLabel(Asked):
    """What a post feels towards the brand."""

    brand: int | None = Field(default=None, ge=1, le=LARGEST)
    post: int = Field(ge=1, le=LARGEST)
    label: Feeling


class Label(Told):
    """What somebody said a post feels."""

    post: int
    brand: int
    label: Feeling
    labelled_by: str
    labelled_at: Moment


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["labels"])

    @routes.post("/labels", response_model=Label, status_code=201, dependencies=[KEY])
    def label(request: Request, told: NewLabel) -> Response:
        """Label a post of its week's blind sample; saying it again replaces it."""
        caller, now = caller_of(request), parts.clock.now()

        def change(session: Session) -> Label:
            of = chosen(session, told.brand).id or 0
            label_blind(session, of, told.post, told.label, caller.name, now)
            audit.note(session, caller, "labelled", f"post:{told.post}", now, label=told.label)
            return Label(
                post=told.post, brand=of, label=told.label, labelled_by=caller.name, labelled_at=now
            )

        return once(parts, request, told, change)

    return routes
