"""Share of voice: how much of the talk about the brands we follow is about which."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import Response
from sqlmodel import Session

from community.kpis.reading import MIN_N, TOO_FEW
from soundingboard.access import audit
from soundingboard.web.console import show
from soundingboard.web.exporting import exported
from soundingboard.web.house import House
from soundingboard.web.listening.days import SPANS
from soundingboard.web.reader import reader_of
from soundingboard.web.routes.mentions import TABS
from store import measurements, tallies
from store.brands import all_brands

HERE = "/voice"
COLUMNS = (
    "brand", "posts", "share_of_posts", "people", "of_people", "share_of_people", "low", "high",
    "since", "until", "note",
)  # fmt: skip
Span = Annotated[str, Query(pattern="^(4w|3m|1y)$")]

routes = APIRouter()
"""`/voice`."""


@routes.api_route(HERE, methods=["GET", "HEAD"])
def voice(parts: House, request: Request, span: Span = "4w") -> Response:
    with parts.store.read() as session:
        found = _shares(session, parts.clock.now(), SPANS[span][0])
    return show(
        request, parts, "voice/voice.html.j2",
        shares=found, bars=[[one["brand"], one["posts"]] for one in found],
        total=sum(one["posts"] for one in found), span=span,
        spans=[(name, told[2]) for name, told in SPANS.items()], in_words=SPANS[span][2],
        listening_tabs=TABS,
    )  # fmt: skip


@routes.post(f"{HERE}/export")
def export(
    parts: House, request: Request, kind: Annotated[str, Form(alias="as")], span: Span = "4w"
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    with parts.store.write() as session:
        found = _shares(session, now, SPANS[span][0])
        audit.note(session, reader, "voice_exported", "voice", now, rows=len(found))
    return exported(found, COLUMNS, "share-of-voice", kind)


def _shares(session: Session, now: datetime, days: int) -> list[dict[str, Any]]:
    """One row a brand, the loudest first.

    posts  : of the last `days`, in people's own words
    people : as last measured, over the window of the KPI, which is told with it
    """
    posts = tallies.totals(session, now - timedelta(days=days), now)
    total = sum(posts.values())
    found = []
    for brand in all_brands(session):
        read = measurements.series(session, brand.id or 0, "share_of_voice")
        last = read[-1] if read else None
        own = posts.get(brand.id or 0, 0)
        found.append(
            {
                "id": brand.id,
                "brand": brand.name,
                "posts": own,
                "share_of_posts": own / total if total >= MIN_N else None,
                "people": int(last.numerator) if last else None,
                "of_people": int(last.denominator) if last else None,
                "share_of_people": last.value if last else None,
                "low": last.low if last else None,
                "high": last.high if last else None,
                "since": last.since if last else None,
                "until": last.until if last else None,
                "note": (last.note or TOO_FEW) if last and last.value is None else None,
                "trend": [one.value for one in read[-26:]],
            }
        )
    return sorted(found, key=lambda one: (-one["posts"], one["brand"].casefold()))
