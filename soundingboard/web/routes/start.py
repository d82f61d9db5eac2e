"""The first walk: five steps, each to be skipped, from an empty house to the first recruit list."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from community.committees import committee as committees
from community.committees.committee import Terms
from config.errors import NotFoundError, RuleError, SoundingBoardError
from soundingboard.access import audit
from soundingboard.demo.loading import is_loaded, load_demo, remove_demo
from soundingboard.finding import found_at, keep
from soundingboard.pipeline.report import Progress
from soundingboard.pipeline.whole import whole
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.reader import brand_of, reader_of
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store import users
from store.brands import all_brands
from store.committee import all_committees, newest_charter
from store.sources import all_sources

HERE = "/start"
SEE_OTHER = 303
STEPS = ("brand", "sources", "digest", "committee", "listen")
Text = Annotated[str, Form(max_length=4000)]

routes = APIRouter()
"""`/start` and its steps."""


def _page(parts: Parts, request: Request, wrong: str = "", at: str = "") -> Response:
    return show(
        request,
        parts,
        "start/start.html.j2",
        422 if wrong else 200,
        steps=_steps(request, parts),
        errand=parts.errands.last,
        demo=is_loaded(parts),
        wrong=wrong,
        at=at,
    )


@routes.api_route(HERE, methods=["GET", "HEAD"])
def walk(parts: House, request: Request) -> Response:
    return _page(parts, request)


@routes.post(f"{HERE}/skip")
def skip(parts: House, request: Request, step: Text, again: Text = "") -> Response:
    if step not in STEPS:
        raise NotFoundError("There is no such step.")
    with parts.store.write() as session:
        user = users.user(session, reader_of(request).id)
        if user is not None:
            skipped = set(_skipped(user.prefs)) - {step} | (set() if again else {step})
            user.prefs = {**user.prefs, "skipped": sorted(skipped)}
    return RedirectResponse(HERE, SEE_OTHER)


@routes.post(f"{HERE}/source")
def source(parts: House, request: Request, url: Text = "") -> Response:
    try:
        found = keep(parts, found_at(parts, url.strip(), None), name=None, about=None)
    except SoundingBoardError as error:
        return _page(parts, request, str(error), "sources")
    with parts.store.write() as session:
        now = parts.clock.now()
        audit.note(session, reader_of(request), "source_added", f"source:{found.id}", now)
    return done(parts, HERE, f"{found.name} is listened to from now on")


@routes.post(f"{HERE}/committee")
def committee(
    parts: House,
    request: Request,
    name: Text = "",
    purpose: Text = "",
    hours: Text = "12",
    meetings: Text = "4",
    cadence: Text = "",
    compensation: Text = "",
    seniors: Text = "",
) -> Response:
    reader, now = reader_of(request), parts.clock.now()
    try:
        terms = Terms(
            purpose=purpose,
            hours_a_year=float(hours.replace(",", ".")),
            meetings_a_year=int(meetings),
            cadence=cadence,
            compensation=compensation,
            seniors=tuple(one.strip() for one in seniors.splitlines() if one.strip()),
        )
        with parts.store.write() as session:
            brand = brand_of(request, session, reader)
            if brand is None:
                raise RuleError("Name the brand first.")
            made = committees.make(
                session, brand_id=brand.id or 0, name=name, actor=reader.name, now=now
            )
            committees.publish(session, made.id or 0, terms, actor=reader.name, now=now)
            audit.note(session, reader, "committee_made", f"committee:{made.id}", now)
    except ValueError:
        return _page(parts, request, "Hours and meetings are numbers.", "committee")
    except RuleError as error:
        return _page(parts, request, str(error), "committee")
    return done(parts, HERE, f"{made.name} has its charter")


@routes.post(f"{HERE}/listen")
def listen(parts: House, request: Request) -> Response:
    parts.errands.start("Listening", lambda move: _listen(parts, move), parts.clock.now())
    return RedirectResponse(f"{HERE}#work", SEE_OTHER)


@routes.post(f"{HERE}/demo")
def demo(parts: House, request: Request) -> Response:
    def work(move: Progress) -> str:
        load_demo(parts, move)
        return "The invented brand is here: look around, nothing of it leaves."

    parts.errands.start("Making the demo", work, parts.clock.now())
    with parts.store.write() as session:
        now = parts.clock.now()
        audit.note(session, reader_of(request), "demo_loaded", "settings:1", now)
    return RedirectResponse(f"{HERE}#work", SEE_OTHER)


@routes.post(f"{HERE}/demo/remove")
def no_demo(parts: House, request: Request) -> Response:
    remove_demo(parts)
    with parts.store.write() as session:
        now = parts.clock.now()
        audit.note(session, reader_of(request), "demo_removed", "settings:1", now)
    return done(parts, HERE, "The demo is gone")


def _skipped(prefs: dict[str, Any]) -> list[str]:
    told = prefs.get("skipped")
    return [str(step) for step in told] if isinstance(told, list) else []


def _steps(request: Request, parts: Parts) -> list[dict[str, Any]]:
    """Each step: done by what stands in the house, or skipped by this reader, or open."""
    reader = reader_of(request)
    with parts.store.read() as session:
        brands, sources = all_brands(session), all_sources(session)
        chartered = [c for c in all_committees(session) if newest_charter(session, c.id or 0)]
    told = {
        "brand": ", ".join(brand.name for brand in brands),
        "sources": f"{len(sources)} sources" if sources else "",
        "digest": ", ".join(one.address for one in parts.settings.digest.recipient),
        "committee": ", ".join(one.name for one in chartered),
        "listen": "something was heard" if any(source.ok_at for source in sources) else "",
    }
    skipped = _skipped(reader.prefs)
    return [
        {
            "name": step,
            "state": "done" if told[step] else "skipped" if step in skipped else "open",
            "words": told[step],
        }
        for step in STEPS
    ]


def _listen(parts: Parts, progress: Progress) -> str:
    """Every step from collecting to the recruit list, once."""
    reports = whole(parts, progress)
    failed = [f"{name}: {why}" for report in reports for name, why in report.failed.items()]
    heard = sum(report.counts.get("added", 0) for report in reports)
    sides = ("love", "hate", "torn")
    listed = sum(report.counts.get(side, 0) for report in reports for side in sides)
    told = f"{heard} posts came in; {listed} people are on the recruit list."
    return f"{told} Not everything could be asked: {'; '.join(failed[:3])}" if failed else told
