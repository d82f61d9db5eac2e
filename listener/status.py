"""What an HTTP status that is no success means, in words a person can act on."""

from __future__ import annotations

from collections.abc import Mapping

from config.errors import HttpStatusError, SourceGoneError
from listener.gate import Target

REDIRECTS = frozenset({301, 302, 303, 307, 308})
FOR_EVER = frozenset({301, 308})

_CHECK = "Check the address in a browser; the page may have moved."
_LATER = "We try again by ourselves; if it stays so, ask the site's owner."
_WORDS: Mapping[int, tuple[str, str]] = {
    401: ("wants a login", "Put one into fetch.credentials, or use a public address."),
    403: ("does not let us in", "Ask the site's owner, or use its official feed or API."),
    404: ("has nothing at this address", _CHECK),
    451: ("may not show this for legal reasons", "Remove the source."),
    503: ("is overloaded or being repaired", _LATER),
}
_CHALLENGE_MARKS = (b"/cdn-cgi/challenge-platform/", b"cf-chl-", b"_cf_chl_opt")


def is_good(status: int) -> bool:
    """Whether a whole body comes with it; a part (206) is none."""
    return 200 <= status < 300 and status != 206


def asks_to_wait(status: int, headers: Mapping[str, str]) -> bool:
    """Too many questions: 429 always, 403 and 503 where they say for how long."""
    return status == 429 or (status in (403, 503) and "retry-after" in headers)


def may_be_challenge(status: int, headers: Mapping[str, str]) -> bool:
    """Whether only the beginning of the body can tell a Cloudflare challenge from a refusal."""
    return status in (403, 503) and headers.get("server", "").lower() == "cloudflare"


def is_challenge(headers: Mapping[str, str], head: bytes = b"") -> bool:
    """Whether Cloudflare wants to see a browser instead of showing the page.

    Source: developers.cloudflare.com, "Detect a Challenge Page response" (the header); without it
    such pages are known by the script they load.
    """
    if headers.get("cf-mitigated", "").lower() == "challenge":
        return True
    return any(mark in head for mark in _CHALLENGE_MARKS)


def challenged(target: Target, status: int) -> HttpStatusError:
    """The site shows a Cloudflare challenge."""
    reason = f"is behind a Cloudflare challenge that lets only browsers pass (HTTP {status})"
    mend = "Ask the site's owner to let our User-Agent read the feed, or use an official API."
    return HttpStatusError(target.asked, status, target.tell(reason), mend=mend)


def bad(target: Target, status: int) -> HttpStatusError:
    """The error of any other status."""
    if status == 410:
        reason = target.tell("is gone for good (HTTP 410)")
        return SourceGoneError(target.asked, status, reason, mend="Replace or remove the source.")
    if status in _WORDS:
        reason, mend = _WORDS[status]
    elif status >= 500:
        reason, mend = "is in trouble itself", _LATER
    elif status == 304:
        reason, mend = "says nothing changed, though we never read it before", _LATER
    else:
        reason, mend = "gave an answer we cannot use", _CHECK
    return HttpStatusError(
        target.asked, status, target.tell(f"{reason} (HTTP {status})"), mend=mend
    )
