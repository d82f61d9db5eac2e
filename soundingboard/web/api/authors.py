"""Authors: accounts that spoke about a brand, and how they stand to it."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from config.errors import NotFoundError
from soundingboard.web.api.callers import Caller, caller_of
from soundingboard.web.api.etags import answered
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, number_after, numbered
from soundingboard.web.api.problems import Refusal
from soundingboard.web.api.shapes import Moment, Number, Text, Told
from soundingboard.web.masking import may_see_names
from soundingboard.wiring import Parts
from store import pages, tables


class Account(Told):
    """An account on one site; a viewer's token sees its name masked, and no link."""

    number: int
    name: str
    site: str
    profile: str | None


class Author(Account):
    """An account with what its site tells of it."""

    followers: int | None
    is_bot: bool
    is_staff: bool
    is_media: bool
    opted_out: bool
    first_seen: Moment


class Stance(Told):
    """How an author stands to a brand (meanings: docs/kpis.md)."""

    brand: int
    stance: str
    mu: float
    sd: float
    low: float
    high: float
    p_love: float
    p_hate: float
    p_torn: float
    n_posts: int
    n_threads: int
    first_at: Moment | None
    last_at: Moment | None


class WholeAuthor(Author):
    """An account and how it stands to every brand it spoke about."""

    stances: list[Stance]


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["authors"])

    @routes.get("/authors", response_model=Page[Author])
    def list_authors(
        request: Request,
        name: Text = None,
        site: Text = None,
        limit: Limit = DEFAULT,
        cursor: Cursor = None,
    ) -> Response:
        """Accounts, the one first seen last first; `name` and `site` as the site writes them."""
        after, caller = number_after(parts, "authors", cursor), caller_of(request)
        if name is not None:
            refuse_guessing(caller)
        with parts.store.read() as session:
            rows = pages.page(session, tables.Author, limit + 1, after=after, name=name, site=site)
        return numbered(
            request, parts, "authors", rows, limit, lambda some: [author(r, caller) for r in some]
        )

    @routes.get("/authors/{number}", response_model=WholeAuthor)
    def one_author(request: Request, number: Number) -> Response:
        """One account, and how it stands to each brand."""
        with parts.store.read() as session:
            row = session.get(tables.Author, number)
            if row is None:
                raise NotFoundError(f"There is no author {number}.", mend="See /api/v1/authors.")
            stances = [stance(one) for one in pages.stances_of(session, number)]
        told = author(row, caller_of(request)).model_dump()
        return answered(request, WholeAuthor(**told, stances=stances))

    return routes


def refuse_guessing(caller: Caller) -> None:
    """Nobody finds out by asking for a name what is masked. Raises Refusal (403)."""
    if not may_see_names(caller.role):
        raise Refusal("not-allowed", "This role does not see names, so it cannot ask for one.")


def account(row: tables.Author, caller: Caller) -> Account:
    """Who somebody is, as far as the caller may see it."""
    return Account(
        number=row.id or 0,
        name=caller.masked(row.name),
        site=row.site,
        profile=caller.naming(row.url),
    )


def author(row: tables.Author, caller: Caller) -> Author:
    """An account with what its site tells of it."""
    kept = ("followers", "is_bot", "is_staff", "is_media", "opted_out", "first_seen")
    told = {name: getattr(row, name) for name in kept}
    return Author(**account(row, caller).model_dump(), **told)


def stance(row: tables.Stance) -> Stance:
    """How somebody stands to a brand."""
    told = {name: getattr(row, name) for name in Stance.model_fields if name != "brand"}
    return Stance(brand=row.brand_id, **told)
