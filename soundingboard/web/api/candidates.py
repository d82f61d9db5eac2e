"""Candidates: whom we might invite, and what people decided of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import Session

from community.candidates import recruiting
from community.candidates.assignments import assign
from community.history import add_note
from config.errors import NotFoundError
from soundingboard.access import audit
from soundingboard.cards import evidence_card, evidence_to_show, flag_card
from soundingboard.web.api.authors import Account, Stance, account, refuse_guessing, stance
from soundingboard.web.api.brands import chosen
from soundingboard.web.api.callers import Caller, caller_of
from soundingboard.web.api.etags import IF_MATCH, answered, refuse_overtaken
from soundingboard.web.api.idempotency import KEY, once
from soundingboard.web.api.paging import (
    DEFAULT,
    Cursor,
    Limit,
    Page,
    number_after,
    numbered,
    paged,
    place,
)
from soundingboard.web.api.shapes import (
    Asked,
    Evidence,
    Moment,
    Number,
    Of,
    OfBrand,
    Seen,
    Text,
    Told,
    Words,
)
from soundingboard.wiring import Parts
from store import pages, tables, themes
from store.candidates import Card
from store.recruits import Place, RecruitFilter, place_of, read_place, recruits
from store.recruits import card as one_card

Side = Literal["love", "hate", "torn"]
Stage = Literal[
    "proposed", "shortlisted", "approved", "invited", "accepted", "declined", "silent", "rejected",
    "deferred",
]  # fmt: skip
Verb = Literal["shortlist", "approve", "reject", "defer", "decline", "undo"]
NEEDS_REASON = ("reject", "defer")


class Flag(Told):
    """A reason to look twice; its evidence is null for a viewer's token, as it may name people."""

    kind: str
    strength: str
    excludes: bool
    evidence: str | None
    overridden: bool
    overridden_by: str | None
    override_reason: str | None


class Candidate(Told):
    """Somebody we might invite: how they stand, what speaks for and against, and who decided."""

    number: int
    brand: int
    author: Account
    side: Side
    state: Stage
    version: int = Field(description="Counts decisions; send it back with yours.")
    listed: bool
    why_not: list[str]
    utility: float
    parts: dict[str, float]
    themes: list[str]
    language: str | None
    stance: Stance
    flags: list[Flag]
    evidence: list[Evidence]
    decided_by: str | None
    decided_at: Moment | None
    assignee: str | None
    due_at: Moment | None
    claimed_by: str | None
    claimed_until: Moment | None


class Decision(Told):
    """What was said or done of a candidate; the note is null for a viewer's token."""

    number: int
    at: Moment
    actor: str
    action: str
    before: str
    after: str
    reason: str | None
    note: str | None


class NewDecision(Seen):
    """What is decided; `undo` takes the last decision back, once more the one before it."""

    action: Verb
    reason: Words | None = Field(
        default=None, max_length=80, description="A code; to reject or defer one is needed."
    )
    note: Words | None = None


class NewNote(Asked):
    """What the others should know; it decides nothing."""

    note: Words = Field(min_length=1)


class NewAssignment(Asked):
    """Who of ours takes care of them, and until when; without anybody, nobody does."""

    to: Words | None = Field(default=None, max_length=200)
    due_at: Moment | None = None
    note: Words | None = None


def _filter(
    side: Annotated[Side | None, Query()] = None,
    state: Annotated[Stage | None, Query()] = None,
    listed: Annotated[bool, Query(description="Only those on the list now.")] = True,
    name: Text = None,
    site: Text = None,
    language: Text = None,
    theme: Of = None,
    flag: Text = None,
    flagged: Annotated[bool | None, Query(description="An excluding flag stands.")] = None,
    assignee: Text = None,
    least: Annotated[float | None, Query(ge=0, le=1, description="The least utility.")] = None,
) -> RecruitFilter:
    """The filter of the recruit lists, as the console has it."""
    return RecruitFilter(
        side=side,
        state=state,
        listed=True if listed else None,
        name=name or "",
        site=site,
        language=language,
        theme_id=theme,
        flag=flag,
        flagged=flagged,
        assignee=assignee,
        least=least,
    )


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["candidates"])
    _reads(routes, parts)
    _writes(routes, parts)
    return routes


def _reads(routes: APIRouter, parts: Parts) -> None:
    @routes.get("/candidates", response_model=Page[Candidate])
    def list_candidates(
        request: Request,
        wanted: Annotated[RecruitFilter, Depends(_filter)],
        brand: OfBrand = None,
        limit: Limit = DEFAULT,
        cursor: Cursor = None,
    ) -> Response:
        """A brand's candidates, the most useful first; whose name is masked cannot be looked up."""
        began, caller = place(parts, "candidates", cursor, str), caller_of(request)
        after: Place | None = read_place(str(began[0])) if began else None
        if wanted.name:
            refuse_guessing(caller)
        with parts.store.read() as session:
            of = chosen(session, brand).id or 0
            rows = recruits(session, of, wanted, after=after, limit=limit + 1)
            told = _shown(session, parts, of, rows[:limit], caller)
        last = (str(place_of(rows[limit - 1])),) if len(rows) > limit else None
        return paged(request, parts, "candidates", told, last)

    @routes.get("/candidates/{number}", response_model=Candidate)
    def one_candidate(request: Request, number: Number) -> Response:
        """One candidate."""
        with parts.store.read() as session:
            return answered(request, _one(session, parts, number, caller_of(request)))

    @routes.get("/candidates/{number}/decisions", response_model=Page[Decision])
    def list_decisions(
        request: Request, number: Number, limit: Limit = DEFAULT, cursor: Cursor = None
    ) -> Response:
        """What was said and done of a candidate, the newest first."""
        after, caller = number_after(parts, "decisions", cursor), caller_of(request)
        with parts.store.read() as session:
            _row(session, number)
            rows = pages.page(session, tables.Decision, limit + 1, after=after, candidate_id=number)
        return numbered(
            request,
            parts,
            "decisions",
            rows,
            limit,
            lambda some: [_decision(row, caller) for row in some],
        )


