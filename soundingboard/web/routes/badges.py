"""Pages of badges: whether one holds, what was signed, its picture, and the key to check it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from html import escape

from fastapi import APIRouter, HTTPException
from fastapi.responses import JSONResponse, Response

from community.committees.badges import Status, shown, status
from community.committees.seal import Seal
from soundingboard.web.house import House
from soundingboard.web.pages import message
from soundingboard.wiring import Parts, secret_key
from store import badges, tables

OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "Cache-Control": "public, max-age=300",
}
"""A badge is there to be shown and checked on other people's pages; a revocation is seen soon."""

_CHARS = 34  # of a line in the picture
_GREEN, _GREY = "#1d6b4f", "#5f6368"
_TITLES: Mapping[Status, str] = {
    "valid": "This badge is valid",
    "revoked": "This badge was revoked",
    "expired": "This badge has expired",
}

routes = APIRouter()
"""`/badges/{serial}`, also as `.json` and `.svg`, and `/badges/key`; none changes anything."""


def _found(parts: Parts, serial: str) -> tables.Badge:
    with parts.store.read() as session:
        badge = badges.badge(session, serial)
    if badge is None:
        raise HTTPException(404)
    return badge


@routes.api_route("/badges/key", methods=["GET", "HEAD"])
def key(parts: House) -> Response:
    told = {
        "kty": "OKP",
        "crv": "Ed25519",
        "use": "sig",
        "x": Seal(secret_key(parts.settings, parts.folder)).public_key,
    }
    return JSONResponse(told, headers=OPEN)


@routes.api_route("/badges/{serial}.json", methods=["GET", "HEAD"])
def signed(parts: House, serial: str) -> Response:
    return JSONResponse(shown(_found(parts, serial), parts.clock.now()), headers=OPEN)


@routes.api_route("/badges/{serial}.svg", methods=["GET", "HEAD"])
def picture(parts: House, serial: str) -> Response:
    badge = _found(parts, serial)
    drawn = draw(badge.document, status(badge, parts.clock.now()))
    quiet = {**OPEN, "Content-Security-Policy": "default-src 'none'"}
    return Response(drawn, media_type="image/svg+xml", headers=quiet)


@routes.api_route("/badges/{serial}", methods=["GET", "HEAD"])
def verify_page(parts: House, serial: str) -> Response:
    badge = _found(parts, serial)
    held = status(badge, parts.clock.now())
    links = [("The signed badge", f"/badges/{serial}.json"), ("The key", "/badges/key")]
    return message(_TITLES[held], *_lines(badge, held), links=links if held == "valid" else ())


def draw(document: Mapping[str, object], held: Status) -> str:
    """The badge as a picture of 260 by 64: no script, no style sheet, nothing loaded."""
    if held == "valid":
        first, second = str(document["committee"]), str(document.get("name") or document["role"])
        colour = _GREEN
    else:
        first, second, colour = str(document["committee"]), _TITLES[held], _GREY
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="260" height="64" role="img" '
        f'aria-label="{_short(f"{first}: {second}", 2 * _CHARS)}">'
        f'<rect width="260" height="64" rx="8" fill="{colour}"/>'
        '<g fill="#ffffff" font-family="sans-serif">'
        f'<text x="16" y="28" font-size="15" font-weight="bold">{_short(first, 26)}</text>'
        f'<text x="16" y="48" font-size="12">{_short(second, _CHARS)}</text>'
        "</g></svg>"
    )


def _lines(badge: tables.Badge, held: Status) -> list[str]:
    told = badge.document
    lines = [f"{told['role']}: {told['committee']}, of {told['issuer']}."]
    if held == "valid" and "name" in told:
        lines.append(f"It was given to {told['name']}.")
    lines.append(f"Issued on {_day(told['issued'])}, serial {badge.serial}.")
    if badge.revoked_at is not None:
        lines.append(f"Revoked on {_day(badge.revoked_at.isoformat())}.")
    elif "expires" in told:
        lines.append(
            f"{'Valid until' if held == 'valid' else 'Expired on'} {_day(told['expires'])}."
        )
    return lines


def _day(told: object) -> str:
    return f"{datetime.fromisoformat(str(told)):%-d %B %Y}"


def _short(words: str, most: int) -> str:
    """One line that fits, escaped, and without the two signs that XML cannot hold."""
    line = words if len(words) <= most else words[: most - 1] + "…"
    return escape(line.translate({0xFFFE: None, 0xFFFF: None}))
