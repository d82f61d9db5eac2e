"""Lists in pages: a sealed cursor says where the next one begins."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Annotated, Any, Generic, TypeVar

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import Field, SerializeAsAny

from config.errors import RuleError
from soundingboard.web.api.etags import answered
from soundingboard.web.api.problems import Refusal
from soundingboard.web.api.shapes import Told
from soundingboard.wiring import Parts

Item = TypeVar("Item")
Place = Sequence[str | int]

Limit = Annotated[int, Query(ge=1, le=200, description="At most so many on a page.")]
Cursor = Annotated[
    str | None, Query(max_length=600, description="`next` of the page before; else the first.")
]
DEFAULT = 50


class Page(Told, Generic[Item]):
    """One page of a list."""

    items: list[Item]
    next: str | None = Field(description="The cursor of the next page; null on the last one.")


_Any = Page[SerializeAsAny[Told]]


def place(parts: Parts, listing: str, cursor: str | None, *kinds: type) -> Place | None:
    """Where a page begins; None = at the beginning.

    listing : which list; a cursor of another one is refused
    kinds   : of the values it carries

    Raises Refusal (422) for a cursor that we did not give out.
    """
    if cursor is None:
        return None
    try:
        values = parts.signer.read(f"cursor.{listing}", cursor)
    except (RuleError, ValueError):
        values = ()
    if not isinstance(values, list) or [type(value) for value in values] != list(kinds):
        raise Refusal(
            "unreadable",
            "The cursor is none of ours for this list.",
            mend="Begin without one, then follow `next`.",
        )
    return values


def number_after(parts: Parts, listing: str, cursor: str | None) -> int | None:
    """Where a page in order of numbers begins."""
    found = place(parts, listing, cursor, int)
    return None if found is None else int(found[0])


def paged(
    request: Request,
    parts: Parts,
    listing: str,
    items: Sequence[Told],
    last: Place | None,
) -> Response:
    """A page of items.

    last : the place of its last row, if there are more after it
    """
    if last is None:
        return answered(request, _Any(items=list(items), next=None))
    following = parts.signer.sign(f"cursor.{listing}", *last)
    link = request.url.include_query_params(cursor=following)
    headers = {"Link": f'<{link.path}?{link.query}>; rel="next"'}
    return answered(request, _Any(items=list(items), next=following), headers=headers)


def numbered(
    request: Request,
    parts: Parts,
    listing: str,
    rows: Sequence[Any],
    limit: int,
    shown: Callable[[Sequence[Any]], Sequence[Told]],
) -> Response:
    """A page of rows in order of their numbers; `rows` holds one more than `limit` if there is."""
    some = rows[:limit]
    last = (some[-1].id,) if len(rows) > limit else None
    return paged(request, parts, listing, shown(some), last)
