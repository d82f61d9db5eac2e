"""Renders pages: everything escaped, no script, no cookie, and one style that the policy names."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from typing import Any

from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

STYLE = "page.css"


def page(template: str, status: int = 200, **view: Any) -> HTMLResponse:
    """A page with the headers every page has."""
    text = _environment().get_template(template).render(view)
    return HTMLResponse(text, status, headers=headers())


def message(title: str, *lines: str, status: int = 200, **view: Any) -> HTMLResponse:
    """A page of plain words.

    links : (what it does, address), if it leads on
    """
    view.setdefault("links", ())
    return page("message.html.j2", status, title=title, lines=lines, **view)


@cache
def headers() -> dict[str, str]:
    """What tells the reader's browser to load nothing, keep nothing and tell nobody."""
    return {
        "Content-Security-Policy": (
            f"default-src 'none'; style-src '{_fingerprint()}'; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"
        ),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cache-Control": "no-store",
    }


def _fingerprint() -> str:
    style = _environment().get_template(STYLE).render()
    return f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("soundingboard.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
