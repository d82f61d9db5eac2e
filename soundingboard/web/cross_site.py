"""Refuses what another site makes a reader's browser send (CSRF), without a token in every form."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def is_cross_site(method: str, headers: Headers, origins: frozenset[str]) -> bool:
    """Whether a request that may change something comes from a page that is not ours.

    origins : what else we are reached as, as in https://voices.example.com (behind a proxy)

    Browsers say where a request comes from in Sec-Fetch-Site, older ones in Origin, and pages
    cannot forge either; what sends neither is no browser and carries no reader's cookies by
    accident (https://words.filippo.io/csrf/, Go's CrossOriginProtection).
    """
    if method in SAFE_METHODS:
        return False
    site = headers.get("sec-fetch-site")
    if site in ("same-origin", "none"):
        return False
    origin = headers.get("origin")
    if origin is not None and origin in origins:
        return False
    if site is not None:
        return True
    if origin is None:
        return False
    try:
        return urlsplit(origin).netloc != headers.get("host", "")
    except ValueError:  # no browser sends an origin that is none
        return True