def _writes(routes: APIRouter, parts: Parts) -> None:
    @routes.post(
        "/candidates/{number}/decisions",
        response_model=Candidate,
        status_code=201,
        dependencies=[KEY, IF_MATCH],
    )
    def decide(request: Request, number: Number, told: NewDecision) -> Response:
        """Decide on a candidate, or take a decision back; nothing is sent to anybody."""
        return once(
            parts, request, told, lambda session: _decide(session, parts, request, number, told)
        )

    @routes.post(
        "/candidates/{number}/notes",
        response_model=Candidate,
        status_code=201,
        dependencies=[KEY],
    )
    def note(request: Request, number: Number, told: NewNote) -> Response:
        """Write something down of a candidate."""
        caller, now = caller_of(request), parts.clock.now()

        def change(session: Session) -> Candidate:
            row = _row(session, number)
            add_note(session, row, caller.name, now, note=told.note)
            audit.note(session, caller, "candidate_noted", f"author:{row.author_id}", now)
            return _one(session, parts, number, caller)

        return once(parts, request, told, change)

    @routes.post(
        "/candidates/{number}/assignments",
        response_model=Candidate,
        status_code=201,
        dependencies=[KEY],
    )
    def give(request: Request, number: Number, told: NewAssignment) -> Response:
        """Give a candidate into a colleague's care; assigning again takes it back."""
        caller, now = caller_of(request), parts.clock.now()

        def change(session: Session) -> Candidate:
            row = _row(session, number)
            assign(session, row, caller.name, now, to=told.to, due=told.due_at, note=told.note)
            audit.note(session, caller, "candidate_assigned", f"author:{row.author_id}", now)
            return _one(session, parts, number, caller)

        return once(parts, request, told, change)


def _decide(
    session: Session, parts: Parts, request: Request, number: int, told: NewDecision
) -> Candidate:
    """Carry a decision out by the same rules as the console and the command line."""
    caller, now, row = caller_of(request), parts.clock.now(), _row(session, number)
    refuse_overtaken(request, _one(session, parts, number, caller), row.version, told.version)
    said: dict[str, object] = {"note": told.note}
    if told.action in NEEDS_REASON:
        said["reason"] = told.reason or ""
    if told.action == "approve":
        said["second_reviewer"] = parts.settings.recruiting.second_reviewer
    change = getattr(recruiting, "reopen" if told.action == "undo" else told.action)
    made = change(session, row, caller.name, now, seen=row.version, **said)
    code = f"candidate_{made.action}"
    audit.note(session, caller, code, f"author:{row.author_id}", now, brand=row.brand_id)
    return _one(session, parts, number, caller)


def _row(session: Session, number: int) -> tables.Candidate:
    row = session.get(tables.Candidate, number)
    if row is None:
        raise NotFoundError(f"There is no candidate {number}.", mend="See /api/v1/candidates.")
    return row


def _one(session: Session, parts: Parts, number: int, caller: Caller) -> Candidate:
    row = _row(session, number)
    card = one_card(session, row.brand_id, number)
    if card is None:
        raise NotFoundError(f"Candidate {number} has no stance.", mend="They may be weighed anew.")
    return _shown(session, parts, row.brand_id, [card], caller)[0]


def _shown(
    session: Session, parts: Parts, brand: int, cards: Sequence[Card], caller: Caller
) -> list[Candidate]:
    """Candidates with their themes and posts, in a few queries for all of them."""
    names = {theme.id: theme.name for theme in themes.themes(session, brand, retired=True)}
    wanted = [post for card in cards for post in card.candidate.evidence]
    found = evidence_to_show(session, parts.marker, brand, wanted)
    kept = [name for name in Candidate.model_fields if name in tables.Candidate.model_fields]
    return [
        Candidate(
            **{name: getattr(card.candidate, name) for name in kept if name not in _MADE},
            number=card.candidate.id or 0,
            brand=brand,
            author=account(card.author, caller),
            stance=stance(card.stance),
            themes=[names[theme] for theme in card.candidate.themes if theme in names],
            flags=[_flag(flag, caller) for flag in card.flags],
            evidence=[
                _evidence(evidence_card(found[post]), caller)
                for post in card.candidate.evidence
                if post in found
            ],
        )
        for card in cards
    ]


_MADE = ("themes", "evidence")


def _evidence(card: dict[str, object], caller: Caller) -> Evidence:
    link = card.pop("link")
    return Evidence.model_validate({**card, "link": caller.naming(str(link)) if link else None})


def _flag(row: tables.Flag, caller: Caller) -> Flag:
    told = flag_card(row)
    may_name = ("evidence", "override_reason")
    return Flag(**{**told, **{name: caller.naming(told[name]) for name in may_name}})


def _decision(row: tables.Decision, caller: Caller) -> Decision:
    kept = row.model_dump(exclude={"id", "candidate_id", "note"})
    return Decision(number=row.id or 0, note=caller.naming(row.note), **kept)
