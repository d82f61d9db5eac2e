"""What posts are about: the map of themes, one theme with both sides' words, and its name."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path, Request
from fastapi.responses import Response
from sqlmodel import Session

from community.steering.naming import call_as_before, name_theme
from config.errors import NotFoundError, RuleError
from soundingboard.access import audit
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.listening.filters import LARGEST
from soundingboard.web.listening.lines import acts_of, lines_of, to_show
from soundingboard.web.reader import brand_of, reader_of
from soundingboard.web.routes.mentions import TABS
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import tables
from store import themes as rows
from store.mention_filter import MentionFilter
from store.mentions import mentioned, mentions

HERE = "/themes"
NAMED = "theme named"
UNPROCESSABLE = 422
EACH_SIDE = 5
COLUMNS = (
    "theme", "named_by", "words", "posts", "positive", "neutral", "negative", "first", "last",
    "retired",
)  # fmt: skip
Number = Annotated[int, Path(ge=1, le=LARGEST)]

routes = APIRouter()
"""`/themes`, `/themes/{number}`."""


@routes.api_route(HERE, methods=["GET", "HEAD"])
def overview(parts: House, request: Request, retired: str = "") -> Response:
    found = _themes(parts, request, retired=bool(retired))
    cards = [_card(one) for one in found]
    most = max((card["size"] for card in cards), default=0)
    return show(
        request, parts, "themes/themes.html.j2",
        cards=cards, most=most or 1, retired=bool(retired), listening_tabs=TABS,
    )  # fmt: skip


@routes.post(f"{HERE}/export")
def export(
    parts: House, request: Request, kind: Annotated[str, Form(alias="as")], retired: str = ""
) -> Response:
    found = _themes(parts, request, retired=bool(retired))
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        audit.note(session, reader, "themes_exported", "themes", now, rows=len(found))
    return exported(map(_row, found), COLUMNS, "themes", kind)


@routes.api_route(f"{HERE}/{{number}}", methods=["GET", "HEAD"])
def one(parts: House, request: Request, number: Number) -> Response:
    return _page(parts, request, number)


@routes.post(f"{HERE}/{{number}}/name")
def name(
    parts: House, request: Request, number: Number, name: Annotated[str, Form(max_length=500)] = ""
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    try:
        with parts.store.write() as session:
            theme = rows.get_theme(session, _brand(request, session).id or 0, number)
            before = parts.signer.sign(NAMED, number, theme.name, theme.named_by or "")
            name_theme(session, theme, name, reader.name)
            audit.note(session, reader, "theme_named", f"theme:{number}", now)
    except RuleError as error:
        return _page(parts, request, number, UNPROCESSABLE, typed=name, wrong=str(error))
    undo = f"{HERE}/{number}/name/undo?token={before}"
    return done(parts, f"{HERE}/{number}", f"It is called {theme.name} now.", undo=undo)


@routes.post(f"{HERE}/{{number}}/name/undo")
def undo(parts: House, request: Request, number: Number, token: str) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    whose, called, by = parts.signer.read(NAMED, token)
    if whose != number:
        raise RuleError("That is another theme's name.", mend="Name it on its own page.")
    with parts.store.write() as session:
        theme = rows.get_theme(session, _brand(request, session).id or 0, number)
        call_as_before(session, theme, str(called), str(by) or None)
        audit.note(session, reader, "theme_named", f"theme:{number}", now)
    return done(parts, f"{HERE}/{number}", f"It is called {theme.name} again.")


def _themes(parts: Parts, request: Request, *, retired: bool) -> list[tables.Theme]:
    with parts.store.read() as session:
        brand = brand_of(request, session, reader_of(request))
        found = rows.themes(session, brand.id or 0, retired=retired) if brand else []
    return [one for one in found if bool(one.retired_at) == retired]


def _page(
    parts: Parts, request: Request, number: int, status: int = 200, typed: str = "", wrong: str = ""
) -> Response:
    with parts.store.read() as session:
        brand = _brand(request, session)
        theme = rows.get_theme(session, brand.id or 0, number)
        view = _both_sides(parts, session, brand.id or 0, theme)
    return show(
        request, parts, "themes/theme.html.j2", status,
        theme=_card(theme), typed=typed or theme.name, wrong=wrong, **view,
    )  # fmt: skip


def _both_sides(
    parts: Parts, session: Session, brand_id: int, theme: tables.Theme
) -> dict[str, Any]:
    """What both sides say of it, the typical posts first, then the newest."""
    typical = to_show(session, parts.marker, mentioned(session, brand_id, theme.posts))
    told: dict[str, Any] = {}
    for side in ("positive", "negative"):
        shown = [one for one in typical if one.label == side]
        if len(shown) < EACH_SIDE:
            wanted = MentionFilter(theme_id=theme.id, label=side, hidden=False)
            newest = mentions(session, brand_id, wanted, limit=EACH_SIDE)
            known = {one.post.id for one in shown}
            others = [one for one in newest if one.label == side and one.post.id not in known]
            shown += to_show(session, parts.marker, others)
        told[side] = lines_of(shown[:EACH_SIDE], brand_id)
    return {"sides": told, "listening_tabs": TABS, **acts_of(session, brand_id)}


def _card(theme: tables.Theme) -> dict[str, Any]:
    """A theme with what neither side said of it."""
    neutral = max(0, theme.size - theme.love - theme.hate)
    return {
        "id": theme.id,
        "name": theme.name,
        "named_by": theme.named_by,
        "terms": theme.terms[:6],
        "size": theme.size,
        "parts": [("positive", theme.love), ("neutral", neutral), ("negative", theme.hate)],
        "weeks": theme.weeks,
        "first": theme.first_at,
        "last": theme.last_at,
        "fitted": theme.fitted_at,
        "retired": theme.retired_at,
    }


def _row(theme: tables.Theme) -> dict[str, Any]:
    card = _card(theme)
    return {
        "theme": theme.name,
        "named_by": theme.named_by,
        "words": "; ".join(theme.terms),
        "posts": theme.size,
        **dict(card["parts"]),
        "first": theme.first_at,
        "last": theme.last_at,
        "retired": theme.retired_at,
    }


def _brand(request: Request, session: Session) -> tables.BrandRow:
    brand = brand_of(request, session, reader_of(request))
    if brand is None:
        raise NotFoundError("There is no brand yet.", mend="Begin at /start.")
    return brand
