"""Settings: brands, readers of the digest, how long posts are kept, and where all else is set."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response
from pydantic import ValidationError

from config.brand import Brand
from config.errors import ConfigError, NotFoundError, RuleError, SoundingBoardError
from config.outgoing import RecipientSettings
from soundingboard import settings_changes as changes
from soundingboard.access import audit
from soundingboard.web.console import show
from soundingboard.web.house import House
from soundingboard.web.policy import RULES
from soundingboard.web.reader import reader_of
from soundingboard.web.routes.sign_in import zones
from soundingboard.web.told import done
from soundingboard.wiring import Parts
from store.brands import all_brands, make_brand

UNPROCESSABLE = 422
Text = Annotated[str, Form(max_length=20_000)]
PAGES = (
    ("/settings/brands", "Brands", "Names, other spellings, what is mistaken for them"),
    ("/settings/sources", "Sources", "Take a list of feeds in (OPML), give yours out"),
    ("/settings/digest", "Digest", "Who reads it, when, in which zone"),
    ("/settings/templates", "Wording", "What invitations say"),
    ("/settings/retention", "Retention", "How long posts are kept"),
    ("/settings/outbox", "Outbox", "Messages, and those that need a look"),
    ("/settings/users", "Users and roles", "Who may come in, and what they may do"),
    ("/settings/tokens", "Tokens", "What programs sign in with"),
    ("/settings/grants", "Hooks and calendars", "Addresses that open one thing"),
    ("/settings/audit", "Audit log", "Who did or looked at what"),
    ("/start", "The first walk", "The five steps from an empty house to the first recruit list"),
)
RESTART = "Connections, models and mail servers are set in soundingboard.toml and need a restart."

routes = APIRouter()
"""`/settings` and its pages."""


def _noted(parts: Parts, request: Request, what: str, **details: Any) -> None:
    with parts.store.write() as session:
        now = parts.clock.now()
        audit.note(session, reader_of(request), what, "settings:1", now, **details)


def _brand_page(
    parts: Parts, request: Request, typed: Mapping[str, str], wrong: str = ""
) -> Response:
    with parts.store.read() as session:
        rows = all_brands(session)
    return show(
        request,
        parts,
        "settings/brands.html.j2",
        UNPROCESSABLE if wrong else 200,
        rows=[(row, parts.brand_config(row.name)) for row in rows],
        typed=defaultdict(str, typed),
        wrong=wrong,
        lists=changes.LISTS,
    )


@routes.api_route("/settings", methods=["GET", "HEAD"])
def overview(parts: House, request: Request) -> Response:
    reader = reader_of(request)
    own = [page for page in PAGES if reader.may(RULES["GET", page[0]])]
    return show(request, parts, "settings/settings.html.j2", pages=own, restart=RESTART)


@routes.api_route("/settings/brands", methods=["GET", "HEAD"])
def brands(parts: House, request: Request) -> Response:
    return _brand_page(parts, request, {})


@routes.post("/settings/brands")
def keep_brand(
    parts: House,
    request: Request,
    name: Text = "",
    was: Text = "",
    aliases: Text = "",
    handles: Text = "",
    products: Text = "",
    competitors: Text = "",
    excluded: Text = "",
    staff: Text = "",
    domains: Text = "",
    back: Text = "/settings/brands",
) -> Response:
    typed = {k: v for k, v in locals().items() if isinstance(v, str)}
    try:
        told = {word: changes.lines(typed[word]) for word in changes.LISTS}
        brand = Brand.model_validate({"name": name, **told})
        changes.keep_brand(parts, brand, was or None)
    except (SoundingBoardError, ValidationError) as error:
        return _brand_page(parts, request, typed, _plain(error))
    with parts.store.write() as session:
        make_brand(session, brand.name, parts.clock.now())
    _noted(parts, request, "brand_kept")
    told_words = f"{brand.name} is set. Posts are matched anew at the next run."
    return done(parts, back, told_words)


@routes.api_route("/settings/digest", methods=["GET", "HEAD"])
def digest(parts: House, request: Request) -> Response:
    return _digest_page(request, parts)


@routes.post("/settings/digest")
def keep_digest(
    parts: House, request: Request, hour: Text = "7", timezone: Text = "UTC"
) -> Response:
    try:
        values = {"hour": int(hour) if hour.isdecimal() else hour, "timezone": timezone}
        changes.set_values(parts, "digest", values)
    except ConfigError as error:
        return _digest_page(request, parts, str(error))
    _noted(parts, request, "digest_set")
    return done(parts, "/settings/digest", "The digest's hour is set")


@routes.post("/settings/digest/recipients")
def keep_recipient(
    parts: House,
    request: Request,
    address: Text = "",
    name: Text = "",
    role: Text = "marketer",
    hour: Text = "",
    timezone: Text = "",
    back: Text = "/settings/digest",
) -> Response:
    given = {"address": address, "name": name, "role": role}
    given |= {k: v for k, v in (("hour", hour), ("timezone", timezone)) if v}
    try:
        recipient = RecipientSettings.model_validate(given)
        changes.keep_recipient(parts, recipient)
    except (SoundingBoardError, ValidationError) as error:
        return _digest_page(request, parts, _plain(error), given)
    _noted(parts, request, "digest_reader_kept", role=recipient.role)
    undo = f"/settings/digest/recipients/{parts.marker.address(recipient.address)}/drop"
    return done(parts, back, f"{recipient.address} gets the digest", undo=undo)


@routes.post("/settings/digest/recipients/{mark}/drop")
def drop_recipient(parts: House, request: Request, mark: str) -> Response:
    known = {parts.marker.address(r.address): r for r in parts.settings.digest.recipient}
    if mark not in known:
        raise NotFoundError("They get no digest.", mend="Look at the list once more.")
    gone = changes.drop_recipient(parts, known[mark].address)
    _noted(parts, request, "digest_reader_dropped", role=gone.role)
    return done(parts, "/settings/digest", f"{gone.address} gets no digest any more")


@routes.api_route("/settings/retention", methods=["GET", "HEAD"])
def retention(parts: House, request: Request) -> Response:
    privacy = parts.settings.privacy
    return show(request, parts, "settings/retention.html.j2", days=privacy.text_days, wrong="")


@routes.post("/settings/retention")
def keep_retention(parts: House, request: Request, text_days: Text = "") -> Response:
    before = parts.settings.privacy.text_days
    try:
        if not text_days.isdecimal():
            raise RuleError(f"{text_days!r} is no number of days.")
        changes.set_values(parts, "privacy", {"text_days": int(text_days)})
    except SoundingBoardError as error:
        return show(
            request, parts, "settings/retention.html.j2", UNPROCESSABLE,
            days=text_days, wrong=str(error),
        )  # fmt: skip
    _noted(parts, request, "retention_set", before=before, after=int(text_days))
    return done(parts, "/settings/retention", f"Posts are kept {text_days} days")


def _digest_page(
    request: Request, parts: Parts, wrong: str = "", typed: Mapping[str, str] | None = None
) -> Response:
    return show(
        request,
        parts,
        "settings/digest.html.j2",
        UNPROCESSABLE if wrong else 200,
        digest=parts.settings.digest,
        mark=parts.marker.address,
        mail=bool(parts.settings.mail.host),
        zones=zones(parts.settings.digest.timezone),
        wrong=wrong,
        typed=defaultdict(str, typed or {}),
    )


def _plain(error: Exception) -> str:
    """What is wrong, in words for people; pydantic's own are too many."""
    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        return f"{where}: {first['msg']}".removeprefix(": ")
    return str(error)
