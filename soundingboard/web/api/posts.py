"""Posts: what is said about a brand, and what was read in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from config.errors import NotFoundError
from soundingboard.cards import reading_card
from soundingboard.web.api.authors import Account, account
from soundingboard.web.api.brands import chosen
from soundingboard.web.api.callers import Caller, caller_of
from soundingboard.web.api.etags import answered
from soundingboard.web.api.paging import DEFAULT, Cursor, Limit, Page, paged, place
from soundingboard.web.api.shapes import (
    Moment,
    Number,
    Of,
    OfBrand,
    Reading,
    Since,
    Text,
    Told,
    Until,
)
from soundingboard.wiring import Parts
from store.mention_filter import Cursor as Place
from store.mention_filter import MentionFilter, read_cursor
from store.mentions import Mentioned, mentioned, mentions
from store.suppression import objecting

Label = Literal["negative", "neutral", "positive", "abstained", "unread"]
Kind = Literal["post", "comment", "review", "survey", "article"]
Side = Literal["love", "hate", "torn", "undecided"]
Either = Annotated[bool | None, Query(description="Only those that are, or are not; else both.")]
Wanted = Annotated[
    str | None,
    Query(alias="q", max_length=500, description='Words, "a phrase", -without, begin*.'),
]


class Origin(Told):
    """The source a post came from."""

    number: int
    name: str


class Post(Told):
    """One post about a brand; `label` is a person's word before the model's."""

    number: int
    brand: int
    link: str | None
    title: str | None
    text: str
    kind: str
    at: Moment
    time_quality: str
    language: str | None
    rating: float | None
    nps: int | None
    likes: int | None
    reposts: int | None
    replies: int | None
    source: Origin
    site: str
    author: Account | None
    stance: str | None
    label: str
    corrected: bool
    reading: Reading | None
    theme: int | None
    theme_name: str | None
    hidden: bool


def _filter(
    q: Wanted = None,
    label: Annotated[Label | None, Query()] = None,
    site: Text = None,
    source: Of = None,
    language: Text = None,
    theme: Of = None,
    kind: Annotated[Kind | None, Query()] = None,
    author: Of = None,
    stance: Annotated[Side | None, Query()] = None,
    since: Since = None,
    until: Until = None,
    idea: Either = None,
    corrected: Either = None,
    hidden: Either = None,
) -> MentionFilter:
    """The filter of the mentions stream, as the console has it."""
    return MentionFilter(
        words=q or "",
        label=label,
        site=site,
        source_id=source,
        language=language,
        theme_id=theme,
        kind=kind,
        author_id=author,
        stance=stance,
        since=since,
        until=until,
        has_idea=idea,
        corrected=corrected,
        hidden=hidden,
    )


def router(parts: Parts) -> APIRouter:
    routes = APIRouter(tags=["posts"])

    @routes.get("/posts", response_model=Page[Post])
    def list_posts(
        request: Request,
        wanted: Annotated[MentionFilter, Depends(_filter)],
        brand: OfBrand = None,
        limit: Limit = DEFAULT,
        cursor: Cursor = None,
    ) -> Response:
        """What is said about a brand, the newest first.

        Posts of people who asked not to be shown are left out, so a page may be shorter.
        """
        began = place(parts, "posts", cursor, str)
        before: Place | None = read_cursor(str(began[0])) if began else None
        with parts.store.read() as session:
            of = chosen(session, brand).id or 0
            rows = mentions(session, of, wanted, before=before, limit=limit + 1)
            told = _posts(session, parts, of, rows[:limit], caller_of(request))
        last = (str(rows[limit - 1].cursor),) if len(rows) > limit else None
        return paged(request, parts, "posts", told, last)

    @routes.get("/posts/{number}", response_model=Post)
    def one_post(request: Request, number: Number, brand: OfBrand = None) -> Response:
        """One post about a brand."""
        with parts.store.read() as session:
            of = chosen(session, brand).id or 0
            rows = mentioned(session, of, [number])
            told = _posts(session, parts, of, rows, caller_of(request))
        if not told:
            raise NotFoundError(
                f"There is no post {number} about this brand.", mend="See /api/v1/posts."
            )
        return answered(request, told[0])

    return routes


def _posts(
    session: Session, parts: Parts, brand: int, rows: Sequence[Mentioned], caller: Caller
) -> list[Post]:
    """Posts as they are shown, without those of people who asked not to be."""
    authors = [row.author for row in rows if row.author]
    silent = objecting(session, parts.marker, authors) if authors else set()
    return [
        _post(row, brand, caller) for row in rows if not row.author or row.author.id not in silent
    ]


def _post(row: Mentioned, brand: int, caller: Caller) -> Post:
    kept = (
        "title", "text", "kind", "at", "time_quality", "rating", "nps", "likes", "reposts",
        "replies",
    )  # fmt: skip
    return Post(
        number=row.post.id or 0,
        brand=brand,
        link=caller.naming(row.post.url),
        language=row.reading.language if row.reading else row.post.language,
        source=Origin(number=row.source.id or 0, name=row.source.name),
        site=row.site,
        author=account(row.author, caller) if row.author else None,
        stance=row.stance,
        label=row.label,
        corrected=row.correction is not None,
        reading=Reading(**reading_card(row.reading)) if row.reading else None,
        theme=row.theme_id,
        theme_name=row.theme,
        hidden=row.hidden,
        **{name: getattr(row.post, name) for name in kept},
    )
