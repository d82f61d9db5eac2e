"""Suggestions: raised, owned, decided and acted on. Telling people of them is left to people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response
from pydantic import Field, model_validator
from sqlmodel import Session

from community.suggesting import suggestions as rules
from config.errors import NotFoundError
from soundingboard.access import audit
from soundingboard.suggestion_cards import suggestion_card
from soundingboard.web.api.authors import Account, account
from soundingboard.web.api.brands import chosen
from soundingboard.web.api.callers import Caller, caller_of
from soundingboard.web.api.committees import committee
from soundingboard.web.api.etags import IF_MATCH, answered, refuse_overtaken
from soundingboard.web.api.idempotency import KEY, once
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, number_after, numbered
from soundingboard.web.api.shapes import LARGEST, Asked, Moment, Number, OfBrand, Seen, Told, Words
from soundingboard.wiring import Parts
from store import pages, tables
from store.committee import all_committees
from store.suggestions import steps

State = Literal["raised", "acknowledged", "accepted", "declined", "acted", "reported"]
Verb = Literal["assign", "acknowledge", "accept", "decline", "act", "note", "undo"]
NEEDS: dict[str, tuple[str, ...]] = {
    # verb -> what it is told with
    "assign": ("owner",),
    "accept": ("reason",),
    "decline": ("reason",),
    "act": ("evidence",),
    "note": ("words",),
}


class Suggestion(Told):
    """Something to do, and where it stands."""

    number: int
    committee: int
    title: str
    words: str
    state: State
    version: int = Field(description="Counts changes; send it back with yours.")
    owner: str | None
    member: int | None
    author: Account | None
    post: int | None
    reason: str | None
    evidence: str | None
    raised_at: Moment
    acknowledged_at: Moment | None
    decided_at: Moment | None
    acted_at: Moment | None
    told_proposer_at: Moment | None
    told_committee_at: Moment | None


class Clock(Told):
    """By when a step was promised, and when it was done."""

    step: str
    due_at: Moment | None
    done_at: Moment | None
    overdue_days: float
    applies: bool


class Step(Told):
    """One thing that happened to a suggestion."""

    number: int
    step: str
    actor: str
    words: str | None
    at: Moment


class WholeSuggestion(Suggestion):
    """A suggestion with its clocks and everything that happened to it."""

    next: str | None
    due_at: Moment | None
    clocks: list[Clock]
    steps: list[Step]


class NewSuggestion(Asked):
    """What somebody suggests: a member, or the author of a post we heard."""

    committee: int = Field(ge=1, le=LARGEST)
    member: int | None = Field(default=None, ge=1, le=LARGEST)
    post: int | None = Field(default=None, ge=1, le=LARGEST)
    words: Words | None = Field(default=None, description="Of a post its own words if left out.")
    title: Words | None = Field(default=None, max_length=200)

    @model_validator(mode="after")
    def _of_one(self) -> NewSuggestion:
        if (self.member is None) == (self.post is None):
            raise ValueError("say whose it is: either member or post")
        return self


class NewStep(Seen):
    """What is done with a suggestion; `undo` takes the last step back."""

    step: Verb
    owner: Words | None = Field(default=None, max_length=200, description="To assign.")
    reason: Words | None = Field(default=None, description="To accept or decline.")
    evidence: Words | None = Field(default=None, description="To act: an address, or words.")
    words: Words | None = Field(default=None, description="To note.")


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["suggestions"])
    _reads(routes, parts)
    _writes(routes, parts)
    return routes


def _reads(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/suggestions", response_model=Page[Suggestion])
    def list_suggestions(
        request: Request,
        brand: OfBrand = None,
        state: Annotated[State | None, Query()] = None,
        limit: Limit = DEFAULT,
        cursor: Cursor = None,
    ) -> Response:
        """What was suggested to the committees of a brand, the newest first."""
        after, caller = number_after(parts, "suggestions", cursor), caller_of(request)
        with parts.store.read() as session:
            held = [one.id for one in all_committees(session, chosen(session, brand).id)]
            rows = pages.page(
                session,
                tables.Suggestion,
                limit + 1,
                after=after,
                committee_id=held,
                state=state,
            )
            told = _shown(session, rows[:limit], caller)
        return numbered(request, parts, "suggestions", rows, limit, lambda _some: told)

    @routes.get("/suggestions/{number}", response_model=WholeSuggestion)
    def one_suggestion(request: Request, number: Number) -> Response:
        """One suggestion."""
        with parts.store.read() as session:
            return answered(request, _whole(session, parts, number, caller_of(request)))


def _writes(routes: APIRouter, parts: Parts) -> None:
    @routes.post(
        "/suggestions", response_model=WholeSuggestion, status_code=201, dependencies=[KEY]
    )
    def raise_it(request: Request, told: NewSuggestion) -> Response:
        """Write a suggestion down."""
        return once(parts, request, told, lambda session: _raise(session, parts, request, told))

    @routes.post(
        "/suggestions/{number}/steps",
        response_model=WholeSuggestion,
        status_code=201,
        dependencies=[KEY, IF_MATCH],
    )
    def step(request: Request, number: Number, told: NewStep) -> Response:
        """Take a suggestion one step on, or the last step back."""
        return once(
            parts, request, told, lambda session: _step(session, parts, request, number, told)
        )


def _raise(
    session: Session, parts: Parts, request: Request, told: NewSuggestion
) -> WholeSuggestion:
    caller, now, held = caller_of(request), parts.clock.now(), committee(session, told.committee)
    if told.post is not None:
        post = session.get(tables.Post, told.post)
        if post is None:
            raise NotFoundError(f"There is no post {told.post}.", mend="See /api/v1/posts.")
        made = rules.raise_from_post(
            session, held, post, caller.name, now, words=told.words, title=told.title
        )
    else:
        member = session.get(tables.Member, told.member)
        if member is None:
            raise NotFoundError(f"There is no member {told.member}.")
        made = rules.raise_by_member(
            session, held, member, caller.name, now, words=told.words or "", title=told.title
        )
    audit.note(session, caller, "suggestion_raised", f"suggestion:{made.id}", now)
    return _whole(session, parts, made.id or 0, caller)


def _step(
    session: Session, parts: Parts, request: Request, number: int, told: NewStep
) -> WholeSuggestion:
    caller, now, row = caller_of(request), parts.clock.now(), _row(session, number)
    refuse_overtaken(request, _whole(session, parts, number, caller), row.version, told.version)
    said: dict[str, Any] = {name: getattr(told, name) or "" for name in NEEDS.get(told.step, ())}
    if told.step != "note":
        said["seen"] = row.version
    getattr(rules, told.step)(session, row, caller.name, now, **said)
    audit.note(session, caller, f"suggestion_{told.step}", f"suggestion:{number}", now)
    return _whole(session, parts, number, caller)


def _row(session: Session, number: int) -> tables.Suggestion:
    row = session.get(tables.Suggestion, number, populate_existing=True)
    if row is None:
        raise NotFoundError(f"There is no suggestion {number}.", mend="See /api/v1/suggestions.")
    return row


def _shown(session: Session, rows: Sequence[tables.Suggestion], caller: Caller) -> list[Suggestion]:
    authors = pages.by_number(session, tables.Author, [row.author_id for row in rows])
    kept = [name for name in Suggestion.model_fields if name in tables.Suggestion.model_fields]
    return [
        Suggestion(
            number=row.id or 0,
            committee=row.committee_id,
            member=row.member_id,
            author=_author(authors.get(row.author_id or 0), caller),
            post=row.post_id,
            reason=row.decision_reason,
            **{name: getattr(row, name) for name in kept},
        )
        for row in rows
    ]


def _author(row: tables.Author | None, caller: Caller) -> Account | None:
    return account(row, caller) if row else None


def _whole(session: Session, parts: Parts, number: int, caller: Caller) -> WholeSuggestion:
    row = _row(session, number)
    (shown,) = _shown(session, [row], caller)
    card = suggestion_card(session, parts.marker, row, parts.clock.now(), parts.settings.promises)
    taken = [
        Step(number=one.id or 0, step=one.step, actor=one.actor, words=one.words, at=one.at)
        for one in steps(session, number)
    ]
    return WholeSuggestion(
        **shown.model_dump(),
        next=card["next"],
        due_at=card["due_at"],
        clocks=[Clock(**one) for one in card["clocks"]],
        steps=taken,
    )
