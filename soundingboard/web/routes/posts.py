"""One post: its words, what was read in it, its conversation, and what is done with it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from community.moderating import moderation
from community.moderating.correcting import correct_reading
from community.moderating.matters import Matter, post_matter, reading_matter
from community.moderating.rulings import REPORT_REASONS
from community.suggesting.suggestions import raise_from_post
from config.errors import NotFoundError, RuleError
from soundingboard.access import audit
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.listening.filters import LARGEST
from soundingboard.web.listening.lines import acts_of, line_of, lines_of
from soundingboard.web.paths import with_query
from soundingboard.web.reader import Reader, brand_of, reader_of
from soundingboard.web.routes.mentions import TABS
from soundingboard.web.told import done
from store import labels as label_queries
from store import moderation as queue_queries
from store import suggestions, tables
from store.committee import all_committees
from store.mentions import mentioned
from store.readings import newest_model
from store.threads import brands_named, others_in_thread

Number = Annotated[int, Path(ge=1, le=LARGEST)]
Id = Annotated[int, Query(ge=0, le=LARGEST)]
Back = Annotated[str, Form(max_length=1000)]
Note = Annotated[str, Form(max_length=2000)]
HISTORY_WORDS = {"opened": "brought up", "undone": "taken back"}

routes = APIRouter()
"""`/posts/{number}` and what can be done with it."""


@routes.api_route("/posts/{number}", methods=["GET", "HEAD"])
def one(parts: House, request: Request, number: Number) -> Response:
    with parts.store.read() as session:
        brand, post = _asked(request, session, number)
        view = _view(session, brand.id or 0, post)
    return show(request, parts, "posts/post.html.j2", brand=brand, **view)


@routes.post("/posts/{number}/correct")
def correct(
    parts: House,
    request: Request,
    number: Number,
    label: Annotated[str, Form()],
    reason: Annotated[str, Form()] = "plain",
    note: Note = "",
    back: Back = "",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        brand, post = _asked(request, session, number)
        matter = _matter(session, brand.id or 0, post, "reading")
        item = correct_reading(session, matter, reader.name, label, now, reason=reason, note=note)
        audit.note(session, reader, "reading_corrected", f"post:{number}", now, label=label)
    back = back or f"/posts/{number}"
    told = {"item": item.id, "version": item.version, "back": back}
    undo = with_query(f"/posts/{number}/correct/undo", told)
    return done(parts, back, f"Now read as {label}.", undo=undo)


@routes.post("/posts/{number}/correct/undo")
def undo(
    parts: House,
    request: Request,
    number: Number,
    item: Id,
    version: Id | None = None,
    back: Annotated[str, Query(max_length=1000)] = "",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        found = moderation.one_item(session, item)
        if found.post_id != number or found.kind != "reading":
            raise NotFoundError("That is no correction of this post.", mend="Open the post.")
        moderation.undo(session, found, reader.name, now, seen=version)
        audit.note(session, reader, "correction_undone", f"post:{number}", now)
    return done(parts, back or f"/posts/{number}", "The correction was taken back.")


@routes.post("/posts/{number}/suggest")
def suggest(
    parts: House,
    request: Request,
    number: Number,
    committee: Annotated[int, Form(ge=1, le=LARGEST)],
    words: Note = "",
    back: Back = "",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        brand, post = _asked(request, session, number)
        chosen = _committee(session, brand.id or 0, committee)
        made = raise_from_post(session, chosen, post, reader.name, now, words=words or None)
        audit.note(session, reader, "suggestion_raised", f"suggestion:{made.id}", now)
    told = f"Taken up in {chosen.name} as suggestion {made.id}."
    return done(parts, back or f"/posts/{number}", told)


@routes.post("/posts/{number}/report")
def report(
    parts: House,
    request: Request,
    number: Number,
    kind: Annotated[str, Form(pattern="^(post|reading)$")],
    reason: Annotated[str, Form()],
    words: Note = "",
    back: Back = "",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        brand, post = _asked(request, session, number)
        matter = _matter(session, brand.id or 0, post, kind)
        item, outcome = moderation.report(
            session, matter, reader.name, reason, now, words=words or None
        )
        audit.note(session, reader, "post_reported", f"post:{number}", now, item=item.id)
    told = "A moderator knows of it already." if outcome == "known" else "A moderator sees it."
    return done(parts, back or f"/posts/{number}", told)


def _asked(request: Request, session: Session, number: int) -> tuple[tables.BrandRow, tables.Post]:
    """The post, and the brand it is looked at for: the reader's, else the first it names."""
    post = label_queries.get_post(session, number)
    named = brands_named(session, number)
    if post is None or not named:
        raise NotFoundError(
            "There is no such post any more.", mend="It may have been deleted where it stood."
        )
    reader: Reader = reader_of(request)
    looked_at = brand_of(request, session, reader)
    return next((one for one in named if looked_at and one.id == looked_at.id), named[0]), post


def _view(session: Session, brand_id: int, post: tables.Post) -> dict[str, Any]:
    (found,) = mentioned(session, brand_id, [post.id or 0])
    others = mentioned(session, brand_id, others_in_thread(session, post))
    item = queue_queries.find_item(session, "reading", f"reading:{post.id}:{brand_id}")
    raised = [
        suggestion
        for committee in all_committees(session, brand_id)
        if (suggestion := suggestions.from_post(session, committee.id or 0, post.id or 0))
    ]
    return {
        "line": line_of(found, brand_id=brand_id, whole=True),
        "post": post,
        "reading": found.reading,
        "source": found.source,
        "others": lines_of(others, brand_id),
        "named": brands_named(session, post.id or 0),
        "item": item,
        "history": queue_queries.steps(session, item.id or 0) if item else (),
        "history_words": HISTORY_WORDS,
        "raised": raised,
        "report_reasons": REPORT_REASONS["post"],
        "listening_tabs": TABS,
        **acts_of(session, brand_id),
    }


def _matter(session: Session, brand_id: int, post: tables.Post, kind: str) -> Matter:
    """What is brought before a moderator. Raises RuleError for what is not ours to moderate."""
    model = newest_model(session, brand_id)
    if kind == "reading":
        author = session.get(tables.Author, post.author_id) if post.author_id else None
        reading = label_queries.get_reading(session, post, brand_id, model)
        return reading_matter(brand_id, post, author, reading)
    own = queue_queries.own_posts(session, brand_id, model or "", post_id=post.id)
    if not own:
        raise RuleError(
            "That post is on somebody else's site, so it is not ours to moderate.",
            mend="Open it there, and report it to whoever runs the site.",
        )
    return post_matter(brand_id, own[0])


def _committee(session: Session, brand_id: int, number: int) -> tables.Committee:
    for one in all_committees(session, brand_id):
        if one.id == number:
            return one
    raise NotFoundError("There is no such committee of this brand.", mend="See /community.")
