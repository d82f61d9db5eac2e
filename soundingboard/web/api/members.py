"""Members: who sits on a committee; names and addresses for those who write to them."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import APIRouter, Request
from fastapi.responses import Response

from config.errors import NotFoundError
from soundingboard.web.api.authors import Account, account
from soundingboard.web.api.callers import Caller, caller_of
from soundingboard.web.api.committees import committee
from soundingboard.web.api.etags import answered
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, number_after, numbered
from soundingboard.web.api.shapes import Moment, Number, Told
from soundingboard.wiring import Parts
from store import pages, tables


class Member(Told):
    """Somebody who said yes; name and address are null unless a marketer or admin asks."""

    number: int
    committee: int
    account: Account | None
    name: str | None
    address: str | None
    door: str
    owner: str | None
    joined_at: Moment
    term_from: Moment
    term_until: Moment | None
    left_at: Moment | None
    thanked_at: Moment | None


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["members"])

    @routes.get("/committees/{number}/members", response_model=Page[Member])
    def list_members(
        request: Request, number: Number, limit: Limit = DEFAULT, cursor: Cursor = None
    ) -> Response:
        """Everybody who ever said yes to a committee, the newest first."""
        after, caller = number_after(parts, "members", cursor), caller_of(request)
        with parts.store.read() as session:
            committee(session, number)
            rows = pages.page(session, tables.Member, limit + 1, after=after, committee_id=number)
            authors = pages.by_number(session, tables.Author, [row.author_id for row in rows])
        return numbered(
            request, parts, "members", rows, limit,
            lambda some: [_shown(row, authors, caller) for row in some],
        )  # fmt: skip

    @routes.get("/members/{number}", response_model=Member)
    def one_member(request: Request, number: Number) -> Response:
        """One member."""
        with parts.store.read() as session:
            row = session.get(tables.Member, number)
            if row is None:
                raise NotFoundError(f"There is no member {number}.")
            authors = pages.by_number(session, tables.Author, [row.author_id])
        return answered(request, _shown(row, authors, caller_of(request)))

    return routes


def _shown(row: tables.Member, authors: Mapping[int, tables.Author], caller: Caller) -> Member:
    kept = (
        "door", "owner", "joined_at", "term_from", "term_until", "left_at", "thanked_at",
    )  # fmt: skip
    author = authors.get(row.author_id)
    return Member(
        number=row.id or 0,
        committee=row.committee_id,
        account=account(author, caller) if author else None,
        name=row.name if caller.sees_people else None,
        address=row.address if caller.sees_people else None,
        **{name: getattr(row, name) for name in kept},
    )
