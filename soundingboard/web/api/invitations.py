"""Invitations: drafted and looked at here; letting one go is a person's click on its page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import Session

from community.inviting.invitations import draft
from config.errors import NotFoundError
from soundingboard.access import audit
from soundingboard.inviting import desk_of
from soundingboard.web.api.brands import chosen
from soundingboard.web.api.callers import Caller, caller_of
from soundingboard.web.api.committees import committee
from soundingboard.web.api.etags import answered
from soundingboard.web.api.idempotency import KEY, once
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, number_after, numbered
from soundingboard.web.api.shapes import LARGEST, Asked, Moment, Number, OfBrand, Told, Words
from soundingboard.wiring import Parts
from store import pages, tables

State = Literal["drafted", "approved", "sent", "answered", "lapsed", "withdrawn"]


class Invitation(Told):
    """A message that offers the committee; its words are null unless a marketer or admin asks."""

    number: int
    candidate: int
    state: State
    channel: str
    language: str
    address: str | None
    subject: str | None
    body: str | None
    drafted_by: str
    drafted_at: Moment
    approved_by: str | None
    approved_at: Moment | None
    sent_at: Moment | None
    answer: str | None
    answered_at: Moment | None


class NewInvitation(Asked):
    """Whom to invite to which committee; one is not needed where there is only one."""

    candidate: int = Field(ge=1, le=LARGEST)
    committee: int | None = Field(default=None, ge=1, le=LARGEST)
    campaign: Words | None = Field(default=None, max_length=200)


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["invitations"])

    @routes.get("/invitations", response_model=Page[Invitation])
    def list_invitations(
        request: Request,
        brand: OfBrand = None,
        state: Annotated[State | None, Query()] = None,
        limit: Limit = DEFAULT,
        cursor: Cursor = None,
    ) -> Response:
        """A brand's invitations, the newest first."""
        after, caller = number_after(parts, "invitations", cursor), caller_of(request)
        with parts.store.read() as session:
            rows = pages.page(
                session,
                tables.Invitation,
                limit + 1,
                after=after,
                charter_id=pages.charters_of(session, chosen(session, brand).id or 0),
                state=state,
            )
        return numbered(
            request, parts, "invitations", rows, limit,
            lambda some: [_shown(row, caller) for row in some],
        )  # fmt: skip

    @routes.get("/invitations/{number}", response_model=Invitation)
    def one_invitation(request: Request, number: Number) -> Response:
        """One invitation."""
        with parts.store.read() as session:
            row = session.get(tables.Invitation, number)
        if row is None:
            raise NotFoundError(f"There is no invitation {number}.", mend="See the list of them.")
        return answered(request, _shown(row, caller_of(request)))

    @routes.post("/invitations", response_model=Invitation, status_code=201, dependencies=[KEY])
    def write(request: Request, told: NewInvitation) -> Response:
        """Draft an invitation. Nothing leaves: a person reads it and lets it go."""
        return once(parts, request, told, lambda session: _draft(session, parts, request, told))

    return routes


def _draft(session: Session, parts: Parts, request: Request, told: NewInvitation) -> Invitation:
    caller, now = caller_of(request), parts.clock.now()
    candidate = session.get(tables.Candidate, told.candidate)
    if candidate is None:
        raise NotFoundError(
            f"There is no candidate {told.candidate}.", mend="See /api/v1/candidates."
        )
    held = committee(session, told.committee) if told.committee is not None else None
    head = draft(
        session,
        desk_of(parts),
        candidate,
        by=caller.name,
        now=now,
        committee=held,
        campaign=told.campaign,
    )
    audit.note(session, caller, "invitation_drafted", f"author:{candidate.author_id}", now)
    return _shown(head.invitation, caller)


def _shown(row: tables.Invitation, caller: Caller) -> Invitation:
    people = ("address", "subject", "body")
    kept: Mapping[str, object] = {
        name: None if name in people and not caller.sees_people else getattr(row, name)
        for name in Invitation.model_fields
        if name in tables.Invitation.model_fields
    }
    return Invitation.model_validate({"number": row.id, "candidate": row.candidate_id, **kept})
