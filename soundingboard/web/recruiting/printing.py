"""The dossier as a page of its own, to be printed: its styles named one by one to the browser."""

from __future__ import annotations

import base64
import hashlib
import html
import re

from fastapi.responses import HTMLResponse

from soundingboard.web.console import HEADERS

_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL)
_ATTRIBUTE = re.compile(r'<[a-z]+[^<>]*? style="([^"]*)"')


def printed(text: str) -> HTMLResponse:
    """The page with a policy that lets in exactly the styles it has, and nothing else.

    Bars and the axis have a width each, so their style attributes are let in by their hashes
    (CSP 3, 'unsafe-hashes'); whatever else somebody's words might bring in has none.
    """
    found = [*_STYLE.findall(text), *(html.unescape(one) for one in _ATTRIBUTE.findall(text))]
    hashes = " ".join(dict.fromkeys(f"'sha256-{_sha(one)}'" for one in found))
    policy = (
        f"default-src 'none'; style-src 'unsafe-hashes' {hashes}; frame-ancestors 'none'; "
        "base-uri 'none'; form-action 'none'"
    )
    return HTMLResponse(text, headers={**HEADERS, "Content-Security-Policy": policy})


def _sha(style: str) -> str:
    return base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
